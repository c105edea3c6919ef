import assert from "node:assert/strict";
import { kinds } from "../../handlers/kinds.ts";
import { changeableFields, changedFields } from "./scenarios/fields.ts";
import { chaosScenarios } from "./scenarios/mod.ts";

Deno.test("every field of every kind that can be changed is changed by a scenario", () => {
  const changed = new Set(chaosScenarios.flatMap(changedFields));
  const fields = changeableFields();
  assert.ok(fields.length > 50, `only ${fields.length} fields were found in the schemas`);
  assert.deepEqual(fields.filter((field) => !changed.has(field)), []);
});

Deno.test("objects of every kind are created and deleted by scenarios", () => {
  const names = chaosScenarios.map(({ name }) => name);
  for (const kind of Object.keys(kinds)) {
    for (const what of ["create", "delete"]) {
      const pattern = new RegExp(`(^|\\W)(${kind}|Everything)\\W.*${what}`);
      assert.ok(names.some((name) => pattern.test(name)), `no scenario would ${what} a ${kind}`);
    }
  }
});
