import type { ScrapedMetrics } from "../../lib/telemetry/metrics_api.ts";
import { recover } from "./record.ts";
import type { KeyInput } from "./state.ts";

/** How many keys the object's users have at IAM that no AccessKey records: leaked ones, or made by hand. */
export function orphansIn(input: KeyInput): number {
  const known = new Set([...recover(input).recorded.map(({ id }) => id), ...input.recordedElsewhere]);
  return Object.values(input.iam).flat().filter(({ id }) => !known.has(id)).length;
}

/** The orphan keys that each AccessKey's last pass found, for as long as the object is there. */
export class Orphans {
  readonly #counts = new Map<string, { readonly namespace: string; readonly name: string; readonly count: number }>();

  /** @param exists whether an object of that key, `namespace/name`, is still there */
  constructor(metrics: ScrapedMetrics, exists: (key: string) => boolean) {
    metrics.onScrape("keyOrphans", () => {
      for (const key of this.#counts.keys()) if (!exists(key)) this.#counts.delete(key);
      return [...this.#counts.values()].map(({ namespace, name, count }) => (
        { labels: { object_namespace: namespace, name }, value: count }
      ));
    });
  }

  found({ namespace, name }: { readonly namespace: string; readonly name: string }, count: number): void {
    const key = `${namespace}/${name}`;
    if (count > 0) this.#counts.set(key, { namespace, name, count });
    else this.#counts.delete(key);
  }
}
