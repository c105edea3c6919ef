import assert from "node:assert/strict";
import { messageOf } from "../../lib/message_of.ts";

const cases: Readonly<Record<string, [thrown: unknown, message: string]>> = {
  "an error is worded by its message": [new TypeError("no such thing"), "no such thing"],
  "what a program printed loses its last line's end": [new Error("exit 1\n"), "exit 1"],
  "a text is its own message": ["no such thing", "no such thing"],
  "nothing at all has a message too": [undefined, "undefined"],
};
for (const [fact, [thrown, message]] of Object.entries(cases)) {
  Deno.test(fact, () => assert.equal(messageOf(thrown), message));
}
