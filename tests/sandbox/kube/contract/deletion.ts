import assert from "node:assert/strict";
import { type Api, bucket, type ContractCase, type Json, JSON_PATCH, MERGE, refused } from "./case.ts";

const FINALIZER = "s3.cloud37.dev/finalizer";

async function owned(api: Api, name: string, owners: Json[], metadata: object = {}): Promise<Json> {
  const ownerReferences = owners.map(({ metadata: { name, uid } }) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    name,
    uid,
    blockOwnerDeletion: true,
  }));
  const body = { metadata: { name, ...(owners.length > 0 ? { ownerReferences } : {}), ...metadata } };
  return await api.send("POST", api.core("configmaps"), body);
}

export const deletionCases: readonly ContractCase[] = [
  {
    fact: "an object without finalizers goes at once; the answer is a Status with its uid",
    async run(api) {
      const { metadata: { uid } } = await api.send("POST", api.ours("buckets"), bucket("a"));
      const answer = await api.send("DELETE", api.ours("buckets/a"));
      assert.equal(answer.status, "Success");
      assert.deepEqual(answer.details, { name: "a", group: "s3.cloud37.dev", kind: "buckets", uid });
      refused(await api.request("GET", api.ours("buckets/a")), 404, "NotFound");
    },
  },
  {
    fact: "a finalizer holds the object, which can be changed but gets no further finalizer, until the last is off",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a", {}, { finalizers: [FINALIZER] }));
      const path = api.ours("buckets/a");
      const marked = await api.send("DELETE", path);
      assert.equal(marked.kind, "Bucket");
      assert.match(marked.metadata.deletionTimestamp, /Z$/);
      assert.equal(marked.metadata.deletionGracePeriodSeconds, 0);
      assert.equal(marked.metadata.generation, 2);
      const again = await api.send("DELETE", path);
      assert.equal(again.metadata.resourceVersion, marked.metadata.resourceVersion);
      const post = await api.request("POST", api.ours("buckets"), bucket("a"));
      refused(post, 409, "AlreadyExists");
      assert.match(post.body.message, /^object is being deleted: /);
      const more = { metadata: { finalizers: [FINALIZER, "c/d"] } };
      refused(await api.request("PATCH", path, more, { type: MERGE }), 422, "Invalid", ["metadata.finalizers"]);
      const kept = await api.patch(path, { metadata: { deletionTimestamp: null }, spec: { region: "x" } });
      assert.equal(kept.metadata.deletionTimestamp, marked.metadata.deletionTimestamp);
      const last = await api.patch(path, [
        { op: "test", path: "/metadata/finalizers/0", value: FINALIZER },
        { op: "remove", path: "/metadata/finalizers/0" },
      ], JSON_PATCH);
      assert.equal(last.metadata.finalizers, undefined);
      refused(await api.request("GET", path), 404, "NotFound");
    },
  },
  {
    fact: "a deletion for another uid or version is a conflict",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a"));
      for (const preconditions of [{ uid: "other" }, { resourceVersion: "1" }]) {
        refused(await api.request("DELETE", api.ours("buckets/a"), { preconditions }), 409, "Conflict");
      }
    },
  },
  {
    fact: "a collection is deleted by its selector",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a", {}, { labels: { app: "x" } }));
      await api.send("POST", api.ours("buckets"), bucket("b"));
      await api.send("DELETE", api.ours("buckets?labelSelector=app%3Dx"));
      const { items } = await api.send("GET", api.ours("buckets"));
      assert.deepEqual(items.map((item: Json) => item.metadata.name), ["b"]);
    },
  },
  {
    fact: "what loses its last owner is deleted, what has another keeps that one, what never had one goes too",
    async run(api) {
      const [one, two] = [await owned(api, "one", []), await owned(api, "two", [])];
      await owned(api, "of-one", [one]);
      await owned(api, "of-both", [one, two]);
      await owned(api, "of-nobody", [{ metadata: { name: "none", uid: "12345678-1234-1234-1234-123456789012" } }]);
      await owned(api, "held", [one], { finalizers: ["a/b"] });
      await api.send("DELETE", api.core("configmaps/one"));
      await api.gone(api.core("configmaps/of-one"));
      await api.gone(api.core("configmaps/of-nobody"));
      await api.until(api.core("configmaps/held"), ({ body }) => body.metadata.deletionTimestamp !== undefined);
      const { body } = await api.until(
        api.core("configmaps/of-both"),
        ({ body }) => body.metadata.ownerReferences.length === 1,
      );
      assert.equal(body.metadata.ownerReferences[0].name, "two");
      await api.patch(api.core("configmaps/held"), { metadata: { finalizers: null } });
      await api.gone(api.core("configmaps/held"));
    },
  },
  {
    fact: "in the foreground the owner stays until what blocks it has gone",
    async run(api) {
      const owner = await owned(api, "owner", []);
      await owned(api, "held", [owner], { finalizers: ["a/b"] });
      const marked = await api.send("DELETE", api.core("configmaps/owner"), { propagationPolicy: "Foreground" });
      assert.deepEqual(marked.metadata.finalizers, ["foregroundDeletion"]);
      await api.until(api.core("configmaps/held"), ({ body }) => body.metadata.deletionTimestamp !== undefined);
      assert.equal((await api.request("GET", api.core("configmaps/owner"))).status, 200);
      await api.patch(api.core("configmaps/held"), { metadata: { finalizers: null } });
      await api.gone(api.core("configmaps/owner"));
    },
  },
  {
    fact: "orphans stay, without their owner",
    async run(api) {
      const owner = await owned(api, "owner", []);
      await owned(api, "orphan", [owner]);
      await api.until(api.core("configmaps/orphan"), ({ status }) => status === 200);
      await api.send("DELETE", api.core("configmaps/owner?propagationPolicy=Orphan"));
      await api.gone(api.core("configmaps/owner"));
      const { metadata } = await api.send("GET", api.core("configmaps/orphan"));
      assert.equal(metadata.ownerReferences, undefined);
    },
  },
  {
    fact: "a namespace that is deleted takes all in it along, waits for finalizers and lets nothing in",
    async run(api) {
      const namespace = `/api/v1/namespaces/${api.namespace}`;
      await api.send("POST", api.core("secrets"), { metadata: { name: "s" } });
      await api.send("POST", api.ours("buckets"), bucket("held", {}, { finalizers: [FINALIZER] }));
      const marked = await api.send("DELETE", namespace);
      assert.equal(marked.status.phase, "Terminating");
      const late = await api.request("POST", api.ours("buckets"), bucket("late"));
      refused(late, 403, "Forbidden");
      assert.equal(late.body.details.causes[0].reason, "NamespaceTerminating");
      await api.until(api.ours("buckets/held"), ({ body }) => body.metadata.deletionTimestamp !== undefined);
      await api.gone(api.core("secrets/s"));
      assert.equal((await api.request("GET", namespace)).status, 200);
      await api.patch(api.ours("buckets/held"), { metadata: { finalizers: null } });
      await api.gone(namespace);
    },
  },
];
