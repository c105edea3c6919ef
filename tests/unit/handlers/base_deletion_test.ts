import assert from "node:assert/strict";
import type { KindName } from "../../../handlers/kinds.ts";
import type { Loose } from "../../loose.ts";
import { all, BARE, KINDS, OBJECTS, providerRef } from "./one_of_each.ts";
import { FINALIZER, withWorld } from "./world.ts";

/** Specs that are refused before anything is done; deletion must finish for each. */
const REFUSED: Record<string, { kind: KindName; spec: Loose; says: RegExp }> = {
  "an invalid policy of a User": {
    kind: "User",
    spec: { providerRef, name: "x", policy: { statement: [] } },
    says: /^PolicyInvalid/,
  },
  "an invalid managed policy": {
    kind: "IAMPolicy",
    spec: { providerRef, policy: { statement: [] } },
    says: /^PolicyInvalid/,
  },
  "an AccessKey without userRef": { kind: "AccessKey", spec: { providerRef }, says: /^UserNotReady/ },
  "an AccessKey whose User is not there": {
    kind: "AccessKey",
    spec: { providerRef, userRef: { name: "nobody" } },
    says: /^UserNotReady/,
  },
  "a Bucket whose Provider is not there": {
    kind: "Bucket",
    spec: { ...BARE, providerRef: { name: "nobody" }, deletionPolicy: "Delete" },
    says: /^ProviderNotReady/,
  },
  "a User whose policy is not there": {
    kind: "User",
    spec: { providerRef, name: "x", policyRef: { name: "nobody" } },
    says: /^PolicyNotReady/,
  },
  "a BucketPolicy whose Bucket is not there": {
    kind: "BucketPolicy",
    spec: { ...OBJECTS.BucketPolicy.spec, bucketRef: { name: "nobody" } },
    says: /^BucketNotReady/,
  },
  "a Bucket with transitions that the service refuses": {
    kind: "Bucket",
    spec: { ...BARE, lifecycle: { rules: [{ id: "a", transitions: [{ days: 1, storageClass: "NONE" }] }] } },
    says: /^Unsupported/,
  },
  "a Provider without its Secret": {
    kind: "Provider",
    spec: {
      endpoint: "http://127.0.0.1:1",
      region: "x",
      auth: { accessKeySecretRef: { name: "nobody" }, secretKeySecretRef: { name: "nobody" } },
    },
    says: /^CredentialsInvalid/,
  },
};
for (const [name, { kind, spec, says }] of Object.entries(REFUSED)) {
  Deno.test(`deletion finishes for ${name}`, () =>
    withWorld({}, async (world) => {
      world.apply(kind, "x", spec, { finalizers: [FINALIZER] });
      await world.pass(kind, "x");
      assert.match(world.ready(kind, "x"), says);
      world.remove(kind, "x");
      for (let count = 0; count < 3; count++) await world.round();
      assert.equal(world.object(kind, "x"), undefined);
    }));
}

for (const kind of KINDS.filter((each) => each !== "Provider")) {
  Deno.test(`${kind}: abandon finishes a deletion without a call, and an Event lists what is left`, () =>
    withWorld({}, async (world) => {
      await all(world);
      world.restart();
      for (const plural of ["providers", "secrets"]) {
        for (const { metadata } of world.cluster.list(plural)) world.cluster.erase(plural, metadata);
      }
      world.annotate(kind, "x", { abandon: "true" });
      world.remove(kind, "x");
      world.forget();
      await world.pass(kind, "x");
      assert.equal(world.object(kind, "x"), undefined);
      assert.deepEqual(world.calls(), []);
      const abandoned = world.events.find(({ reason }) => reason === "Abandoned")!;
      assert.match(abandoned.note, /left behind: (bucket|user|access keys|IAM policy|the policy of bucket)/);
    }));

  Deno.test(`${kind}: without Provider and credentials its deletion is blocked, says so once, and keeps the finalizer`, () =>
    withWorld({}, async (world) => {
      await all(world);
      world.restart();
      world.cluster.erase("providers", { namespace: "demo", name: "wasabi" });
      if (kind === "Bucket") world.cluster.erase("bucketpolicies", { namespace: "demo", name: "x" });
      if (kind === "User") world.cluster.erase("accesskeys", { namespace: "demo", name: "x" });
      world.remove(kind, "x");
      world.forget();
      for (let count = 0; count < 3; count++) assert.equal(await world.pass(kind, "x"), "backoff");
      assert.match(world.ready(kind, "x"), /^DeletionBlocked: /);
      assert.deepEqual(world.reasons(), ["DeletionBlocked"]);
      assert.ok(world.object(kind, "x").metadata.finalizers.includes(FINALIZER));
    }));
}
