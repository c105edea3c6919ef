import assert from "node:assert/strict";
import type { Kube } from "../../../lib/kube/api.ts";
import { Controller } from "../../../lib/kube/controller.ts";
import { Recorder } from "../../../lib/kube/events.ts";
import { showMachinery } from "../../../lib/kube/machinery_gauges.ts";
import type { MetricId } from "../../../lib/telemetry/catalogue/mod.ts";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import { moved, shown } from "../telemetry/shown.ts";
import { KeptLog, KeptMetrics, thing, thingType, transportTo } from "./collaborators.ts";
import { InformerWorld } from "./informer_world.ts";
import { Candidate } from "./lease_candidate.ts";
import { LeaseServer } from "./lease_server.ts";
import { page } from "./scripted_api.ts";
import { Gate, ThingReconciler } from "./thing_reconciler.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

const BUCKET = '{name="Bucket",controller="Bucket"}';

/** Two workers for Buckets, measured. */
class Work implements AsyncDisposable {
  readonly metrics = new PromMetrics();
  readonly time = new VirtualTime();
  readonly reconciler = new ThingReconciler("Bucket", "buckets");
  readonly controller: Controller;
  readonly #timers = this.time.installTimers();
  readonly #running: Promise<void>;

  constructor() {
    const { metrics, time } = this;
    const now = () => time.monotonic();
    const log = new KeptLog();
    this.controller = new Controller(this.reconciler, { concurrency: 2, log, metrics, now, random: () => 1 });
    showMachinery(metrics, { controllers: [this.controller], informers: [], clock: time });
    this.#running = this.controller.run(new AbortController().signal);
  }

  async add(...keys: string[]): Promise<void> {
    for (const key of keys) this.controller.queue.add(key);
    await settle();
  }

