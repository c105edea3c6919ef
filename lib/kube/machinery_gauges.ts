import { controllerLabels } from "../telemetry/catalogue/labels.ts";
import type { Sample, ScrapedMetrics } from "../telemetry/metrics_api.ts";
import type { Controller } from "./controller.ts";
import type { Informer } from "./informer.ts";
import type { KubeObject } from "./object.ts";

type Watcher = Pick<Informer<KubeObject>, "kind" | "synced" | "lastContact">;

/** What a scrape can see of a manager. */
export interface Machinery {
  readonly controllers: readonly Controller[];
  readonly informers: readonly Watcher[];
  /** Milliseconds: by the clock that informers note contacts with, and since the epoch. */
  readonly clock: { monotonic(): number; now(): number };
}

/** Shows queues, workers and informers as they are whenever somebody scrapes. */
export function showMachinery(metrics: ScrapedMetrics, { controllers, informers, clock }: Machinery): void {
  const each = <L extends object>(labels: (kind: string) => L, value: (controller: Controller) => number) => () =>
    controllers.map((controller) => ({ labels: labels(controller.kind), value: value(controller) }));
  metrics.onScrape("queueDepth", function* () {
    for (const { kind, queue } of controllers) {
      for (const priority of ["high", "low"] as const) {
        yield { labels: { ...controllerLabels(kind), priority }, value: queue.depthOf(priority) };
      }
    }
  });
  metrics.onScrape("queueLongest", each(controllerLabels, ({ meter }) => Math.max(0, ...meter.running())));
  metrics.onScrape(
    "queueUnfinished",
    each(controllerLabels, ({ meter }) => meter.running().reduce((sum, each) => sum + each, 0)),
  );
  metrics.onScrape("activeWorkers", each(one, ({ meter }) => meter.running().length));
  metrics.onScrape("maxWorkers", each(one, ({ concurrency }) => concurrency));
  metrics.onScrape("informerContact", () => {
    const epoch = clock.now() - clock.monotonic();
    return least(informers, ({ lastContact }) => (epoch + lastContact) / 1000);
  });
  metrics.onScrape("informerSynced", () => least(informers, ({ synced }) => synced ? 1 : 0));
}

/** One value a kind: that of the informer that is worst off, where each namespace has its own. */
function least(
  informers: readonly Watcher[],
  value: (informer: Watcher) => number,
): Sample<"informerSynced">[] {
  const kinds = [...new Set(informers.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    labels: { kind },
    value: Math.min(...informers.filter((informer) => informer.kind === kind).map(value)),
  }));
}

function one(kind: string) {
  return { controller: kind };
}
