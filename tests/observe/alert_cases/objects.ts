import { A, type AlertCase, B, OPS } from "./case.ts";

const DATA = `kind="Bucket", object_namespace="default", name="data"`;
const ALERT = { ...OPS, kind: "Bucket", object_namespace: "default", name: "data" };
const TAGGING = { ...OPS, kind: "Bucket", resource_type: "tags" };

const notReady = (process: string, reason: string) =>
  `wasabi_s3_operator_not_ready{${process}, ${DATA}, reason="${reason}"}`;
const blocked = (process: string, reason: string) =>
  `wasabi_s3_operator_deletion_blocked{${process}, ${DATA}, reason="${reason}"}`;
const drift = (process: string) =>
  `wasabi_s3_operator_drift_detected_total{${process}, kind="Bucket", resource_type="tags"}`;
const current = (process: string) =>
  `wasabi_s3_operator_drift_current{${process}, kind="Bucket", resource_type="tags"}`;

/** By alert. */
export const objectCases: Readonly<Record<string, readonly AlertCase[]>> = {
  WasabiS3ObjectNotReady: [
    { fact: "an object is not ready", series: { [notReady(A, "CreationFailed")]: "1x20" }, minute: 16, fires: [ALERT] },
    {
      fact: "the leader and the reason change meanwhile",
      series: { [notReady(A, "CreationFailed")]: "1x9 stale", [notReady(B, "AccessDenied")]: "_x9 1x20" },
      minute: 16,
      fires: [ALERT],
    },
    {
      fact: "nobody tells of it while another leader takes over",
      series: { [notReady(A, "CreationFailed")]: "1x20 stale", [notReady(B, "CreationFailed")]: "_x23 1x20" },
      minute: 25,
      fires: [ALERT],
    },
    { fact: "it became ready", series: { [notReady(A, "CreationFailed")]: "1x20 stale" }, minute: 27, fires: [] },
    {
      fact: "two leaders tell of it for a moment",
      series: { [notReady(A, "CreationFailed")]: "1x20", [notReady(B, "CreationFailed")]: "1x20" },
      minute: 16,
      fires: [ALERT],
    },
    {
      fact: "it became ready in time",
      series: { [notReady(A, "CreationFailed")]: "1x14 stale" },
      minute: 16,
      fires: [],
    },
    { fact: "it is paused", series: { [notReady(A, "Paused")]: "1x60" }, minute: 50, fires: [] },
  ],
  WasabiS3DeletionBlocked: [
    { fact: "a bucket is not empty", series: { [blocked(A, "BucketNotEmpty")]: "1x20" }, minute: 16, fires: [ALERT] },
    { fact: "it was emptied in time", series: { [blocked(A, "BucketNotEmpty")]: "1x10 stale" }, minute: 16, fires: [] },
    { fact: "it is paused", series: { [blocked(A, "Paused")]: "1x60" }, minute: 50, fires: [] },
  ],
  WasabiS3DriftPersisting: [
    { fact: "drift is not mended", series: { [current(A)]: "1x40" }, minute: 31, fires: [TAGGING] },
    { fact: "drift comes back all the time", series: { [drift(A)]: "0+1x200" }, minute: 150, fires: [TAGGING] },
    {
      fact: "drift comes back, and the leader changed",
      series: { [drift(A)]: "0+1x60 stale", [drift(B)]: "0x60 0+1x140" },
      minute: 150,
      fires: [TAGGING],
    },
    {
      fact: "many objects drifted at once, and were mended",
      series: { [drift(A)]: "0x10 50x200", [current(A)]: "0x10 50 0x200" },
      minute: 42,
      fires: [],
    },
    { fact: "the counter began anew", series: { [drift(A)]: "900x60 0x200" }, minute: 150, fires: [] },
  ],
};
