import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findProgram } from "../../sandbox/demo/program.ts";

const HERE = fileURLToPath(import.meta.url);
const OTHER = "it is not the operator, which would have told its version";

const refused: Readonly<Record<string, [file: string, reason: string]>> = {
  "is missing": ["nowhere", "there is no such file; `deno task compile` makes dist/wasabi-s3-operator"],
  "would be in a file": [`${HERE}/program`, "there is no such file"],
  "is not executable": [HERE, "it is not executable"],
  "is a folder": [".", "it is not executable"],
  "fails": ["ls", OTHER],
  "tells no version": ["./echo", OTHER],
};
for (const [fact, [file, reason]] of Object.entries(refused)) {
  Deno.test(`a program that ${fact} is refused by the flag's name and its own`, () =>
    assert.rejects(findProgram(file, "/bin"), { name: "TypeError", message: `--program "${file}": ${reason}` }));
}
