import assert from "node:assert/strict";
import { judge, readReport, suites } from "../../../tools/suites.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="6" failures="2" errors="0" time="0.009">
    <testsuite name="./a_test.ts" tests="5" disabled="1" errors="0" failures="2">
        <testcase name="c"><skipped/></testcase>
    </testsuite>
</testsuites>`;

Deno.test("readReport() counts what passed, failed and was left out", () => {
  assert.deepEqual(readReport(REPORT), { passed: 3, failed: 2, ignored: 1 });
});

Deno.test("readReport() refuses what is no report", () => {
  assert.throws(() => readReport("<html>"), SyntaxError);
});

const counts = { passed: 5, failed: 0, ignored: 0 };
const verdicts: Readonly<Record<string, readonly [ReturnType<typeof judge>, failed: number]>> = {
  "all passed": [judge(counts, { success: true, isCi: true }), 0],
  "some failed": [judge({ ...counts, failed: 2 }, { success: false, isCi: false }), 2],
  "no test ran": [judge({ passed: 0, failed: 0, ignored: 0 }, { success: true, isCi: false }), 1],
  "only left-out tests": [judge({ passed: 0, failed: 0, ignored: 3 }, { success: true, isCi: false }), 1],
  "the process failed outside of its tests": [judge(counts, { success: false, isCi: false }), 1],
  "a test was left out": [judge({ ...counts, ignored: 2 }, { success: true, isCi: false }), 0],
  "a test was left out where CI is set": [judge({ ...counts, ignored: 2 }, { success: true, isCi: true }), 2],
};

for (const [fact, [{ failed }, expected]] of Object.entries(verdicts)) {
  Deno.test(`judge() when ${fact}`, () => assert.equal(failed, expected));
}

Deno.test("every folder of tests with test files belongs to a suite", async () => {
  const root = new URL("../../", import.meta.url);
  const folders: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(root)) if (isDirectory) folders.push(`tests/${name}/`);
  const withTests = [];
  for (const folder of folders) {
    if (await hasTests(new URL(`../../../${folder}`, import.meta.url))) withTests.push(folder);
  }
  const covered = suites.flatMap(({ paths }) => paths);
  assert.deepEqual(withTests.filter((folder) => !covered.includes(folder)), []);
});

async function hasTests(folder: URL): Promise<boolean> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith("_test.ts")) return true;
    if (isDirectory && await hasTests(new URL(`${name}/`, folder))) return true;
  }
  return false;
}
