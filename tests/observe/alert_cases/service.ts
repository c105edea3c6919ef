import { A, type AlertCase, B, OPS } from "./case.ts";

const connected = (process: string) => `wasabi_s3_operator_provider_connected{${process}, provider="default/wasabi"}`;
const reconciles = (process: string, result: string) =>
  `wasabi_s3_operator_reconcile_total{${process}, kind="Bucket", result="${result}"}`;
const hits = (process: string) => `wasabi_s3_operator_rate_limit_hits_total{${process}, api_type="s3"}`;
const calls = (process: string, result: string) =>
  `wasabi_s3_operator_api_call_total{${process}, api_type="s3", operation="PutObject", result="${result}"}`;

/** By alert. */
export const serviceCases: Readonly<Record<string, readonly AlertCase[]>> = {
  WasabiS3ProviderDown: [
    {
      fact: "it has not answered for long",
      series: { [connected(A)]: "1x5 0x20" },
      minute: 12,
      fires: [{ ...OPS, provider: "default/wasabi" }],
    },
    { fact: "it answered again in time", series: { [connected(A)]: "1x5 0x3 1x20" }, minute: 12, fires: [] },
    { fact: "it was deleted", series: { [connected(A)]: "1x5 0x3 stale" }, minute: 12, fires: [] },
    {
      fact: "it was down when the leader changed, and is not any more",
      series: { [connected(A)]: "0x4 stale", [connected(B)]: "_x4 1x20" },
      minute: 12,
      fires: [],
    },
  ],
  WasabiS3ReconcileErrors: [
    {
      fact: "half of the reconciles fail",
      series: { [reconciles(A, "failed")]: "0+1x60", [reconciles(A, "success")]: "0+1x60" },
      minute: 40,
      fires: [{ ...OPS, kind: "Bucket" }],
    },
    {
      fact: "one of ten fails",
      series: { [reconciles(A, "failed")]: "0+1x60", [reconciles(A, "success")]: "0+9x60" },
      minute: 40,
      fires: [],
    },
    {
      fact: "few fail, though most of the few that there are",
      series: { [reconciles(A, "failed")]: "0x20 3x40", [reconciles(A, "success")]: "0x60" },
      minute: 30,
      fires: [],
    },
    {
      fact: "the counters began anew in another process",
      series: {
        [reconciles(A, "failed")]: "900x20 stale",
        [reconciles(A, "success")]: "900+2x20 stale",
        [reconciles(B, "failed")]: "_x20 0x60",
        [reconciles(B, "success")]: "_x20 0+2x60",
      },
      minute: 50,
      fires: [],
    },
  ],
  WasabiS3Throttled: [
    {
      fact: "one of ten calls is told to slow down",
      series: { [hits(A)]: "0+6x60", [calls(A, "success")]: "0+54x60", [calls(A, "error")]: "0+6x60" },
      minute: 40,
      fires: [{ ...OPS, api_type: "s3" }],
    },
    {
      fact: "one of a hundred is",
      series: { [hits(A)]: "0+1x60", [calls(A, "success")]: "0+99x60", [calls(A, "error")]: "0+1x60" },
      minute: 40,
      fires: [],
    },
    {
      fact: "it was so for ten minutes",
      series: { [hits(A)]: "0+6x10 60x90", [calls(A, "success")]: "0+54x100" },
      minute: 60,
      fires: [],
    },
  ],
};
