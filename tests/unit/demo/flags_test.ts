import assert from "node:assert/strict";
import { HELP, readFlags } from "../../sandbox/demo/flags.ts";

const NONE = { help: false, keep: false, observe: false, wasabi: false, program: undefined };

const taken: Readonly<Record<string, [args: readonly string[], flags: object]>> = {
  "nothing": [[], {}],
  "all switches": [["--keep", "--observe", "--wasabi"], { keep: true, observe: true, wasabi: true }],
  "a program beside a switch": [["--program", "dist/operator", "--keep"], { program: "dist/operator", keep: true }],
  "a program after =": [["--program=dist/operator"], { program: "dist/operator" }],
  "a short flag": [["-h"], { help: true }],
};
for (const [fact, [args, flags]] of Object.entries(taken)) {
  Deno.test(`the demo takes ${fact}`, () => assert.deepEqual(readFlags(args), { ...NONE, ...flags }));
}

const refused: Readonly<Record<string, [args: readonly string[], message: RegExp]>> = {
  "--program without a file": [["--program"], /--program/],
  "--program with a flag in place of a file": [["--program", "--keep"], /--program/],
  "a file without --program": [["dist/operator"], /dist\/operator/],
  "a switch with a value": [["--keep=yes"], /--keep/],
  "an unknown flag": [["--fast"], /--fast/],
};
for (const [fact, [args, message]] of Object.entries(refused)) {
  Deno.test(`the demo refuses ${fact}, and names it`, () => assert.throws(() => readFlags(args), { message }));
}

Deno.test("the help of the demo has every flag", () => {
  for (const name of Object.keys(NONE).filter((name) => name !== "help")) {
    assert.match(HELP, new RegExp(`^  --${name} `, "m"));
  }
});
