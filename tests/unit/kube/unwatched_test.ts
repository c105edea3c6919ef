import assert from "node:assert/strict";
import { KubeError } from "../../../lib/kube/errors.ts";
import type { RequestOptions } from "../../../lib/kube/transport.ts";
import { warnOfUnwatched } from "../../../lib/kube/unwatched.ts";
import { KeptLog, type Thing, thing, thingType } from "./collaborators.ts";

const FINALIZER = "test.dev/finalizer";

function held(name: string, namespace: string): Thing {
  return thing(name, { namespace, metadata: { finalizers: ["other.dev/finalizer", FINALIZER] } });
}

/** What is said of a cluster whose list comes in these pages. */
async function said(pages: readonly (readonly Thing[])[] | KubeError): Promise<KeptLog> {
  const log = new KeptLog();
  const request = <T>(_method: string, _path: string, { query = {} }: RequestOptions): Promise<T> => {
    if (pages instanceof KubeError) return Promise.reject(pages);
    const page = Number(query["continue"] ?? "0");
    const metadata = page + 1 < pages.length ? { continue: `${page + 1}` } : {};
    return Promise.resolve({ metadata, items: pages[page] ?? [] } as T);
  };
  const { signal } = new AbortController();
  await warnOfUnwatched({ transport: { request }, types: [thingType], namespaces: ["team-a", "team-b"], log, signal });
  return log;
}

Deno.test("objects with our finalizer in other namespaces are counted over all pages, and some are named", async () => {
  const far = Array.from({ length: 7 }, (_, index) => held(`far-${index}`, "elsewhere"));
  const { lines: [line, ...more] } = await said([[held("near", "team-a"), far[0]!], far.slice(1)]);
  assert.deepEqual(more, []);
  assert.equal(line?.level, "WARNING");
  assert.match(line.message, /WATCH_SCOPE=cluster/);
  assert.equal(line.fields["count"], 7);
  assert.deepEqual(line.fields["some"], [0, 1, 2, 3, 4].map((index) => `Thing elsewhere/far-${index}`));
});

for (
  const [fact, pages] of Object.entries({
    "all objects are in watched namespaces": [[held("near", "team-a"), held("nearer", "team-b")]],
    "objects elsewhere do not have our finalizer": [[thing("far", { namespace: "elsewhere" })]],
    "there are no objects": [[]],
  })
) {
  Deno.test(`nothing is said of unwatched namespaces where ${fact}`, async () => {
    assert.deepEqual((await said(pages)).lines, []);
  });
}

for (
  const [fact, error] of Object.entries({
    "the cluster may not be listed": new KubeError(403, "Forbidden", "things is forbidden"),
    "the server does not answer": new KubeError(0, "Network", "The API server cannot be reached"),
  })
) {
  Deno.test(`nobody is warned where ${fact}`, async () => {
    assert.deepEqual((await said(error)).lines.map(({ level }) => level), ["DEBUG"]);
  });
}
