import assert from "node:assert/strict";
import type { HandlerDeps } from "../../../handlers/deps.ts";
import { showGauges } from "../../../handlers/gauges.ts";
import type { KindName } from "../../../handlers/kinds.ts";
import { shardOf } from "../../../lib/kube/shard.ts";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import type { Loose } from "../../loose.ts";
import { shown } from "../telemetry/shown.ts";

const NOW = Date.UTC(2026, 0, 1);
const DAY_S = 86_400;

/** Gauges over objects that a test puts into place. */
class World {
  readonly metrics = new PromMetrics();
  readonly objects = new Map<string, Loose>();
  budgets: Loose[] = [];

  constructor(selector?: string) {
    const list = (kind: KindName) => [...this.objects.values()].filter((object) => object.kind === kind);
    const stores = { of: (kind: KindName) => ({ list: () => list(kind) }) } as unknown as HandlerDeps["stores"];
    const clock = { now: () => NOW } as HandlerDeps["clock"];
    showGauges({ metrics: this.metrics, stores, clock, shard: shardOf(selector) }, { budgets: () => this.budgets });
  }

  put(kind: KindName, name: string, { metadata = {}, ...rest }: Loose = {}): void {
    const object = { kind, metadata: { namespace: "a", name, generation: 1, ...metadata }, spec: {}, ...rest };
    this.objects.set(`${kind}/${name}`, object);
  }

  shown(id: Parameters<typeof shown>[1]): Promise<string[]> {
    return shown(this.metrics, id);
  }
}

function status(ready: "True" | "False", reason: string, more: Loose = {}): Loose {
  return { status: { observedGeneration: 1, conditions: [{ type: "Ready", status: ready, reason }], ...more } };
}

const DELETING = { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } };

Deno.test("objects are counted by kind, namespace and status, from their first moment to their last", async () => {
  const world = new World();
  world.put("Bucket", "new");
  world.put("Bucket", "good", status("True", "Ready"));
  world.put("Bucket", "bad", status("False", "AccessDenied"));
  world.put("Bucket", "going", { ...DELETING, ...status("False", "DeletionBlocked") });
  world.put("User", "good", { metadata: { namespace: "b" }, ...status("True", "Ready") });
  const counted = (kind: string, namespace: string, status: string, n: number) =>
    `{kind="${kind}",object_namespace="${namespace}",status="${status}"} ${n}`;
  assert.deepEqual(await world.shown("resources"), [
    counted("Bucket", "a", "not_ready", 2),
    counted("Bucket", "a", "ready", 1),
    counted("Bucket", "a", "deleting", 1),
    counted("User", "b", "ready", 1),
  ]);
  world.objects.clear();
  assert.deepEqual(await world.shown("resources"), []);
});

/** An object, and the reason that the gauge of objects that are not ready gives; none where it is not among them. */
const NOT_READY: Readonly<Record<string, readonly [object: Loose, reason?: string]>> = {
  "that nobody looked at yet": [{}, "Pending"],
  "whose edit nobody looked at yet": [{ metadata: { generation: 2 }, ...status("True", "Ready") }, "Pending"],
  "that is paused with an edit": [{ metadata: { generation: 2 }, ...status("True", "Paused") }, "Paused"],
  "that was refused": [status("False", "AccessDenied"), "AccessDenied"],
  "that is ready": [status("True", "Ready")],
  "that is deleted": [{ ...DELETING, ...status("False", "DeletionBlocked") }],
};

for (const [which, [object, reason]] of Object.entries(NOT_READY)) {
  Deno.test(`an object ${which} is ${reason ? `not ready: ${reason}` : "not named as not ready"}`, async () => {
    const world = new World();
    world.put("Bucket", "x", object);
    const line = `{kind="Bucket",reason="${reason}",object_namespace="a",name="x"} 1`;
    assert.deepEqual(await world.shown("notReady"), reason ? [line] : []);
  });
}

for (const reason of ["DeletionBlocked", "BucketNotEmpty", "InUse", "Paused"]) {
  Deno.test(`a deletion that does not go on for ${reason} is named, until its object has gone`, async () => {
    const world = new World();
    world.put("Bucket", "x", { ...DELETING, ...status(reason === "Paused" ? "True" : "False", reason) });
    world.put("Bucket", "y", status("False", reason));
    world.put("Bucket", "z", { ...DELETING, ...status("True", "Ready") });
    assert.deepEqual(await world.shown("deletionBlocked"), [
      `{kind="Bucket",reason="${reason}",object_namespace="a",name="x"} 1`,
    ]);
    world.objects.delete("Bucket/x");
    assert.deepEqual(await world.shown("deletionBlocked"), []);
  });
}

Deno.test("conditions are counted by type, status and reason", async () => {
  const world = new World();
  world.put("Bucket", "x", status("False", "AccessDenied"));
  world.put("Bucket", "y", status("False", "AccessDenied"));
  world.put("Bucket", "z");
  assert.deepEqual(await world.shown("conditions"), [
    '{kind="Bucket",type="Ready",status="False",reason="AccessDenied"} 2',
  ]);
});

