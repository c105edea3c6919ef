import assert from "node:assert/strict";
import { type Api, bucket, type ContractCase, type Json } from "./case.ts";

interface WatchEvent {
  readonly type: string;
  readonly object: Json;
}

/** The events of a watch, one after the other; `return` ends it. */
async function* watch(api: Api, path: string, query: Record<string, string>): AsyncGenerator<WatchEvent> {
  const aborter = new AbortController();
  const url = `${path}?${new URLSearchParams({ watch: "true", timeoutSeconds: "60", ...query })}`;
  const response = await api.fetch("GET", url, { signal: aborter.signal });
  assert.equal(response.status, 200);
  let rest = "";
  try {
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield JSON.parse(line);
    }
  } finally {
    aborter.abort();
  }
}

/** The first events, each as `TYPE name`. */
async function first(events: AsyncGenerator<WatchEvent>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, object } of events) {
    seen.push(`${type} ${object.metadata.name}`);
    if (seen.length === count) break;
  }
  return seen;
}

export const watchCases: readonly ContractCase[] = [
  {
    fact: "a watch from a list's version shows what came after it, each at a version of its own",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("before"));
      const { metadata: { resourceVersion } } = await api.send("GET", api.ours("buckets"));
      await api.send("POST", api.ours("buckets"), bucket("a"));
      await api.patch(api.ours("buckets/a"), { spec: { region: "x" } });
      await api.send("DELETE", api.ours("buckets/a"));
      const versions: number[] = [];
      const seen: string[] = [];
      for await (const { type, object } of watch(api, api.ours("buckets"), { resourceVersion })) {
        seen.push(`${type} ${object.metadata.name}`);
        versions.push(Number(object.metadata.resourceVersion));
        if (seen.length === 3) break;
      }
      assert.deepEqual(seen, ["ADDED a", "MODIFIED a", "DELETED a"]);
      assert.deepEqual([...versions].sort((x, y) => x - y), versions);
      assert.equal(new Set(versions).size, 3);
      assert.ok((versions[0] as number) > Number(resourceVersion));
    },
  },
  {
    fact: "without a version a watch begins with what is there",
    async run(api) {
      for (const name of ["a", "b"]) await api.send("POST", api.ours("buckets"), bucket(name));
      for (const query of [{}, { resourceVersion: "0" }] as Record<string, string>[]) {
        assert.deepEqual((await first(watch(api, api.ours("buckets"), query), 2)).sort(), ["ADDED a", "ADDED b"]);
      }
    },
  },
  {
    fact: "a watch of all namespaces sees this one; a watch of one object sees that alone",
    async run(api) {
      const { metadata: { resourceVersion } } = await api.send("GET", api.ours("buckets"));
      for (const name of ["other", "one"]) await api.send("POST", api.ours("buckets"), bucket(name));
      const everywhere = watch(api, "/apis/s3.cloud37.dev/v1alpha1/buckets", { resourceVersion });
      for await (const { type, object } of everywhere) {
        if (object.metadata.namespace !== api.namespace) continue;
        assert.deepEqual([type, object.metadata.name], ["ADDED", "other"]);
        break;
      }
      const one = { resourceVersion, fieldSelector: "metadata.name=one" };
      assert.deepEqual(await first(watch(api, api.ours("buckets"), one), 1), ["ADDED one"]);
    },
  },
  {
    fact: "what a selector loses is deleted as far as its watch is concerned, and added when it comes back",
    async run(api) {
      const { metadata: { resourceVersion } } = await api.send("GET", api.ours("buckets"));
      await api.send("POST", api.ours("buckets"), bucket("a", {}, { labels: { app: "x" } }));
      await api.patch(api.ours("buckets/a"), { metadata: { labels: { app: "y" } } });
      await api.patch(api.ours("buckets/a"), { metadata: { labels: { app: "x" } } });
      const events = watch(api, api.ours("buckets"), { resourceVersion, labelSelector: "app=x" });
      assert.deepEqual(await first(events, 3), ["ADDED a", "DELETED a", "ADDED a"]);
    },
  },
  {
    fact: "a deletion shows the object as it was stored, with the finalizer that went last",
    async run(api) {
      const { metadata: { resourceVersion } } = await api.send("GET", api.ours("buckets"));
      await api.send("POST", api.ours("buckets"), bucket("a", {}, { finalizers: ["a/b"] }));
      await api.send("DELETE", api.ours("buckets/a"));
      await api.patch(api.ours("buckets/a"), { metadata: { finalizers: null } });
      const seen: string[] = [];
      for await (const { type, object } of watch(api, api.ours("buckets"), { resourceVersion })) {
        seen.push(`${type} ${object.metadata.finalizers}`);
        if (type === "DELETED") break;
      }
      assert.deepEqual(seen, ["ADDED a/b", "MODIFIED a/b", "DELETED a/b"]);
    },
  },
  {
    fact: "a watch from a version that is yet to come waits for it",
    async run(api) {
      const query = { resourceVersion: "999999999", timeoutSeconds: "1" };
      await api.send("POST", api.ours("buckets"), bucket("a"));
      for await (const { type } of watch(api, api.ours("buckets"), query)) assert.fail(type);
    },
  },
  {
    fact: "initial events end with a bookmark that says so",
    async run(api) {
      await api.send("POST", api.ours("buckets"), bucket("a"));
      const query = {
        sendInitialEvents: "true",
        resourceVersionMatch: "NotOlderThan",
        allowWatchBookmarks: "true",
      };
      for await (const { type, object } of watch(api, api.ours("buckets"), query)) {
        if (type === "ADDED") continue;
        assert.equal(type, "BOOKMARK");
        assert.equal(object.kind, "Bucket");
        assert.deepEqual(object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
        assert.match(object.metadata.resourceVersion, /^\d+$/);
        break;
      }
    },
  },
  {
    fact: "a watch ends after its timeoutSeconds",
    async run(api) {
      const { metadata: { resourceVersion } } = await api.send("GET", api.ours("buckets"));
      const seen: string[] = [];
      for await (const { type } of watch(api, api.ours("buckets"), { resourceVersion, timeoutSeconds: "1" })) {
        seen.push(type);
      }
      assert.deepEqual(seen, []);
    },
  },
];
