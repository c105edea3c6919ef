import assert from "node:assert/strict";
import { bucket, type ContractCase, type Json, refused, TABLE, UNCHECKED } from "./case.ts";

export const objectCases: readonly ContractCase[] = [
  {
    fact: "a new object has a uid, a version, a time and generation 1; its status is the default, whatever was sent",
    async run(api) {
      const sent = { ...bucket("a"), status: { exists: true } };
      const { status, body } = await api.request("POST", api.ours("buckets"), sent);
      assert.equal(status, 201);
      assert.match(body.metadata.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.match(body.metadata.resourceVersion, /^\d+$/);
      assert.match(body.metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.equal(body.metadata.generation, 1);
      assert.equal(body.metadata.namespace, api.namespace);
      assert.deepEqual(body.status, { observedGeneration: -1 });
    },
  },
  {
    fact: "defaults are filled in where their parent is there, and nowhere else",
    async run(api) {
      const { spec } = await api.send("POST", api.ours("buckets"), bucket("a", { autoManage: { rotation: {} } }));
      assert.equal(spec.deletionPolicy, "Retain");
      assert.equal(spec.publicAccess, undefined);
      const rotation = { enabled: true, intervalDays: 90, previousKeysRetentionDays: 7 };
      assert.deepEqual(spec.autoManage, { enabled: true, accessLevel: "readwrite", rotation });
    },
  },
  {
    fact: "a second object of the name is refused",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a"));
      const answer = await api.request("POST", api.ours("buckets"), bucket("a"));
      refused(answer, 409, "AlreadyExists");
      assert.equal(answer.body.message, `buckets.s3.cloud37.dev "a" already exists`);
      assert.deepEqual(answer.body.details, { name: "a", group: "s3.cloud37.dev", kind: "buckets" });
    },
  },
  {
    fact: "generateName makes names",
    async run(api) {
      const draft = { ...bucket(""), metadata: { generateName: "made-" } };
      const made = await api.send("POST", api.ours("buckets"), draft);
      assert.match(made.metadata.name, /^made-[a-z0-9]{5}$/);
    },
  },
  {
    fact: "what is not there is 404 for every method",
    async run(api) {
      const path = api.ours("buckets/none");
      for (const [method, body] of [["GET"], ["DELETE"], ["PATCH", {}], ["PUT", bucket("none")]] as const) {
        const type = method === "PATCH" ? { type: "application/merge-patch+json" } : {};
        const answer = await api.request(method, path, body, type);
        refused(answer, 404, "NotFound");
        assert.equal(answer.body.message, `buckets.s3.cloud37.dev "none" not found`);
      }
    },
  },
  {
    fact: "objects are not created in a namespace that is not there",
    async run(api) {
      const path = api.ours("buckets").replace(api.namespace, "no-such-namespace");
      const answer = await api.request("POST", path, bucket("a"));
      refused(answer, 404, "NotFound");
      assert.equal(answer.body.message, `namespaces "no-such-namespace" not found`);
    },
  },
  {
    fact: "names, labels, annotations and owners are checked",
    async run(api) {
      const wrong: [object, string[]][] = [
        [{ name: "Upper" }, ["metadata.name"]],
        [{ name: "a", labels: { "s3.cloud37.dev/rotated-at": "2026-01-01T00:00:00+00:00" } }, ["metadata.labels"]],
        [{ name: "a", labels: { a: "x".repeat(64) } }, ["metadata.labels"]],
        [{ name: "a", labels: { "a b": "x" } }, ["metadata.labels"]],
        [{ name: "a", annotations: { "a b/c": "x" } }, ["metadata.annotations"]],
        [{ name: "a", finalizers: ["a b"] }, ["metadata.finalizers"]],
        [{ name: "a", ownerReferences: [{ apiVersion: "v1", kind: "Secret", name: "s" }] }, [
          "metadata.ownerReferences[0].uid",
          UNCHECKED,
        ]],
        [{}, ["metadata.name", UNCHECKED]],
      ];
      for (const [metadata, fields] of wrong) {
        refused(await api.request("POST", api.ours("buckets"), { ...bucket("a"), metadata }), 422, "Invalid", fields);
      }
    },
  },
  {
    fact: "what metadata cannot have at creation is left out",
    async run(api) {
      const metadata = {
        labels: { a: null },
        annotations: null,
        finalizers: [],
        uid: "mine",
        generation: 9,
        deletionTimestamp: "2026-01-01T00:00:00Z",
      };
      const made = await api.send("POST", api.ours("buckets"), bucket("a", {}, metadata));
      assert.deepEqual(made.metadata.labels, { a: "" });
      assert.deepEqual([made.metadata.generation, made.metadata.deletionTimestamp, made.metadata.finalizers], [
        1,
        undefined,
        undefined,
      ]);
      assert.notEqual(made.metadata.uid, "mine");
    },
  },
  {
    fact: "an endpoint is a URI",
    async run(api) {
      const auth = { accessKeySecretRef: { name: "s" }, secretKeySecretRef: { name: "s" } };
      const post = (endpoint: string) =>
        api.request("POST", api.ours("providers?dryRun=All"), {
          apiVersion: "s3.cloud37.dev/v1alpha1",
          kind: "Provider",
          metadata: { name: "p" },
          spec: { type: "wasabi", endpoint, region: "r", auth },
        });
      for (const wrong of ["no uri", "", "s3.wasabisys.com", "http://a b/", "http://a:b/"]) {
        refused(await post(wrong), 422, "Invalid", ["spec.endpoint"]);
      }
      for (const right of ["https://s3.wasabisys.com", "http://127.0.0.1:9000/path", "http://"]) {
        assert.equal((await post(right)).status, 201, right);
      }
    },
  },
  {
    fact: "a body that is not of the path's kind and namespace is refused",
    async run(api) {
      const post = (body: unknown) => api.request("POST", api.ours("buckets"), body);
      refused(await post({ ...bucket("a"), kind: "Other" }), 422, "Invalid", ["kind"]);
      refused(await post({ ...bucket("a"), apiVersion: "v1" }), 400, "BadRequest");
      refused(await post({ ...bucket("a"), kind: undefined }), 400, "BadRequest");
      refused(await post({ ...bucket("a"), metadata: { name: "a", namespace: "default" } }), 400, "BadRequest");
      refused(await post({ ...bucket("a"), metadata: { name: "a", labels: { a: 1 } } }), 400, "BadRequest");
      refused(await post("{"), 400, "BadRequest");
    },
  },
  {
    fact: "a list is whole, or in pages that go on where the last ended",
    async run(api) {
      for (const name of ["c", "a", "b"]) await api.send("POST", api.ours("buckets"), bucket(name));
      const whole = await api.send("GET", api.ours("buckets"));
      assert.equal(whole.kind, "BucketList");
      const names = ({ items }: Json) => items.map((item: Json) => item.metadata.name);
      assert.deepEqual(names(whole), ["a", "b", "c"]);
      const first = await api.send("GET", api.ours("buckets?limit=2"));
      assert.deepEqual(names(first), ["a", "b"]);
      assert.equal(first.metadata.remainingItemCount, 1);
      const token = encodeURIComponent(first.metadata.continue);
      const second = await api.send("GET", api.ours(`buckets?limit=2&continue=${token}`));
      assert.deepEqual(names(second), ["c"]);
      assert.equal(second.metadata.continue ?? "", "");
      assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
    },
  },
  {
    fact: "labels and fields select",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a", {}, { labels: { app: "x" } }));
      await api.send("POST", api.ours("buckets"), bucket("b", {}, { labels: { app: "y", tier: "z" } }));
      await api.send("POST", api.ours("buckets"), bucket("c"));
      const selected: Record<string, string[]> = {
        "labelSelector=app%3Dx": ["a"],
        "labelSelector=app%21%3Dx": ["b", "c"],
        "labelSelector=app": ["a", "b"],
        "labelSelector=%21app": ["c"],
        "labelSelector=app+in+(x,y),tier": ["b"],
        "labelSelector=app+notin+(x,y)": ["c"],
        "fieldSelector=metadata.name%3Db": ["b"],
        "fieldSelector=metadata.name%21%3Db": ["a", "c"],
      };
      for (const [query, names] of Object.entries(selected)) {
        const { items } = await api.send("GET", api.ours(`buckets?${query}`));
        assert.deepEqual(items.map((item: Json) => item.metadata.name), names, query);
      }
      const answer = await api.request("GET", api.ours("buckets?fieldSelector=spec.name%3Dx"));
      refused(answer, 400, "BadRequest");
    },
  },
  {
    fact: "a version that is not there yet is a time-out; one that is no number is refused",
    async run(api) {
      const answer = await api.request("GET", api.ours("buckets?resourceVersion=999999999"));
      refused(answer, 504, "Timeout");
      assert.equal(answer.body.details.causes[0].reason, "ResourceVersionTooLarge");
      refused(await api.request("GET", api.ours("buckets?resourceVersion=x")), 400, "BadRequest");
    },
  },
  {
    fact: "a Table has the columns of the definition",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a"));
      const conditions = [{
        type: "Ready",
        status: "True",
        reason: "Ready",
        message: "m",
        lastTransitionTime: "2026-01-01T00:00:00Z",
      }];
      await api.patch(api.ours("buckets/a/status"), { status: { conditions } });
      const table = await api.send("GET", api.ours("buckets"), undefined, { accept: TABLE });
      assert.equal(table.kind, "Table");
      const columns = table.columnDefinitions.map(({ name }: Json) => name);
      assert.deepEqual(columns, ["Name", "Ready", "Reason", "Bucket", "Provider", "Credentials", "Age", "Message"]);
      const [row] = table.rows;
      assert.deepEqual(row.cells.slice(0, 6), ["a", "True", "Ready", "some-bucket", "wasabi", null]);
      assert.equal(row.object.kind, "PartialObjectMetadata");
    },
  },
  {
    fact: "a dry run answers and stores nothing",
    async run(api) {
      await api.send("POST", api.ours("buckets?dryRun=All"), bucket("a"));
      refused(await api.request("GET", api.ours("buckets/a")), 404, "NotFound");
    },
  },
];
