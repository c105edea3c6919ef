import { A, type AlertCase, B, OPS, twoProcesses } from "./case.ts";

const info = (labels: string) => `wasabi_s3_operator_build_info{${labels}, version="1"}`;
const leader = (labels: string) => `leader_election_master_status{${labels}, name="lease"}`;
const depth = (labels: string) => `workqueue_depth{${labels}, name="Bucket", controller="Bucket", priority="low"}`;
const done = (labels: string) => `workqueue_work_duration_seconds_count{${labels}, name="Bucket", controller="Bucket"}`;
const longest = (labels: string) =>
  `workqueue_longest_running_processor_seconds{${labels}, name="Bucket", controller="Bucket"}`;
const contact = (labels: string) =>
  `wasabi_s3_operator_informer_last_contact_timestamp_seconds{${labels}, kind="Bucket"}`;
const failing = (labels: string) => `wasabi_s3_operator_trace_export_failing{${labels}}`;
const BUCKETS = { ...OPS, controller: "Bucket" };
const OTHER = `namespace="ops", job="another", instance="c"`;

/** By alert. */
export const operatorCases: Readonly<Record<string, readonly AlertCase[]>> = {
  WasabiS3NoLeader: [
    {
      fact: "both processes wait for the Lease",
      series: { ...twoProcesses, [leader(A)]: "1x5 0x60" },
      minute: 12,
      fires: [OPS],
    },
    {
      fact: "all processes are gone",
      series: { [info(A)]: "1x5 stale", [leader(A)]: "1x5 stale" },
      minute: 60,
      fires: [OPS],
    },
    {
      fact: "one of two installations has none",
      series: {
        ...twoProcesses,
        [info(`namespace="team", job="op", instance="d"`)]: "1x60",
        [leader(`namespace="team", job="op", instance="d"`)]: "0x60",
      },
      minute: 30,
      fires: [{ namespace: "team", job: "op" }],
    },
    { fact: "one process leads and one waits", series: twoProcesses, minute: 60, fires: [] },
    {
      fact: "the leader is gone and the other one takes over within minutes",
      series: {
        [info(A)]: "1x10 stale",
        [leader(A)]: "1x10 stale",
        [info(B)]: "1x60",
        [leader(B)]: "0x14 1x60",
      },
      minute: 30,
      fires: [],
    },
    {
      fact: "the only process restarts",
      series: { [info(A)]: "1x10 _x3 1x60", [leader(A)]: "1x10 stale _x2 1x60" },
      minute: 18,
      fires: [],
    },
    { fact: "another operator has none", series: { [leader(OTHER)]: "0x60" }, minute: 30, fires: [] },
    { fact: "it was never installed", series: { 'up{job="another"}': "1x60" }, minute: 30, fires: [] },
    {
      fact: "it was removed a day ago",
      series: { [info(A)]: "1x10 stale", [leader(A)]: "1x10 stale" },
      minute: 1_450,
      fires: [],
    },
  ],
  WasabiS3QueueStuck: [
    {
      fact: "objects wait and no worker takes one",
      series: { ...twoProcesses, [depth(A)]: "3x60", [done(A)]: "7x60" },
      minute: 31,
      fires: [BUCKETS],
    },
    {
      fact: "no worker has ever taken one",
      series: { ...twoProcesses, [depth(A)]: "3x60" },
      minute: 31,
      fires: [BUCKETS],
    },
    {
      fact: "one reconcile does not end",
      series: { ...twoProcesses, [depth(A)]: "0x60", [longest(A)]: "0+60x60" },
      minute: 35,
      fires: [BUCKETS],
    },
    {
      fact: "a busy queue moves",
      series: { ...twoProcesses, [depth(A)]: "3x60", [done(A)]: "0+5x60", [longest(A)]: "4x60" },
      minute: 31,
      fires: [],
    },
    {
      fact: "a process that does not lead has a queue",
      series: { ...twoProcesses, [depth(B)]: "3x60", [done(B)]: "0x60", [longest(B)]: "0+60x60" },
      minute: 45,
      fires: [],
    },
    {
      fact: "another operator's queue is stuck",
      series: { ...twoProcesses, [leader(OTHER)]: "1x60", [depth(OTHER)]: "3x60", [done(OTHER)]: "0x60" },
      minute: 31,
      fires: [],
    },
  ],
  WasabiS3InformerSilent: [
    {
      fact: "nothing is heard about a kind",
      series: { ...twoProcesses, [contact(A)]: "0x60" },
      minute: 7,
      fires: [{ ...OPS, kind: "Bucket" }],
    },
    { fact: "a quiet watch is heard", series: { ...twoProcesses, [contact(A)]: "0+60x60" }, minute: 40, fires: [] },
    {
      fact: "a process that waits is silent",
      series: { ...twoProcesses, [contact(B)]: "0x60" },
      minute: 40,
      fires: [],
    },
    {
      fact: "the process is gone with what it last heard",
      series: {
        [info(A)]: "1x5 stale",
        [leader(A)]: "1x5 stale",
        [contact(A)]: "0x5 stale",
        [info(B)]: "1x60",
        [leader(B)]: "0x5 1x60",
      },
      minute: 30,
      fires: [],
    },
  ],
  WasabiS3TraceExportFailing: [
    { fact: "the collector is away", series: { [failing(A)]: "1x30", [failing(B)]: "1x30" }, minute: 16, fires: [OPS] },
    { fact: "it was away for ten minutes", series: { [failing(A)]: "1x10 0x30" }, minute: 20, fires: [] },
    { fact: "tracing is off", series: twoProcesses, minute: 60, fires: [] },
  ],
};
