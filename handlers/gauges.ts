import type { BudgetUse } from "../lib/aws/budget.ts";
import { findCondition } from "../lib/kube/conditions.ts";
import { type CustomResource, keyOf } from "../lib/kube/object.ts";
import type { MetricId } from "../lib/telemetry/catalogue/mod.ts";
import type { Sample } from "../lib/telemetry/metrics_api.ts";
import type { HandlerDeps } from "./deps.ts";
import { type AccessKey, type KindName, kinds } from "./kinds.ts";
import { isDeleting, isReady } from "./objects.ts";
import type { Shared } from "./shared.ts";

type GaugeDeps = Pick<HandlerDeps, "metrics" | "stores" | "clock">;

/** Reasons of an object whose deletion does not go on. */
const BLOCKED: ReadonlySet<string> = new Set(["DeletionBlocked", "BucketNotEmpty", "InUse", "Paused"]);

/** Shows how all objects are whenever somebody scrapes: read from memory, so that a series goes with its object. */
export function showGauges(deps: GaugeDeps, shared: Pick<Shared, "budgets">): void {
  showObjects(deps);
  showAccessKeys(deps);
  const { metrics } = deps;
  const budgets = <K extends MetricId>(samples: (provider: string, use: BudgetUse) => Sample<K>[]) => () =>
    [...shared.budgets()].flatMap(([provider, use]) => samples(provider, use));
  metrics.onScrape("budgetRate", budgets((provider, { perSecond }) => [{ labels: { provider }, value: perSecond }]));
  metrics.onScrape("budgetCalls", budgets((provider, { admitted }) => [{ labels: { provider }, value: admitted }]));
  metrics.onScrape("budgetThrottled", budgets((provider, { cuts }) => [{ labels: { provider }, value: cuts }]));
  metrics.onScrape(
    "budgetWaiting",
    budgets((provider, { waiting }) =>
      (["high", "normal"] as const).map((priority) => ({ labels: { provider, priority }, value: waiting[priority] }))
    ),
  );
}

function showObjects({ metrics, stores }: GaugeDeps): void {
  const each = function* <K extends MetricId>(
    samples: (kind: KindName, object: CustomResource) => Iterable<Sample<K>>,
  ) {
    for (const kind of Object.keys(kinds) as KindName[]) {
      for (const object of stores.of(kind).list()) yield* samples(kind, object);
    }
  };
  metrics.onScrape("resources", () =>
    each((kind, object) => {
      const status = isDeleting(object) ? "deleting" : isReady(object) ? "ready" : "not_ready";
      return [{ labels: { kind, object_namespace: object.metadata.namespace, status }, value: 1 }];
    }));
  metrics.onScrape(
    "conditions",
    () =>
      each((kind, { status }) =>
        (status?.conditions ?? []).map(({ type, status, reason }) => ({
          labels: { kind, type, status, reason },
          value: 1,
        }))
      ),
  );
  metrics.onScrape(
    "notReady",
    () =>
      each((kind, object) =>
        isDeleting(object) || isReady(object) ? [] : [named({ kind, reason: reasonOf(object) }, object)]
      ),
  );
  metrics.onScrape("deletionBlocked", () =>
    each((kind, object) => {
      const reason = reasonOf(object);
      return isDeleting(object) && BLOCKED.has(reason) ? [named({ kind, reason }, object)] : [];
    }));
  metrics.onScrape(
    "connected",
    () =>
      stores.of("Provider").list().filter(({ status }) => status?.connected !== undefined)
        .map(({ metadata, status }) => ({ labels: { provider: keyOf(metadata) }, value: status?.connected ? 1 : 0 })),
  );
}

function named<L extends object>(labels: L, { metadata: { namespace, name } }: CustomResource) {
  return { labels: { ...labels, object_namespace: namespace, name }, value: 1 };
}

/** Why an object is not ready; `Pending` while its present generation was not looked at. */
function reasonOf({ status }: CustomResource): string {
  const ready = findCondition(status?.conditions, "Ready");
  return ready && (ready.status !== "True" || ready.reason === "Paused") ? ready.reason : "Pending";
}

function showAccessKeys({ metrics, stores, clock }: GaugeDeps): void {
  const store = stores.of("AccessKey");
  let [seen, urgent]: (readonly AccessKey[])[] = [];
  /** Those that have a key, the one to be rotated next first; sorted anew only where one has changed. */
  const keys = (): readonly AccessKey[] => {
    const list = store.list();
    if (seen !== list) urgent = list.filter((key) => key.status?.accessKeyId && !isDeleting(key)).sort(byNextRotation);
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
