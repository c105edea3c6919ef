import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run } from "../chart/helm.ts";
import { findPrograms } from "./programs.ts";

const WORKFLOWS = fileURLToPath(new URL("../../.github/workflows/", import.meta.url));
const { actionlint } = await findPrograms();
/** What it would ask shellcheck and pyflakes differs from machine to machine; no step here is a script. */
const ALONE = ["-shellcheck=", "-pyflakes=", "-no-color"];

for await (const { name } of Deno.readDir(WORKFLOWS)) {
  Deno.test(`actionlint finds nothing in ${name}`, async () => {
    assert.deepEqual(await run(actionlint, [...ALONE, WORKFLOWS + name], {}), { code: 0, out: "", err: "" });
  });
}

Deno.test("actionlint finds a need of a job that does not exist", async () => {
  const broken = (await Deno.readTextFile(`${WORKFLOWS}release.yaml`)).replace("needs: images", "needs: pictures");
  const { code, out } = await run(actionlint, [...ALONE, "-"], { input: broken });
  assert.equal(code, 1);
  assert.match(out, /job "page" needs job "pictures" which does not exist/);
});
