import assert from "node:assert/strict";
import {
  type Api,
  bucket,
  bucketSpec,
  type ContractCase,
  type Json,
  JSON_PATCH,
  MERGE,
  refused,
  STRATEGIC,
  UNCHECKED,
} from "./case.ts";

async function made(api: Api, spec: object = {}, metadata: object = {}): Promise<Json> {
  return await api.send("POST", api.ours("buckets"), bucket("a", spec, metadata));
}

export const updateCases: readonly ContractCase[] = [
  {
    fact: "a change of the spec counts the generation, one of the metadata or the status does not",
    async run(api) {
      const path = api.ours("buckets/a");
      const first = await made(api);
      const changed = await api.patch(path, { spec: { region: "x" } });
      assert.equal(changed.metadata.generation, 2);
      assert.ok(Number(changed.metadata.resourceVersion) > Number(first.metadata.resourceVersion));
      assert.equal((await api.patch(path, { metadata: { labels: { a: "b" } } })).metadata.generation, 2);
      assert.equal((await api.patch(`${path}/status`, { status: { exists: true } })).metadata.generation, 2);
    },
  },
  {
    fact: "a write that changes nothing leaves the version",
    async run(api) {
      await made(api);
      // The first write stores the defaults that were only shown before.
      const { metadata: { resourceVersion } } = await api.patch(api.ours("buckets/a"), { spec: bucketSpec });
      for (const path of ["buckets/a", "buckets/a/status"]) {
        const body = { spec: { name: "some-bucket" }, status: { observedGeneration: -1 } };
        assert.equal((await api.patch(api.ours(path), body)).metadata.resourceVersion, resourceVersion);
      }
    },
  },
  {
    fact: "the status changes only through its subresource, and nothing else does there",
    async run(api) {
      await made(api);
      const viaObject = await api.patch(api.ours("buckets/a"), { status: { exists: true } });
      assert.deepEqual(viaObject.status, { observedGeneration: -1 });
      const body = { metadata: { labels: { a: "b" }, uid: "x" }, spec: { region: "x" }, status: { exists: true } };
      const viaStatus = await api.patch(api.ours("buckets/a/status"), body);
      assert.equal(viaStatus.spec.region, undefined);
      assert.equal(viaStatus.metadata.labels, undefined);
      assert.deepEqual(viaStatus.status, { exists: true, observedGeneration: -1 });
      assert.deepEqual((await api.patch(api.ours("buckets/a/status"), { status: null })).status, {
        observedGeneration: -1,
      });
    },
  },
  {
    fact: "a stale version is a conflict, in a PUT and in a patch, on the object and on its status",
    async run(api) {
      const old = await made(api);
      await api.patch(api.ours("buckets/a"), { spec: { region: "x" } });
      for (const path of ["buckets/a", "buckets/a/status"]) {
        const put = await api.request("PUT", api.ours(path), old);
        refused(put, 409, "Conflict");
        assert.match(put.body.message, /the object has been modified; please apply your changes to the latest version/);
        const { resourceVersion } = old.metadata;
        const patch = { metadata: { resourceVersion }, spec: { region: "y" }, status: { exists: true } };
        refused(await api.request("PATCH", api.ours(path), patch, { type: MERGE }), 409, "Conflict");
      }
    },
  },
  {
    fact: "a PUT names the version, and the object that it replaces",
    async run(api) {
      await made(api);
      const put = (body: unknown) => api.request("PUT", api.ours("buckets/a"), body);
      refused(await put(bucket("a")), 422, "Invalid", ["metadata.resourceVersion"]);
      refused(await put(bucket("b")), 400, "BadRequest");
      refused(await put(bucket("a", {}, { uid: "other", resourceVersion: "1" })), 409, "Conflict");
    },
  },
  {
    fact: "uid, name, namespace and time of an object do not change",
    async run(api) {
      const { metadata } = await made(api);
      const path = api.ours("buckets/a");
      const patch = (body: unknown) => api.request("PATCH", path, body, { type: MERGE });
      refused(await patch({ metadata: { uid: "11111111-1111-1111-1111-111111111111" } }), 422, "Invalid", [
        "metadata.uid",
      ]);
      refused(await patch({ metadata: { name: "b" } }), 400, "BadRequest");
      refused(await patch({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }), 422, "Invalid", [
        "metadata.deletionTimestamp",
      ]);
      const kept = await api.patch(path, { metadata: { generation: 9, creationTimestamp: "2020-01-01T00:00:00Z" } });
      assert.equal(kept.metadata.generation, 1);
      assert.equal(kept.metadata.creationTimestamp, metadata.creationTimestamp);
    },
  },
  {
    fact: "a merge patch removes with null and keeps what it does not name",
    async run(api) {
      await made(api, { region: "x", tagging: { tags: { a: "1", b: "2" } } });
      const { spec } = await api.patch(api.ours("buckets/a"), {
        spec: { region: null, tagging: { tags: { a: null } } },
      });
      assert.equal(spec.region, undefined);
      assert.deepEqual(spec.tagging, { tags: { b: "2" } });
      assert.deepEqual(spec.providerRef, bucketSpec.providerRef);
    },
  },
  {
    fact: "a JSON patch whose test fails is 422 without causes, and changes nothing",
    async run(api) {
      await made(api, {}, { finalizers: ["a/b", "c/d"] });
      const patch = (operations: unknown) =>
        api.request("PATCH", api.ours("buckets/a"), operations, { type: JSON_PATCH });
      for (const path of ["/metadata/uid", "/metadata/finalizers/1"]) {
        const answer = await patch([{ op: "test", path, value: "a/b" }, {
          op: "remove",
          path: "/metadata/finalizers/1",
        }]);
        refused(answer, 422, "Invalid");
        assert.equal(answer.body.message, "the server rejected our request due to an error in our request");
        assert.equal(answer.body.details.causes, undefined);
      }
      refused(await patch([{ op: "remove", path: "/metadata/annotations" }]), 422, "Invalid");
      const set = await patch([{ op: "replace", path: "/spec/region", value: "set" }]);
      assert.equal(set.body.spec.region, "set");
      const { body } = await patch([
        { op: "test", path: "/metadata/finalizers/1", value: "c/d" },
        { op: "remove", path: "/metadata/finalizers/1" },
        { op: "add", path: "/metadata/annotations", value: { "e/f": "x" } },
      ]);
      assert.deepEqual(body.metadata.finalizers, ["a/b"]);
      assert.deepEqual(body.metadata.annotations, { "e/f": "x" });
    },
  },
  {
    fact: "a patch of an unknown type, or of a type that the kind does not take, is 415",
    async run(api) {
      await made(api);
      for (const type of [STRATEGIC, "application/json"]) {
        refused(
          await api.request("PATCH", api.ours("buckets/a"), { spec: {} }, { type }),
          415,
          "UnsupportedMediaType",
        );
      }
    },
  },
  {
    fact: "unknown fields are dropped with a warning, refused when asked to, or dropped in silence",
    async run(api) {
      const post = (mode: string, name: string) =>
        api.request("POST", api.ours(`buckets${mode}`), bucket(name, { unknown: 1, also: { a: 1 } }));
      const warned = await post("", "a");
      assert.equal(warned.status, 201);
      assert.match(warned.warning, /unknown field \\"spec\.unknown\\"/);
      assert.equal(warned.body.spec.unknown, undefined);
      assert.equal((await post("?fieldValidation=Ignore", "b")).warning, "");
      const strict = await post("?fieldValidation=Strict", "c");
      refused(strict, 400, "BadRequest");
      assert.match(
        strict.body.message,
        /strict decoding error: unknown field "spec.also", unknown field "spec.unknown"$/,
      );
      const patch = api.request("PATCH", api.ours("buckets/a?fieldValidation=Strict"), { spec: { unknown: 1 } }, {
        type: MERGE,
      });
      refused(await patch, 422, "Invalid", ["patch"]);
    },
  },
  {
    fact: "values are checked against the schema, each in its own words",
    async run(api) {
      await made(api);
      const wrong: [object, Record<string, string>][] = [
        [{ name: "Bad_Name" }, {
          "spec.name":
            `Invalid value: "Bad_Name": spec.name in body should match '^[a-z0-9][a-z0-9\\-\\.]{1,61}[a-z0-9]$'`,
        }],
        [{ region: 5 }, {
          "spec.region": `Invalid value: "integer": spec.region in body must be of type string: "integer"`,
        }],
        [{ name: "x".repeat(64) }, { "spec.name": "Too long: may not be more than 63 bytes" }],
        [{ deletionPolicy: "No" }, {
          "spec.deletionPolicy": `Unsupported value: "No": supported values: "Delete", "Retain"`,
        }],
        [{ providerRef: {} }, { "spec.providerRef.name": "Required value" }],
        [{ providerRef: null }, { "spec.providerRef": "Required value" }],
        [{ autoManage: { rotation: { intervalDays: 366 } } }, {
          "spec.autoManage.rotation.intervalDays":
            "Invalid value: 366: spec.autoManage.rotation.intervalDays in body should be less than or equal to 365",
        }],
        [{ lifecycle: { rules: [{ id: "a", expiration: { days: 0 } }] } }, {
          "spec.lifecycle.rules[0].expiration.days":
            "Invalid value: 0: spec.lifecycle.rules[0].expiration.days in body should be greater than or equal to 1",
        }],
        [{ lifecycle: { rules: [{ id: "a" }, { id: "a" }] } }, {
          "spec.lifecycle.rules[1]": `Duplicate value: {"id":"a"}`,
        }],
        [{ allowedNamespaces: ["a", "a"] }, { "spec.allowedNamespaces[1]": `Duplicate value: "a"` }],
        [{ tagging: { tags: { a: 1 } } }, {
          "spec.tagging.tags.a":
            `Invalid value: "integer": spec.tagging.tags.a in body must be of type string: "integer"`,
        }],
      ];
      for (const [spec, causes] of wrong) {
        const answer = await api.request("POST", api.ours("buckets"), bucket("b", spec));
        refused(answer, 422, "Invalid");
        const found = answer.body.details.causes.filter(({ field }: Json) => field !== UNCHECKED);
        assert.deepEqual(Object.fromEntries(found.map(({ field, message }: Json) => [field, message])), causes);
      }
    },
  },
  {
    fact: "a write of the status is checked against the status's schema",
    async run(api) {
      await made(api);
      const patch = (status: unknown) =>
        api.request("PATCH", api.ours("buckets/a/status"), { status }, { type: MERGE });
      refused(await patch({ exists: "yes" }), 422, "Invalid", ["status.exists", UNCHECKED]);
      refused(await patch({ conditions: [{ type: "Ready", status: "Maybe" }] }), 422, "Invalid", [
        "status.conditions[0].status",
        "status.conditions[0].reason",
        "status.conditions[0].message",
        "status.conditions[0].lastTransitionTime",
        UNCHECKED,
      ]);
    },
  },
];