  async sum(id: MetricId): Promise<number> {
    const { text } = await this.metrics.scrape();
    const name =
      { queueSeconds: "workqueue_queue_duration", workSeconds: "workqueue_work_duration" }[id as "workSeconds"];
    return Number(new RegExp(`^${name}_seconds_sum\\{.*\\} (.*)$`, "m").exec(text)?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.controller.queue.close();
    await this.#running;
    this.#timers[Symbol.dispose]();
  }
}

Deno.test("a queue tells its depth by priority, how long keys waited, and how long workers had them", async () => {
  await using work = new Work();
  const { metrics, time, controller, reconciler } = work;
  const gate = new Gate();
  reconciler.act = () => gate.passed.then(() => "never" as const);
  await work.add("a", "b");
  await time.advance(3_000);
  await work.add("c", "c");
  controller.queue.add("d", { priority: "low" });
  await time.advance(4_000);
  assert.deepEqual(await shown(metrics, "queueDepth"), [
    '{name="Bucket",controller="Bucket",priority="high"} 1',
    '{name="Bucket",controller="Bucket",priority="low"} 1',
  ]);
  assert.deepEqual(await shown(metrics, "queueAdds"), [`${BUCKET} 4`]);
  assert.deepEqual(await shown(metrics, "queueLongest"), [`${BUCKET} 7`]);
  assert.deepEqual(await shown(metrics, "queueUnfinished"), [`${BUCKET} 14`]);
  assert.deepEqual(await shown(metrics, "activeWorkers"), ['{controller="Bucket"} 2']);
  assert.deepEqual(await shown(metrics, "maxWorkers"), ['{controller="Bucket"} 2']);
  gate.open();
  await settle();
  assert.deepEqual([await work.sum("queueSeconds"), await work.sum("workSeconds")], [8, 14]);
  assert.deepEqual(await shown(metrics, "queueSeconds"), [`${BUCKET} 4`]);
  assert.deepEqual(await shown(metrics, "workSeconds"), [`${BUCKET} 4`]);
  for (const id of ["queueDepth", "queueLongest", "queueUnfinished", "activeWorkers"] as const) {
    assert.deepEqual(await moved(metrics, id), [], id);
  }
});

Deno.test("a reconcile counts by what follows it, one that throws as an error, and each retry", async () => {
  await using work = new Work();
  const { metrics, reconciler } = work;
  const answers = {
    a: "never",
    b: { afterMs: 1_000_000 },
    c: "soon",
    d: "backoff",
  } as const;
  reconciler.act = (key) => key === "e" ? Promise.reject(new Error("Boom")) : answers[key as "a"];
  await work.add("a", "b", "c", "d", "e");
  const counted = (result: string, n: number) => `{controller="Bucket",result="${result}"} ${n}`;
  assert.deepEqual(await moved(metrics, "controllerReconciles"), [
    counted("success", 1),
    counted("error", 2),
    counted("requeue", 1),
    counted("requeue_after", 1),
  ]);
  assert.deepEqual(await moved(metrics, "controllerErrors"), ['{controller="Bucket"} 2']);
  assert.deepEqual(await shown(metrics, "controllerSeconds"), ['{controller="Bucket"} 5']);
  assert.deepEqual(await shown(metrics, "queueRetries"), [`${BUCKET} 3`]);
});

Deno.test("an informer tells when it heard the server last, whether it is synced, and why it began anew", async () => {
  const metrics = new PromMetrics();
  await using world = new InformerWorld({ type: { ...thingType, kind: "Bucket" }, metrics });
  showMachinery(metrics, { controllers: [], informers: [world.informer], clock: world.time });
  assert.deepEqual(await shown(metrics, "informerSynced"), ['{kind="Bucket"} 0']);
  world.api.lists = [page([], 8)];
  await world.start();
  const started = world.time.now() / 1000;
  assert.deepEqual(await shown(metrics, "informerSynced"), ['{kind="Bucket"} 1']);
  await world.time.advance(30_000);
  await world.send("BOOKMARK", thing("a", { version: 9 }));
  await world.time.advance(20_000);
  assert.deepEqual(await shown(metrics, "informerContact"), [`{kind="Bucket"} ${started + 30}`]);
  assert.deepEqual(await shown(metrics, "informerRestarts"), []);
  await world.send("ERROR", { code: 410, reason: "Expired", message: "too old" });
  assert.deepEqual(await shown(metrics, "informerRestarts"), ['{kind="Bucket",reason="Expired"} 1']);
  await world.time.advance(1_000);
  await world.time.advance(76_000);
  assert.ok((await shown(metrics, "informerRestarts")).includes('{kind="Bucket",reason="WatchIdle"} 1'));
});

Deno.test("of a kind with an informer for each namespace the one that is worst off is shown", async () => {
  const metrics = new PromMetrics();
  const clock = new VirtualTime();
  const now = clock.monotonic();
  const informers = [
    { kind: "Bucket", synced: true, lastContact: now + 5_000 },
    { kind: "User", synced: true, lastContact: now },
    { kind: "Bucket", synced: false, lastContact: now },
  ];
  showMachinery(metrics, { controllers: [], informers, clock });
  assert.deepEqual(await shown(metrics, "informerSynced"), ['{kind="Bucket"} 0', '{kind="User"} 1']);
  assert.equal((await shown(metrics, "informerContact"))[0], `{kind="Bucket"} ${clock.now() / 1000}`);
});

Deno.test("renewals of the Lease count, and their time shows, until it is lost", async () => {
  const metrics = new PromMetrics();
  const time = new VirtualTime();
  const timers = time.installTimers();
  const server = new LeaseServer();
  const candidate = new Candidate(server, { name: "a", time, metrics });
  await candidate.start();
  await time.advance(4_000);
  assert.deepEqual(await moved(metrics, "leaseRenewals"), ['{result="success"} 3']);
  assert.deepEqual(await shown(metrics, "leaseRenewed"), [String(time.now() / 1000)]);
  server.lease.spec = { ...server.lease.spec, holderIdentity: "b" };
  await time.advance(4_000);
  assert.equal(candidate.outcome, "lost");
  assert.deepEqual(await moved(metrics, "leaseRenewals"), ['{result="success"} 3', '{result="error"} 1']);
  timers[Symbol.dispose]();
});

Deno.test("Events count as new, repeated, failed and dropped ones", async () => {
  const metrics = new PromMetrics();
  let [isBroken, gate]: [boolean, Gate | undefined] = [false, undefined];
  const write = async () => {
    await gate?.passed;
    if (isBroken) throw new Error("Refused");
  };
  const kube = { create: write, mergePatch: write } as unknown as Kube;
  const clock = new VirtualTime();
  const recorder = new Recorder({ kube, controller: "op", instance: "me", log: new KeptLog(), clock, metrics });
  const emit = async (type: "Normal" | "Warning", note: string) => {
    recorder.emit(thing("a"), { type, reason: "Said", note });
    await settle();
  };
  await emit("Normal", "one");
  await emit("Normal", "one");
  await emit("Warning", "two");
  isBroken = true;
  await emit("Warning", "three");
  isBroken = false;
  gate = new Gate();
  for (let i = 0; i < 1_003; i++) recorder.emit(thing("a"), { type: "Normal", reason: "Said", note: `note ${i}` });
  assert.deepEqual(await moved(metrics, "events"), [
    '{type="Normal",result="created"} 1',
    '{type="Normal",result="repeated"} 1',
    '{type="Normal",result="dropped"} 3',
    '{type="Warning",result="created"} 1',
    '{type="Warning",result="failed"} 1',
  ]);
  gate.open();
  await recorder.flush(1_000);
});

Deno.test("a request to the API server counts once, by the status of its answer or that there was none", async () => {
  const metrics = new KeptMetrics();
  const answers = [new Response("{}"), new Response("{}", { status: 503 }), undefined];
  const fetch = () => {
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("connection refused"));
  };
  const transport = transportTo("https://10.0.0.1:6443", { fetch, metrics });
  await transport.request("GET", "/api", { operation: "get" });
  await assert.rejects(transport.request("PATCH", "/api", { operation: "patch" }));
  await assert.rejects(transport.request("GET", "/api", { operation: "get" }));
  assert.deepEqual(metrics.requests, [
    "GET 10.0.0.1:6443 200",
    "PATCH 10.0.0.1:6443 503",
    "GET 10.0.0.1:6443 <error>",
  ]);
});
