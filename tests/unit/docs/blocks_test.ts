import assert from "node:assert/strict";
import project from "../../../deno.json" with { type: "json" };
import { readInvocation } from "../../../lib/config/config.ts";
import { suites } from "../../../tools/suites.ts";
import { blocksFor, nameOf, neglected, UNCHECKED } from "../../docs/checks.ts";
import { placeOf, readPages, ROOT } from "../../docs/pages.ts";
import { commandsOf } from "../../docs/shell.ts";

const blocks = (await readPages()).flatMap((page) => page.blocks);

Deno.test("every block of the documentation is checked, or listed with the reason", () => {
  assert.ok(blocks.length > 50);
  assert.deepEqual(neglected(blocks), []);
});

Deno.test("every block that is listed as unchecked exists", () => {
  const names = new Set(blocks.map(nameOf));
  assert.deepEqual(Object.keys(UNCHECKED).filter((name) => !names.has(name)), []);
});

/** What stands after the name of a task is what its program takes. */
const tasks: Readonly<Record<string, (args: readonly string[]) => Promise<void> | void>> = {
  start: (args) => void readInvocation(args, () => undefined),
  test: (args) => {
    const names = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
    for (const name of names) assert.ok(suites.some((suite) => suite.name === name), `no suite ${name}`);
  },
};

/** The flags are among those that the program of a task reads. */
async function hasFlags(task: string, args: readonly string[]): Promise<void> {
  const { command } = project.tasks[task as "demo"];
  const [path] = command.match(/\S+\.ts/) ?? [];
  const code = await Deno.readTextFile(ROOT + path);
  for (const arg of args.filter((arg) => arg.startsWith("--"))) {
    const name = arg.slice(2);
    assert.ok(code.includes(`${name}: {`) || code.includes(`"${arg}"`), `task ${task} knows no ${arg}`);
  }
}

for (const block of blocksFor("tasks", blocks)) {
  Deno.test(`what ${placeOf(block)} gives to Deno exists`, async () => {
    for (const { words: [npx, yes, deno, verb, name = "", ...args] } of commandsOf(block.text)) {
      assert.deepEqual([npx, yes, deno], ["npx", "-y", "deno@2.9.6"]);
      if (verb === "run") {
        for (const path of [name, ...args].filter((word) => word.endsWith(".ts"))) await Deno.stat(ROOT + path);
        continue;
      }
      assert.equal(verb, "task");
      assert.ok(name in project.tasks, `no task ${name}`);
      await (tasks[name] ?? ((args) => hasFlags(name, args)))(args);
    }
  });
}

for (const block of blocksFor("settings", blocks)) {
  Deno.test(`the operator takes the environment of ${placeOf(block)}`, () => {
    const given = commandsOf(block.text).flatMap(({ assignments }) => assignments);
    const env = new Map(given.map((each) => [each.split("=")[0] ?? "", each.slice(each.indexOf("=") + 1)]));
    const read = new Set<string>();
    readInvocation([], (name) => {
      read.add(name);
      return env.get(name);
    });
    assert.deepEqual([...env.keys()].filter((name) => !read.has(name)), []);
  });
}

for (const block of blocksFor("json", blocks)) {
  Deno.test(`${placeOf(block)} is JSON`, () => assert.equal(typeof JSON.parse(block.text), "object"));
}

for (const block of blocksFor("tree", blocks)) {
  Deno.test(`every folder and file that ${placeOf(block)} starts a line with exists`, async () => {
    const names = [...block.text.matchAll(/^([a-z][\w./-]*(?:, [a-z][\w./-]*)*)/gm)].flatMap(([list]) =>
      list.split(", ")
    );
    assert.ok(names.length > 3);
    for (const name of names) await Deno.stat(ROOT + name);
  });
}
