import type { BudgetUse } from "../lib/aws/budget.ts";
import { findCondition } from "../lib/kube/conditions.ts";
import { type CustomResource, keyOf } from "../lib/kube/object.ts";
import type { HandlerDeps } from "./deps.ts";
import { type AccessKey, type KindName, kinds } from "./kinds.ts";
import { isDeleting, isReady } from "./objects.ts";
import type { Shared } from "./shared.ts";

type GaugeDeps = Pick<HandlerDeps, "metrics" | "stores" | "clock" | "shard">;

/** Reasons of an object whose deletion does not go on. */
const BLOCKED: ReadonlySet<string> = new Set(["DeletionBlocked", "BucketNotEmpty", "InUse", "Paused"]);

/** Shows how all objects are whenever somebody scrapes: read from memory, so that a series goes with its object. */
export function showGauges(deps: GaugeDeps, shared: Pick<Shared, "budgets">): void {
  showObjects(deps);
  showAccessKeys(deps);
  showBudgets(deps, shared);
}

function showObjects({ metrics, stores, shard }: GaugeDeps): void {
  const all = function* (): Iterable<readonly [KindName, CustomResource]> {
    for (const kind of Object.keys(kinds) as KindName[]) {
      for (const object of stores.of(kind).list()) if (shard.owns(object)) yield [kind, object];
    }
  };
  metrics.onScrape("resources", function* () {
    for (const [kind, object] of all()) {
      const status = isDeleting(object) ? "deleting" : isReady(object) ? "ready" : "not_ready";
      yield { labels: { kind, object_namespace: object.metadata.namespace, status }, value: 1 };
    }
  });
  metrics.onScrape("conditions", function* () {
    for (const [kind, object] of all()) {
      for (const { type, status, reason } of object.status?.conditions ?? []) {
        yield { labels: { kind, type, status, reason }, value: 1 };
      }
    }
  });
  metrics.onScrape("notReady", function* () {
    for (const [kind, object] of all()) {
      if (!isDeleting(object) && !isReady(object)) yield named({ kind, reason: reasonOf(object) }, object);
    }
  });
  metrics.onScrape("deletionBlocked", function* () {
    for (const [kind, object] of all()) {
      const reason = reasonOf(object);
      if (isDeleting(object) && BLOCKED.has(reason)) yield named({ kind, reason }, object);
    }
  });
  metrics.onScrape("connected", function* () {
    for (const { metadata, status } of stores.of("Provider").list().filter(shard.owns)) {
      if (status?.connected === undefined) continue;
      yield { labels: { provider: keyOf(metadata) }, value: status.connected ? 1 : 0 };
    }
  });
}

function showBudgets({ metrics }: GaugeDeps, shared: Pick<Shared, "budgets">): void {
  const each = (value: (use: BudgetUse) => number) => () =>
    [...shared.budgets()].map(([provider, use]) => ({ labels: { provider }, value: value(use) }));
  metrics.onScrape("budgetRate", each(({ perSecond }) => perSecond));
  metrics.onScrape("budgetCalls", each(({ admitted }) => admitted));
  metrics.onScrape("budgetThrottled", each(({ cuts }) => cuts));
  metrics.onScrape("budgetWaiting", function* () {
    for (const [provider, { waiting }] of shared.budgets()) {
      for (const priority of ["high", "normal"] as const) {
        yield { labels: { provider, priority }, value: waiting[priority] };
      }
    }
  });
}

function named<L extends object>(labels: L, { metadata: { namespace, name } }: CustomResource) {
  return { labels: { ...labels, object_namespace: namespace, name }, value: 1 };
}

/** Why an object is not ready; `Pending` while its present generation was not looked at. */
function reasonOf({ status }: CustomResource): string {
  const ready = findCondition(status?.conditions, "Ready");
  return ready && (ready.status !== "True" || ready.reason === "Paused") ? ready.reason : "Pending";
}

function showAccessKeys({ metrics, stores, clock, shard }: GaugeDeps): void {
  const store = stores.of("AccessKey");
  let [seen, urgent]: (readonly AccessKey[])[] = [];
  /** Those that have a key, the one to be rotated next first; sorted anew only where one has changed. */
  const keys = (): readonly AccessKey[] => {
    const list = store.list();
    if (seen !== list) {
      urgent = list.filter((key) => shard.owns(key) && key.status?.accessKeyId && !isDeleting(key)).sort(
        byNextRotation,
      );
    }
    seen = list;
    return urgent ?? [];
  };
  const each = (value: (key: AccessKey) => number) => () =>
    keys().map((key) => ({ ...named({}, key), value: value(key) })).filter(({ value }) => Number.isFinite(value));
  metrics.onScrape("keyAge", each(({ status }) => secondsSince(status?.lastRotateTime ?? status?.firstSeenTime)));
  metrics.onScrape("keyNextRotation", each((key) => nextRotation(key) / 1000));
  metrics.onScrape("keyOverdue", each((key) => Math.max(0, (clock.now() - nextRotation(key)) / 1000)));
  metrics.onScrape("keyPhases", function* () {
    for (const { status } of keys()) {
      const phase = status?.rotation?.phase;
      if (phase !== undefined) yield { labels: { phase: phase as "Settled" }, value: 1 };
    }
  });

  function secondsSince(time: string | undefined): number {
    return Math.max(0, (clock.now() - Date.parse(time ?? "")) / 1000);
  }
}

/** When the key is rotated next, milliseconds since the epoch; NaN where it is not. */
function nextRotation({ spec, status }: AccessKey): number {
  return spec.rotate?.enabled ? Date.parse(status?.nextRotateTime ?? "") : NaN;
}

function byNextRotation(a: AccessKey, b: AccessKey): number {
  return (nextRotation(a) || Infinity) - (nextRotation(b) || Infinity) || 0;
}
