import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { assertPassed, Demo } from "../sandbox/demo_process.ts";
import { OPERATOR } from "./programs.ts";

/** Folders for temporary files. */
const folders = {
  "which it may read": undefined,
  "which it may not read": "/var/tmp",
};

for (const [which, dir] of Object.entries(folders)) {
  Deno.test(`the build for pods runs the whole demo, with temporary files in a folder ${which}`, async () => {
    const folder = await Deno.makeTempDir(dir === undefined ? {} : { dir });
    await using demo = new Demo(folder, "--program", OPERATOR);
    const pid = await demo.shown(/ as process (\d+)/);
    assert.equal(await Deno.readLink(`/proc/${pid}/exe`), await Deno.realPath(OPERATOR));
    await assertPassed(demo);
    assert.match(demo.text, new RegExp(`Version +${project.version} \\(commit `));
  });
}
