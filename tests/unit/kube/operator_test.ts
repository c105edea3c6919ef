import assert from "node:assert/strict";
import { createOperator, type Parts, type Platform } from "../../../lib/app.ts";
import { readInvocation } from "../../../lib/config/config.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { KeptLog, thing } from "./collaborators.ts";
import { FakeCluster } from "./fake_cluster.ts";
import { ThingReconciler } from "./thing_reconciler.ts";
import { settle, VirtualTime } from "./virtual_time.ts";
import { untraced } from "../../../lib/telemetry/tracing/api.ts";

const anything = { type: "object", properties: {} } as const;

/** An operator in a pod of a cluster in memory. */
class World implements AsyncDisposable {
  readonly cluster = new FakeCluster();
  readonly time = new VirtualTime();
  readonly things = new ThingReconciler();
  readonly closed: number[] = [];
  parts: Parts | undefined;
  outcome: "stopped" | "lost" | Error | undefined;
  readonly #env: Record<string, string>;
  readonly #stop = new AbortController();
  readonly #timers = this.time.installTimers();

  constructor(env: Record<string, string> = {}) {
    this.#env = { KUBERNETES_SERVICE_HOST: "10.0.0.1", POD_NAMESPACE: "operators", POD_NAME: "pod-1", ...env };
  }

  async start(): Promise<void> {
    const env = (name: string) => this.#env[name];
    const platform: Platform = {
      env,
      readFile: (path) => Promise.resolve(path),
      mayRunPrograms: () => false,
      createFetch: () => ({ fetch: this.cluster.fetch, close: () => void this.closed.push(this.time.monotonic()) }),
      openAwsHttp: () => {
        throw new Error("Not used");
      },
      hostname: () => "host",
      clock: this.time,
      random: () => 0,
    };
    const { run } = await createOperator({
      config: readInvocation(["run"], env).config,
      platform,
      metrics: noopMetrics,
      log: new KeptLog(),
      traceSpan: untraced,
      kinds: [{ ...this.things.type, spec: anything, status: anything }],
      children: [],
      createReconcilers: (parts) => {
        this.parts = parts;
        return [this.things];
      },
    });
    run(this.#stop.signal).then((outcome) => this.outcome = outcome, (error) => this.outcome = error);
    await this.time.advance(100);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("Stopping"));
    await settle();
  }

  emit(): void {
    this.parts?.events.emit(thing("a"), { type: "Normal", reason: "BucketDeleted", note: "Deleted" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.time.advance(120_000);
    this.#timers[Symbol.dispose]();
  }
}

Deno.test("an operator leads, reconciles, and is known by its pod's name", async () => {
  await using world = new World();
  world.cluster.put("things", "a");
  await world.start();
  assert.deepEqual(world.things.runs, ["team-a/a"]);
  assert.match(world.cluster.leases.lease.spec.holderIdentity, /^pod-1_[0-9a-f-]{36}$/);
  assert.equal(world.cluster.leases.lease.metadata.namespace, "operators");
});

Deno.test("the name of a pod that is very long still gives an identity that a Lease takes", async () => {
  await using world = new World({ POD_NAME: "p".repeat(253) });
  await world.start();
  assert.equal(world.cluster.leases.lease.spec.holderIdentity.length, 128);
});

Deno.test("LEADER_ELECT=false leads without a Lease", async () => {
  await using world = new World({ LEADER_ELECT: "false" });
  world.cluster.put("things", "a");
  await world.start();
  assert.deepEqual([world.things.runs, world.cluster.leases.lease], [["team-a/a"], undefined]);
});

Deno.test("WATCH_SCOPE=namespaced sees the operator's own namespace, or those that are listed", async () => {
  for (const [namespaces, seen] of [["", ["operators/a"]], ["team-a,team-b", ["team-a/a", "team-b/a"]]] as const) {
    await using world = new World({ WATCH_SCOPE: "namespaced", WATCH_NAMESPACES: namespaces });
    for (const namespace of ["operators", "team-a", "team-b"]) world.cluster.put("things", "a", { namespace });
    await world.start();
    assert.deepEqual(world.things.runs, seen);
  }
});

Deno.test("a handler enqueues through its parts, and its own writes reach the store", async () => {
  await using world = new World();
  world.cluster.put("things", "a");
  await world.start();
  world.parts?.enqueue("Thing", "team-a/b", 1_000);
  world.parts?.stores.written(world.things.type, thing("a", { version: 99 }));
  await world.time.advance(1_000);
  assert.deepEqual(world.things.runs, ["team-a/a", "team-a/b"]);
  assert.equal(world.parts?.stores.of("Thing").get("team-a/a")?.metadata.resourceVersion, "99");
});

Deno.test("at a stop the lease is released, then Events are sent, then the connection is closed", async () => {
  await using world = new World();
  await world.start();
  world.emit();
  await world.stop();
  assert.deepEqual([world.outcome, world.cluster.events.length, world.closed.length], ["stopped", 1, 1]);
  assert.equal(world.cluster.leases.lease.spec.holderIdentity, "");
});

Deno.test("Events that cannot be sent hold the stop up for two seconds at most", async () => {
  await using world = new World();
  await world.start();
  world.cluster.down.add("events");
  world.emit();
  const stoppedAt = world.time.monotonic();
  await world.stop();
  assert.deepEqual([world.outcome, world.cluster.leases.lease.spec.holderIdentity], [undefined, ""]);
  await world.time.advance(2_000);
  assert.deepEqual([world.outcome, world.closed], ["stopped", [stoppedAt + 2_000]]);
});

Deno.test("an operator that lost its lease says so, and closes its connection too", async () => {
  await using world = new World();
  await world.start();
  world.cluster.leaseNetwork.network = "refused";
  await world.time.advance(12_000);
  assert.deepEqual([world.outcome, world.closed.length], ["lost", 1]);
});
