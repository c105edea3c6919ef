import type { Row } from "../dashboard.ts";
import { JOB, M } from "../metrics.ts";
import { graph, greenUntil, stat, table } from "../panel.ts";

/** The processes themselves. */
export const processes: Row = {
  title: "Memory, processor and traces",
  panels: [
    graph({
      title: "Memory",
      description: "Resident memory of each process, its JavaScript heap, and buffers outside of it.",
      unit: "bytes",
      width: 8,
      queries: [
        { expr: `max by (instance) (${M.processMemory}{${JOB}})`, legend: "{{instance}} resident" },
        { expr: `max by (instance) (${M.heapUsed}{${JOB}})`, legend: "{{instance}} heap in use" },
        { expr: `max by (instance) (${M.heapTotal}{${JOB}})`, legend: "{{instance}} heap" },
        { expr: `max by (instance) (${M.externalMemory}{${JOB}})`, legend: "{{instance}} buffers" },
      ],
    }),
    graph({
      title: "Processor",
      description: "Processors that each process uses; 1 is a whole one.",
      unit: "short",
      width: 8,
      queries: [{
        expr: `sum by (instance) (rate(${M.processCpu}{${JOB}}[$__rate_interval]))`,
        legend: "{{instance}}",
      }],
    }),
    graph({
      title: "Lag of the event loop",
      description: "How late a timer fires while the process is scraped. Long is a process that is too busy.",
      unit: "s",
      width: 8,
      queries: [{ expr: `max by (instance) (${M.eventLoopLag}{${JOB}})`, legend: "{{instance}}" }],
    }),
    graph({
      title: "Traces",
      description: "Spans a second that the collector took, and that were lost. None at all where tracing is off.",
      unit: "ops",
      width: 6,
      colors: { "^lost": "red" },
      queries: [
        { expr: `sum(rate(${M.spansExported}{${JOB}}[$__rate_interval]))`, legend: "exported" },
        { expr: `sum(rate(${M.spansLost}{${JOB}}[$__rate_interval]))`, legend: "lost" },
      ],
    }),
    table({
      title: "Running for",
      description: "Each process, its version and how long it has been running.",
      unit: "dtdurations",
      width: 10,
      columns: { instance: "Process", version: "Version", Value: "Running for" },
      queries: [{
        expr: `max by (instance, version) ((time() - ${M.processStart}{${JOB}}) * on (job, instance) ` +
          `group_left(version) ${M.buildInfo}{${JOB}})`,
      }],
    }),
    stat({
      title: "Lacking in this dashboard",
      description: "Gauges that name objects stop at a bound: how many objects they left out. And how often a metric " +
        "could not be read in this range, which is a bug; the log has the error.",
      unit: "short",
      width: 8,
      height: 8,
      withNames: true,
      thresholds: greenUntil(1, "orange"),
      queries: [
        { expr: `sum(${M.seriesOmitted}{${JOB}}) or vector(0)`, legend: "left out" },
        { expr: `sum(increase(${M.scrapeErrors}{${JOB}}[$__range])) or vector(0)`, legend: "not read" },
      ],
    }),
  ],
};
