import assert from "node:assert/strict";
import { byAge } from "../../../handlers/objects.ts";
import { claim, ownershipOf, refuseConflict, strongerRival } from "../../../handlers/ownership.ts";
import { StalledError } from "../../../lib/errors.ts";
import type { Loose } from "../../loose.ts";

const object = (status: Loose, annotations: Record<string, string> = {}, more: Loose = {}): Loose => ({
  apiVersion: "s3.cloud37.dev/v1alpha1",
  kind: "Bucket",
  metadata: {
    namespace: "demo",
    name: "app",
    uid: "u1",
    creationTimestamp: "2026-01-01T00:00:00Z",
    annotations,
    ...more,
  },
  spec: {},
  status,
});

const OWNERSHIPS: Record<string, { given: Loose; ownership: string | undefined }> = {
  "no status": { given: object(undefined), ownership: undefined },
  "a status that says nothing": { given: object({ observedGeneration: -1 }), ownership: undefined },
  "recorded Adopted, whatever else is true": {
    given: object({ ownership: "Adopted", exists: true }),
    ownership: "Adopted",
  },
  "exists true of 0.2.x": { given: object({ exists: true }), ownership: "Created" },
  "created true of 0.2.x": { given: object({ created: true }), ownership: "Created" },
  "applied true of 0.2.x": { given: object({ applied: true }), ownership: "Created" },
  "all false": { given: object({ exists: false, created: false, applied: false }), ownership: undefined },
  "a creation of its own under way": { given: object({ creating: "u1" }), ownership: "Created" },
  "a status restored from another object": { given: object({ creating: "u2" }), ownership: undefined },
  "an annotation, which tenants can write": {
    given: object({}, { "s3.cloud37.dev/creating": "u1" }),
    ownership: undefined,
  },
};
for (const [name, { given, ownership }] of Object.entries(OWNERSHIPS)) {
  Deno.test(`ownershipOf() is ${ownership ?? "nothing"}: ${name}`, () => assert.equal(ownershipOf(given), ownership));
}

const CLAIM = { what: 'Bucket "b"', plural: "buckets", adoption: "annotated" } as const;

Deno.test("claim() refuses what no object claims, with the exact command", () => {
  assert.throws(() => claim(object({}), CLAIM), (error) => {
    assert.ok(error instanceof StalledError);
    assert.equal(error.reason, "AlreadyExists");
    assert.match(error.message, /kubectl annotate buckets\.s3\.cloud37\.dev app -n demo s3\.cloud37\.dev\/adopt=true$/);
    return true;
  });
});

Deno.test("claim() takes by annotation, by setting, or by what is recorded, and by nothing else", () => {
  assert.equal(claim(object({}, { "s3.cloud37.dev/adopt": "true" }), CLAIM), "Adopted");
  assert.equal(claim(object({}), { ...CLAIM, adoption: "always" }), "Adopted");
  assert.equal(claim(object({ exists: true }, { "s3.cloud37.dev/adopt": "true" }), CLAIM), "Created");
  for (const adopt of ["false", "yes", "True", ""]) {
    assert.throws(() => claim(object({}, { "s3.cloud37.dev/adopt": adopt }), CLAIM), StalledError);
  }
});

const at = (name: string, creationTimestamp: string, namespace = "demo") =>
  object({}, {}, { name, namespace, uid: `${namespace}-${name}`, creationTimestamp });

Deno.test("the older of two claims wins; a tie goes by namespace/name", () => {
  const [old, young] = [at("z", "2026-01-01T00:00:00Z"), at("a", "2026-01-02T00:00:00Z")];
  assert.equal(strongerRival(young, [old]), old);
  assert.equal(strongerRival(old, [young]), undefined);
  assert.equal(strongerRival(old, [old]), undefined);
  const [first, second] = [at("z", "2026-01-01T00:00:00Z", "a"), at("a", "2026-01-01T00:00:00Z", "b")];
  assert.equal(strongerRival(second, [first]), first);
  assert.equal(strongerRival(first, [second]), undefined);
  assert.deepEqual([young, second, first].toSorted(byAge), [first, second, young]);
  assert.throws(() => refuseConflict(second, [first], "It"), /It is claimed by the older Bucket a\/z/);
  refuseConflict(first, [second], "It");
});

Deno.test("a claim that holds already wins over an older one that does not, or neither could go on", () => {
  const old = at("a", "2026-01-01T00:00:00Z");
  const young = { ...at("b", "2026-01-01T00:00:01Z"), status: { exists: true } };
  assert.equal(strongerRival(young, [old]), undefined);
  assert.equal(strongerRival(old, [young]), young);
  assert.throws(() => refuseConflict(old, [young], "It"), /It is claimed by Bucket demo\/b, which has it already/);
  assert.equal(strongerRival(young, [{ ...old, status: { exists: true } }])?.metadata.name, "a");
});
