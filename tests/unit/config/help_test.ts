import assert from "node:assert/strict";
import { COMMANDS } from "../../../lib/config/arguments.ts";
import { helpText } from "../../../lib/config/help.ts";
import type { Setting } from "../../../lib/config/setting.ts";
import { settings } from "../../../lib/config/settings.ts";

const all: readonly (readonly [string, Setting<unknown>])[] = Object.entries(settings) as never;

Deno.test("the help text lists every command", () => {
  for (const command of COMMANDS) assert.match(helpText(), new RegExp(`^  ${command} `, "m"));
});

for (const [name, { flag, env, fallback, help }] of all) {
  Deno.test(`the help text has flag, variable, default and meaning of ${name}`, () => {
    const lines = helpText().split("\n");
    const at = lines.findIndex((line) => line.split(" ")[2] === `--${flag}`);
    assert.ok(at > 0);
    const [usage = "", meaning = ""] = lines.slice(at);
    if (env !== undefined) assert.ok(usage.includes(env), usage);
    const hasDefault = fallback !== undefined && String(fallback) !== "";
    assert.equal(usage.includes(`default ${fallback}]`), hasDefault, usage);
    assert.equal(meaning.trim(), help);
  });
}

Deno.test("no two settings share a flag or a variable", () => {
  const flags = all.map(([, { flag }]) => flag);
  const variables = all.flatMap(([, { env }]) => env ?? []);
  assert.equal(new Set(flags).size, flags.length);
  assert.equal(new Set(variables).size, variables.length);
});

Deno.test("the help text says the exit codes and fits a terminal", () => {
  assert.match(helpText(), /^Exit codes: 0 done, 1 failed while running, 2 wrong usage$/m);
  for (const line of helpText().split("\n")) assert.ok(line.length <= 100, line);
});
