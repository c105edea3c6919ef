import process from "node:process";
import type { ScrapedMetrics } from "./metrics_api.ts";

/** Shows the process and its runtime; all is read when scraped, so it costs nothing else. */
export function showProcess(
  metrics: ScrapedMetrics,
  { version, startedAt }: { readonly version: string; /** Milliseconds since the epoch. */ readonly startedAt: number },
): void {
  metrics.onScrape("buildInfo", () => [{ labels: { version }, value: 1 }]);
  metrics.onScrape("processStart", () => only(startedAt / 1000));
  metrics.onScrape("processCpu", () => {
    const { user, system } = process.cpuUsage();
    return only((user + system) / 1e6);
  });
  metrics.onScrape("processMemory", () => only(process.memoryUsage().rss));
  metrics.onScrape("heapTotal", () => only(process.memoryUsage().heapTotal));
  metrics.onScrape("heapUsed", () => only(process.memoryUsage().heapUsed));
  metrics.onScrape("externalMemory", () => only(process.memoryUsage().external));
  metrics.onScrape("eventLoopLag", eventLoopLag());
}

function only(value: number) {
  return [{ labels: {}, value }];
}

/** How late the last timer was, seconds; each scrape starts one, for the next to show. */
function eventLoopLag() {
  let seconds = 0;
  return () => {
    const started = performance.now();
    setTimeout(() => seconds = (performance.now() - started) / 1000, 0);
    return only(seconds);
  };
}
