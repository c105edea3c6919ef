import type { Loose } from "../../scenarios/admin.ts";
import type { Stage } from "./stage.ts";
import { Surprise } from "./surprise.ts";

/** Worth a look, of some dozens. */
const METRICS = [
  /^wasabi_s3_operator_reconcile_total\{kind="(Bucket|AccessKey)",/,
  /^wasabi_s3_operator_drift_\w+_total\{/,
  /^wasabi_s3_operator_api_calls?_total\{.*"(PutBucketTagging|CreateAccessKey)"/,
  /^wasabi_s3_operator_(buckets|access_keys)_\w+_total /,
];
const MOST_EVENTS = 12;

/** Shows some metrics, and the last Events. */
export async function tell({ screen, admin, operator }: Stage): Promise<void> {
  screen.begin("What it says about itself");
  screen.command(`curl -s ${operator.metricsUrl}/metrics | grep ^wasabi`);
  const lines = (await operator.metrics()).split("\n");
  const shown = lines.filter((line) => METRICS.some((metric) => metric.test(line)));
  if (shown.length === 0) throw new Surprise("metrics of the reconciles", "none");
  for (const line of shown) screen.text(line);

  screen.text();
  screen.command("kubectl events");
  const events = await admin.list("Event", "default");
  if (events.length === 0) throw new Surprise("Events", "none");
  const timeOf = ({ eventTime, series }: Loose) => Date.parse(series?.lastObservedTime ?? eventTime);
  const rows = events.toSorted((a, b) => timeOf(a) - timeOf(b)).slice(-MOST_EVENTS).map((
    { type, reason, regarding, note },
  ) => [
    type,
    reason,
    `${regarding.kind}/${regarding.name}`,
    note.split("\n")[0],
  ]);
  screen.table(["TYPE", "REASON", "OBJECT", "NOTE"], rows);
  screen.text();
  const [calls, writes] = [
    sumOf(lines, /api_type="(s3|iam)"/),
    sumOf(lines, /api_type="k8s",operation="(?!get_|list_)/),
  ];
  screen.text(`So far ${calls} calls to S3 and IAM, most of them to look for drift, and ${writes} Kubernetes writes.`);
}

/** The sum of the calls with such labels, renewals of the Lease aside. */
function sumOf(lines: readonly string[], labels: RegExp): number {
  return lines.filter((line) => line.startsWith("wasabi_s3_operator_api_call_total{") && labels.test(line))
    .filter((line) => !line.includes("_leases"))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
