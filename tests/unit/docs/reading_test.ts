import assert from "node:assert/strict";
import { neglected } from "../../docs/checks.ts";
import { readPage } from "../../docs/pages.ts";
import { commandsOf } from "../../docs/shell.ts";
import { isShownBy } from "../../docs/shown.ts";

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

Deno.test("readPage() takes a text block right behind another one as what that prints", () => {
  const { blocks } = readPage("a.md", "```sh\na\n```\n\n```text\nb\n```\n\nc\n\n```text\nd\n```\n");
  assert.deepEqual(blocks.map(({ text, shows }) => [text, shows]), [["a\n", "b\n"], ["d\n", undefined]]);
  assert.deepEqual(neglected(blocks), ["a.md:1", "a.md:11"]);
});

const shown: Readonly<Record<string, readonly [shown: string, out: string, isShown: boolean]>> = {
  "the same lines": ["a\nb\n", "a\nb\n", true],
  "columns of another width": ["A  B\n", "A      B  \n", true],
  "what varies": ["a … c (…)\n", "a b b c (1)\n", true],
  "any output": ["…\n", "a\nb\n", true],
  "any lines before others": ["…\nc\n", "a\nb\nc\n", true],
  "what varies, but not over lines": ["a…c\n", "a\nc\n", false],
  "another line": ["a\n", "b\n", false],
  "one line more": ["a\n", "a\na\n", false],
  "one line less": ["a\nb\n", "a\n", false],
  "part of a line": ["a\n", "ab\n", false],
  "signs of patterns": ["a.(b)\n", "a.(b)\n", true],
};

for (const [fact, [text, out, isShown]] of Object.entries(shown)) {
  Deno.test(`isShownBy() compares ${fact}`, () => assert.equal(isShownBy(text, out), isShown));
}
