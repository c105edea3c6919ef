import assert from "node:assert/strict";
import { bucket } from "./kube/contract/case.ts";
import { type KubeSandboxOptions, withSandbox } from "./kube/harness.ts";
import { Faults } from "./faults.ts";

const BUCKETS = "/apis/s3.cloud37.dev/v1alpha1/namespaces/default/buckets";

Deno.test("requests are logged and counted by name until they are forgotten", async () => {
  await withSandbox({}, async (sandbox, api) => {
    await api.send("POST", BUCKETS, bucket("a"));
    await api.patch(`${BUCKETS}/a/status`, { status: { exists: true } });
    await api.send("GET", BUCKETS);
    await api.send("GET", `${BUCKETS}/a`);
    await api.request("GET", "/version");
    const counts = sandbox.counts();
    for (const name of ["POST buckets", "PATCH buckets/status", "LIST buckets", "GET buckets", "GET /version"]) {
      assert.equal(counts[name], 1, name);
    }
    assert.equal(sandbox.requests.at(-1)?.status, 200);
    sandbox.forgetRequests();
    assert.deepEqual(sandbox.counts(), {});
  });
});

Deno.test("faults get between a request and its answer, by the name of the request", async () => {
  const faults = new Faults();
  await withSandbox({ faults }, async (_, api) => {
    faults.on("PATCH buckets/status", { do: "fail", status: 503, code: "Unavailable" }, { times: 1 });
    await api.send("POST", BUCKETS, bucket("a"));
    const patch = () => api.request("PATCH", `${BUCKETS}/a/status`, { status: { exists: true } }, { type: MERGE });
    assert.equal((await patch()).status, 503);
    assert.equal((await patch()).status, 200);
  });
});

const MERGE = "application/merge-patch+json";

Deno.test("without its token a request is refused", async () => {
  await withSandbox({ token: "right" }, async (sandbox) => {
    const response = await fetch(`${sandbox.url}${BUCKETS}`, { headers: { authorization: "Bearer wrong" } });
    const { reason } = await response.json();
    assert.deepEqual([response.status, reason], [401, "Unauthorized"]);
  });
});

/** The lines of a watch, until it ends or breaks. */
async function watched(
  url: string,
  seen: (event: { type: string; object: { code?: number } }) => void,
): Promise<string> {
  try {
    const response = await fetch(url);
    if (!response.ok) return `status ${(await response.json()).code}`;
    let rest = "";
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) seen(JSON.parse(line));
    }
    return "ended";
  } catch {
    return "broken";
  }
}

for (const [how, expected] of [["error", "broken"], ["end", "ended"]] as const) {
  Deno.test(`live watches are ${expected} at will, and are gone then`, async () => {
    await withSandbox({}, async (sandbox, api) => {
      await api.send("POST", BUCKETS, bucket("a"));
      const first = Promise.withResolvers<void>();
      const watch = watched(`${sandbox.url}${BUCKETS}?watch=1`, () => first.resolve());
      await first.promise;
      assert.equal(sandbox.watches.count, 1);
      sandbox.cutWatches(how);
      assert.equal(await watch, expected);
      assert.equal(sandbox.watches.count, 0);
    });
  });
}

Deno.test("a stalled watch is silent and stays", async () => {
  await withSandbox({}, async (sandbox, api) => {
    const { metadata: { resourceVersion } } = await api.send("GET", BUCKETS);
    const seen: string[] = [];
    const url = `${sandbox.url}${BUCKETS}?watch=1&resourceVersion=${resourceVersion}`;
    const watch = watched(url, ({ type }) => seen.push(type));
    while (sandbox.watches.count === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    sandbox.watches.stall();
    await api.send("POST", BUCKETS, bucket("missed"));
    sandbox.watches.stall(false);
    await api.send("DELETE", `${BUCKETS}/missed`);
    sandbox.cutWatches("end");
    assert.equal(await watch, "ended");
    assert.deepEqual(seen, ["DELETED"]);
  });
});

const forgotten: Record<string, [KubeSandboxOptions, string]> = {
  "is an ERROR event": [{}, "ended"],
  "is a status where that is wanted": [{ behaviour: { expiredWatch: "status" } }, "status 410"],
};
for (const [fact, [options, expected]] of Object.entries(forgotten)) {
  Deno.test(`a watch from a forgotten version ${fact}`, async () => {
    await withSandbox(options, async (sandbox, api) => {
      const { metadata: { resourceVersion } } = await api.send("GET", BUCKETS);
      await api.send("POST", BUCKETS, bucket("a"));
      sandbox.compact();
      const codes: unknown[] = [];
      const url = `${sandbox.url}${BUCKETS}?watch=1&resourceVersion=${resourceVersion}`;
      assert.equal(await watched(url, ({ type, object }) => codes.push([type, object.code])), expected);
      assert.deepEqual(codes, expected === "ended" ? [["ERROR", 410]] : []);
    });
  });
}

Deno.test("history is kept up to its size", async () => {
  await withSandbox({ historySize: 4 }, async (sandbox, api) => {
    const { metadata: { resourceVersion } } = await api.send("GET", BUCKETS);
    for (const name of ["a", "b", "c", "d", "e", "f"]) await api.send("POST", BUCKETS, bucket(name));
    const codes: unknown[] = [];
    const url = `${sandbox.url}${BUCKETS}?watch=1&resourceVersion=${resourceVersion}`;
    await watched(url, ({ object }) => codes.push(object.code));
    assert.deepEqual(codes, [410]);
  });
});

Deno.test("bookmarks come to a watch that asks for them", async () => {
  await withSandbox({ behaviour: { bookmarkMs: 5 } }, async (sandbox) => {
    const seen = Promise.withResolvers<string>();
    const watch = watched(
      `${sandbox.url}${BUCKETS}?watch=1&allowWatchBookmarks=true`,
      ({ type }) => seen.resolve(type),
    );
    assert.equal(await seen.promise, "BOOKMARK");
    sandbox.cutWatches("end");
    await watch;
  });
});

Deno.test("what is put is stored as it is, and stays editable where it breaks younger rules", async () => {
  await withSandbox({}, async (sandbox, api) => {
    const broken = bucket("a", { userRef: { name: "u" }, autoManage: { userName: "x" }, region: "old" });
    const stored = sandbox.put({
      ...broken,
      metadata: { ...broken.metadata, namespace: "default", uid: "kept", generation: 7 },
      status: { observedGeneration: 7, exists: true },
    });
    assert.deepEqual([stored.metadata.uid, stored.metadata.generation], ["kept", 7]);
    const edited = await api.patch(`${BUCKETS}/a`, { spec: { region: "new" } });
    assert.deepEqual([edited.metadata.generation, edited.status.exists], [8, true]);
    const found = sandbox.get("s3.cloud37.dev/v1alpha1", "buckets", { namespace: "default", name: "a" });
    assert.equal((found?.["spec"] as { region: string }).region, "new");
    assert.equal(sandbox.list("s3.cloud37.dev/v1alpha1", "buckets").length, 1);
  });
});
