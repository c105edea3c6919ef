import assert from "node:assert/strict";
import { readPage } from "../../docs/pages.ts";
import { commandsOf } from "../../docs/shell.ts";

const scripts: Readonly<Record<string, readonly [script: string, words: readonly (readonly string[])[]]>> = {
  "lines and pipes": ["a b\nc | d", [["a", "b"], ["c"], ["d"]]],
  "quotes": [`a 'b  c' "d \\"e" f=g`, [["a", "b  c", 'd "e', "f=g"]]],
  "comments, but not inside of a word": ["a b#c # d\n# e", [["a", "b#c"]]],
  "lines that go on": ["a \\\n  b", [["a", "b"]]],
  "substitutions": ["a $(b c) d", [["a", "$(b c)", "d"], ["b", "c"]]],
  "here-documents": ["a <<'EOF'\nb: c\nEOF\nd", [["a"], ["d"]]],
  "redirections": ["a > b 2>&1 && c", [["a"], ["c"]]],
  "loops": ["for x in 1 2; do\n  a $x\ndone", [["a", "$x"]]],
  "assignments": ["A=1 b\nC=2", [["b"], []]],
};

for (const [fact, [script, words]] of Object.entries(scripts)) {
  Deno.test(`commandsOf() understands ${fact}`, () => {
    assert.deepEqual(commandsOf(script).map((command) => command.words), words);
  });
}

Deno.test("readPage() takes blocks without the indentation of their fence, with their headings", () => {
  const { blocks, prose } = readPage("a.md", "# A\n\n## B\n\n- c\n\n  ```sh\n  d\n    e\n  ```\n\n## F\n");
  assert.deepEqual(blocks, [{ page: "a.md", line: 7, language: "sh", text: "d\n  e\n", headings: ["A", "B"] }]);
  assert.doesNotMatch(prose, /d/);
});

Deno.test("readPage() refuses a block without an end", () => {
  assert.throws(() => readPage("a.md", "```sh\na\n"), /a\.md:1: the block is not closed/);
});
