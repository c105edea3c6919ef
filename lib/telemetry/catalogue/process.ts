import { counter, gauge, upTo } from "./definition.ts";
import { PREFIX } from "./labels.ts";

const BYTES = { labels: {}, unit: "bytes" } as const;

/** The process and its runtime, under the names that exporters of processes and of Node.js share. */
export const processMetrics = {
  buildInfo: gauge(`${PREFIX}build_info`, "1, by version", {
    labels: { version: upTo(1, "version of the program") },
    unit: "flag",
  }),
  processStart: gauge("process_start_time_seconds", "Start of the process", { labels: {}, unit: "timestamp" }),
  processCpu: counter("process_cpu_seconds_total", "Processor time of the process, user and system", {
    labels: {},
    unit: "seconds",
  }),
  processMemory: gauge("process_resident_memory_bytes", "Resident memory", BYTES),
  heapTotal: gauge("nodejs_heap_size_total_bytes", "JavaScript heap", BYTES),
  heapUsed: gauge("nodejs_heap_size_used_bytes", "JavaScript heap in use", BYTES),
  externalMemory: gauge("nodejs_external_memory_bytes", "Memory of buffers outside the heap", BYTES),
  eventLoopLag: gauge("nodejs_eventloop_lag_seconds", "How late a timer fires while this is scraped", {
    labels: {},
    unit: "seconds",
  }),
} as const;
