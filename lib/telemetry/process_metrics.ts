import process from "node:process";
import { Gauge, type Registry } from "prom-client";

/**
 * Adds the standard `process_*` gauges and `wasabi_s3_operator_build_info`; read when scraped, so they cost nothing
 * else.
 */
export function addProcessMetrics(
  registry: Registry,
  { version, startedAt }: { readonly version: string; /** Milliseconds since the epoch. */ readonly startedAt: number },
): void {
  const registers = [registry];
  new Gauge({ name: "wasabi_s3_operator_build_info", help: "1, by version", labelNames: ["version"], registers })
    .set({ version }, 1);
  new Gauge({ name: "process_start_time_seconds", help: "Start of the process since the epoch", registers })
    .set(startedAt / 1000);
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory",
    registers,
    collect() {
      this.set(process.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "process_heap_bytes",
    help: "JavaScript heap in use",
    registers,
    collect() {
      this.set(process.memoryUsage().heapUsed);
    },
  });
}