Deno.test("a Provider's connection is 1 or 0 once it was checked, and gone with the Provider", async () => {
  const world = new World();
  world.put("Provider", "new");
  world.put("Provider", "up", status("True", "Ready", { connected: true }));
  world.put("Provider", "down", status("False", "EndpointUnreachable", { connected: false }));
  assert.deepEqual(await world.shown("connected"), ['{provider="a/up"} 1', '{provider="a/down"} 0']);
  world.put("Provider", "up", status("False", "CredentialsInvalid", { connected: false }));
  world.objects.delete("Provider/down");
  assert.deepEqual(await world.shown("connected"), ['{provider="a/up"} 0']);
});

/** An AccessKey made `ageDays` ago whose rotation is due in `dueDays`. */
function key(ageDays: number, dueDays: number, { enabled = true, ...more }: Loose = {}): Loose {
  const at = (days: number) => new Date(NOW + days * DAY_S * 1000).toISOString();
  return {
    spec: { rotate: { enabled } },
    status: { accessKeyId: "AKIA", lastRotateTime: at(-ageDays), nextRotateTime: at(dueDays), ...more },
  };
}

Deno.test("access keys tell their age, next rotation, how overdue it is, and their phase", async () => {
  const world = new World();
  world.put("AccessKey", "young", key(1, 89, { rotation: { phase: "Overlap" } }));
  world.put("AccessKey", "late", key(100, -10, { rotation: { phase: "Settled" } }));
  world.put("AccessKey", "manual", key(5, 0, { enabled: false, rotation: { phase: "Settled" } }));
  world.put("AccessKey", "taken-over", {
    status: { accessKeyId: "AKIA", firstSeenTime: new Date(NOW - 1_000).toISOString() },
  });
  world.put("AccessKey", "none");
  world.put("AccessKey", "going", { ...key(1, 89), ...DELETING });
  const named = (name: string, value: number) => `{object_namespace="a",name="${name}"} ${value}`;
  assert.deepEqual(await world.shown("keyAge"), [
    named("late", 100 * DAY_S),
    named("young", DAY_S),
    named("manual", 5 * DAY_S),
    named("taken-over", 1),
  ]);
  assert.deepEqual(await world.shown("keyNextRotation"), [
    named("late", NOW / 1000 - 10 * DAY_S),
    named("young", NOW / 1000 + 89 * DAY_S),
  ]);
  assert.deepEqual(await world.shown("keyOverdue"), [named("late", 10 * DAY_S), named("young", 0)]);
  assert.deepEqual(await world.shown("keyPhases"), ['{phase="Settled"} 2', '{phase="Overlap"} 1']);
  world.objects.delete("AccessKey/late");
  assert.deepEqual(await world.shown("keyOverdue"), [named("young", 0)]);
});

Deno.test("of more access keys than are named, those due first are", async () => {
  const world = new World();
  for (let i = 0; i < 1_100; i++) world.put("AccessKey", `k${i}`, key(1, 2_000 - i));
  const names = (await world.shown("keyNextRotation")).map((line) => /name="(\w+)"/.exec(line)?.[1]);
  assert.deepEqual([names.length, names[0], names.at(-1)], [1_000, "k1099", "k100"]);
});

Deno.test("each Provider's budget is shown while its clients are open", async () => {
  const world = new World();
  world.budgets = [["a/wasabi", { perSecond: 50, waiting: { high: 1, normal: 7 }, admitted: 900, cuts: 2 }]];
  assert.deepEqual(await world.shown("budgetRate"), ['{provider="a/wasabi"} 50']);
  assert.deepEqual(await world.shown("budgetCalls"), ['{provider="a/wasabi"} 900']);
  assert.deepEqual(await world.shown("budgetThrottled"), ['{provider="a/wasabi"} 2']);
  assert.deepEqual(await world.shown("budgetWaiting"), [
    '{provider="a/wasabi",priority="high"} 1',
    '{provider="a/wasabi",priority="normal"} 7',
  ]);
  world.budgets = [];
  assert.deepEqual(await world.shown("budgetRate"), []);
});

Deno.test("of other shards' objects nothing is shown: their own operator does", async () => {
  const world = new World("shard=a");
  for (const shard of ["a", "b"]) {
    const mine = { metadata: { labels: { shard } } };
    world.put("Bucket", `bucket-${shard}`, { ...mine, ...status("False", "AccessDenied") });
    world.put("Provider", `provider-${shard}`, { ...mine, ...status("True", "Ready", { connected: true }) });
    world.put("AccessKey", `key-${shard}`, { ...mine, ...status("True", "Ready", { accessKeyId: "A" }) });
  }
  for (const id of ["notReady", "connected", "keyAge"] as const) {
    const series = (await world.shown(id)).join();
    assert.doesNotMatch(series, /-b"/);
  }
  assert.match((await world.shown("notReady")).join(), /bucket-a/);
  assert.equal((await world.shown("resources")).length, 3);
});
