import assert from "node:assert/strict";
import { type Api, type ContractCase, type Json, refused, STRATEGIC } from "./case.ts";

function leases(api: Api): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${api.namespace}/leases`;
}

function events(api: Api): string {
  return `/apis/events.k8s.io/v1/namespaces/${api.namespace}/events`;
}

function event(api: Api, changes: object = {}): Json {
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "e", namespace: api.namespace },
    eventTime: "2026-01-01T00:00:00.123456Z",
    reportingController: "wasabi-s3-operator",
    reportingInstance: "instance",
    type: "Normal",
    reason: "Ready",
    action: "Reconcile",
    note: "hello",
    regarding: { apiVersion: "v1", kind: "Secret", name: "s", namespace: api.namespace },
    ...changes,
  };
}

export const builtInCases: readonly ContractCase[] = [
  {
    fact: "stringData of a Secret goes into data; the type is Opaque and does not change",
    async run(api) {
      const path = api.core("secrets/s");
      const made = await api.send("POST", api.core("secrets"), { metadata: { name: "s" }, stringData: { a: "ä" } });
      assert.deepEqual([made.data, made.stringData, made.type], [{ a: "w6Q=" }, undefined, "Opaque"]);
      assert.equal(made.metadata.generation, undefined);
      const patch = await api.request("PATCH", path, { type: "other" }, { type: STRATEGIC });
      refused(patch, 422, "Invalid", ["type"]);
      const put = await api.send("PUT", path, { metadata: { name: "s" }, data: { b: "Yg==" } });
      assert.deepEqual(put.data, { b: "Yg==" });
      const { items } = await api.send("GET", api.core("secrets?fieldSelector=type%3DOpaque"));
      assert.deepEqual(items.map(({ kind, metadata: { name } }: Json) => [kind, name]), [[undefined, "s"]]);
    },
  },
  {
    fact: "a Secret with data that is not base64, or with a key that is no file name, is refused",
    async run(api) {
      const post = (data: object) => api.request("POST", api.core("secrets"), { metadata: { name: "s" }, data });
      refused(await post({ a: "!!" }), 400, "BadRequest");
      refused(await post({ a: 1 }), 400, "BadRequest");
      refused(await post({ "a b": "YQ==" }), 422, "Invalid", ["data[a b]"]);
    },
  },
  {
    fact: "what is immutable stays",
    async run(api) {
      await api.send("POST", api.core("configmaps"), { metadata: { name: "c" }, data: { a: "b" }, immutable: true });
      const patch = await api.request("PATCH", api.core("configmaps/c"), { data: { a: "c" } }, { type: STRATEGIC });
      refused(patch, 422, "Invalid", ["data"]);
    },
  },
  {
    fact: "a strategic patch of a built-in kind merges finalizers",
    async run(api) {
      await api.send("POST", api.core("secrets"), { metadata: { name: "s", finalizers: ["a/b"] } });
      const patched = await api.patch(api.core("secrets/s"), { metadata: { finalizers: ["c/d"] } }, STRATEGIC);
      assert.deepEqual(patched.metadata.finalizers.sort(), ["a/b", "c/d"]);
    },
  },
  {
    fact: "a Lease is changed at its version alone, is made by a PUT, and its times have six digits of a second",
    async run(api) {
      const spec = { holderIdentity: "a", leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z" };
      const path = `${leases(api)}/l`;
      const made = await api.send("POST", leases(api), { metadata: { name: "l" }, spec });
      assert.deepEqual(made.spec, spec);
      const taken = { ...made, spec: { ...spec, holderIdentity: "b" } };
      assert.equal((await api.send("PUT", path, taken)).spec.holderIdentity, "b");
      refused(await api.request("PUT", path, taken), 409, "Conflict");
      refused(await api.request("PUT", path, { metadata: { name: "l" }, spec }), 422, "Invalid", [
        "metadata.resourceVersion",
      ]);
      assert.equal((await api.request("PUT", `${leases(api)}/m`, { metadata: { name: "m" }, spec })).status, 201);
      const post = (changes: object) => api.request("POST", leases(api), { metadata: { name: "n" }, spec: changes });
      refused(await post({ renewTime: "2026-01-01T00:00:00.000Z" }), 400, "BadRequest");
      refused(await post({ leaseDurationSeconds: 0 }), 422, "Invalid", ["spec.leaseDurationSeconds"]);
      refused(await post({ leaseTransitions: -1 }), 422, "Invalid", ["spec.leaseTransitions"]);
    },
  },
  {
    fact: "an Event is one object in two groups",
    async run(api) {
      await api.send("POST", events(api), event(api));
      const core = await api.send("GET", api.core("events/e"));
      assert.deepEqual(
        [core.apiVersion, core.message, core.involvedObject.name, core.reportingComponent, core.firstTimestamp],
        ["v1", "hello", "s", "wasabi-s3-operator", null],
      );
      const query = "fieldSelector=involvedObject.name%3Ds%2Ctype%3DNormal";
      assert.equal((await api.send("GET", api.core(`events?${query}`))).items.length, 1);
      assert.equal((await api.send("GET", `${events(api)}?fieldSelector=regarding.name%3Ds`)).items.length, 1);
      refused(await api.request("GET", `${events(api)}?${query}`), 400, "BadRequest");
      await api.send("DELETE", api.core("events/e"));
      refused(await api.request("GET", `${events(api)}/e`), 404, "NotFound");
    },
  },
  {
    fact: "an Event is checked",
    async run(api) {
      const wrong: [object, string[]][] = [
        [{ reportingInstance: "x".repeat(129) }, ["reportingInstance"]],
        [{ note: "x".repeat(1025) }, ["message"]],
        [{ action: "" }, ["action"]],
        [{ reason: "" }, ["reason"]],
        [{ type: "Bad" }, ["type"]],
        [{ eventTime: null }, ["eventTime"]],
        [{ reportingController: "a b" }, ["reportingController"]],
        [{ regarding: { kind: "Secret", name: "s" } }, ["involvedObject.namespace"]],
        [{ series: { count: 1, lastObservedTime: "2026-01-01T00:00:00.123456Z" } }, ["series.count"]],
      ];
      for (const [changes, fields] of wrong) {
        const answer = await api.request("POST", events(api), event(api, changes));
        // Where there is no time, the older form is checked as well.
        if ("eventTime" in changes) refused(answer, 422, "Invalid");
        else refused(answer, 422, "Invalid", fields);
      }
      refused(
        await api.request("POST", events(api), event(api, { eventTime: "2026-01-01T00:00:00Z" })),
        400,
        "BadRequest",
      );
    },
  },
  {
    fact: "of an Event only the series changes",
    async run(api) {
      await api.send("POST", events(api), event(api));
      const series = { count: 2, lastObservedTime: "2026-01-01T00:00:01.000000Z" };
      assert.deepEqual((await api.patch(`${events(api)}/e`, { series })).series, series);
      const answer = await api.request("PATCH", `${events(api)}/e`, { note: "other" }, {
        type: "application/merge-patch+json",
      });
      refused(answer, 422, "Invalid", ["message"]);
    },
  },
  {
    fact: "a namespace has its phase and its name as a label; default cannot be deleted",
    async run(api) {
      const { metadata, spec, status } = await api.send("GET", `/api/v1/namespaces/${api.namespace}`);
      assert.equal(metadata.labels["kubernetes.io/metadata.name"], api.namespace);
      assert.deepEqual([spec.finalizers, status.phase], [["kubernetes"], "Active"]);
      refused(await api.request("DELETE", "/api/v1/namespaces/default"), 403, "Forbidden");
      const dotted = await api.request("POST", "/api/v1/namespaces", { metadata: { name: "a.b" } });
      refused(dotted, 422, "Invalid", ["metadata.name"]);
    },
  },
  {
    fact: "discovery names what is served",
    async run(api) {
      const { groups } = await api.send("GET", "/apis");
      for (const name of ["s3.cloud37.dev", "coordination.k8s.io", "events.k8s.io", "apiextensions.k8s.io"]) {
        assert.ok(groups.some((group: Json) => group.name === name), name);
      }
      const { resources } = await api.send("GET", "/apis/s3.cloud37.dev/v1alpha1");
      const found = resources.find(({ name }: Json) => name === "buckets");
      assert.deepEqual([found.kind, found.namespaced, found.shortNames], ["Bucket", true, ["s3bkt"]]);
      assert.deepEqual(found.categories, ["wasabi-s3", "s3"]);
      assert.ok(resources.some(({ name }: Json) => name === "buckets/status"));
      const { major } = await api.send("GET", "/version");
      assert.equal(major, "1");
      assert.equal((await api.request("GET", "/apis/none.example.com/v1")).status, 404);
    },
  },
];
