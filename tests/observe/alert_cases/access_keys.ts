import { A, type AlertCase, B, OPS } from "./case.ts";

const KEY = `object_namespace="default", name="key"`;
const ALERT = { ...OPS, object_namespace: "default", name: "key" };

const overdue = (process: string) => `wasabi_s3_operator_access_key_rotation_overdue_seconds{${process}, ${KEY}}`;
const orphans = (process: string) => `wasabi_s3_operator_access_key_orphans{${process}, ${KEY}}`;

/** By alert. */
export const accessKeyCases: Readonly<Record<string, readonly AlertCase[]>> = {
  WasabiS3RotationOverdue: [
    { fact: "a rotation is late", series: { [overdue(A)]: "0+60x90" }, minute: 75, fires: [ALERT] },
    {
      fact: "the leader changed",
      series: { [overdue(A)]: "0+60x65 stale", [overdue(B)]: "_x65 3960+60x20" },
      minute: 75,
      fires: [ALERT],
    },
    { fact: "it is late by half an hour", series: { [overdue(A)]: "0+60x30 1800x90" }, minute: 100, fires: [] },
    { fact: "it was done then", series: { [overdue(A)]: "0+60x65 0x60" }, minute: 75, fires: [] },
  ],
  WasabiS3OrphanKey: [
    { fact: "a key is in no AccessKey", series: { [orphans(A)]: "1x60" }, minute: 31, fires: [ALERT] },
    { fact: "a lost key was swept", series: { [orphans(A)]: "1x12 stale" }, minute: 31, fires: [] },
  ],
};
