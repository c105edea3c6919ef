import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutBucketTaggingCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Loose } from "../scenarios/admin.ts";
import { waitFor } from "../api/processes.ts";
import { NAMESPACE, type Site } from "./site.ts";

const PROVIDER = { providerRef: { name: "wasabi" } };
const PLAIN = { autoManage: { enabled: false } };
const HOUR_MS = 3_600_000;

/** A good day: everything is made and becomes Ready, a bucket and its key come and go, and a key is rotated. */
export async function goodDay(site: Site): Promise<void> {
  await site.admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  await site.provider("wasabi");
  const rotate = { enabled: true, intervalDays: 90, previousKeysRetentionDays: 7 };
  const key = (name: string, user: string) =>
    site.apply("AccessKey", name, { ...PROVIDER, userRef: { name: user }, rotate });
  const policy = { statement: [{ effect: "Allow", action: "s3:GetObject", resource: "arn:aws:s3:::reports/*" }] };
  const all = [
    await site.apply("Bucket", "data", { ...PROVIDER, name: "team-a-data" }),
    await site.apply("Bucket", "logs", {
      ...PROVIDER,
      ...PLAIN,
      name: "team-a-logs",
      tagging: { tags: { team: "a" } },
      versioning: { enabled: true },
    }),
    await site.apply("IAMPolicy", "reports", { ...PROVIDER, policy }),
    await site.apply("User", "reporter", { ...PROVIDER, name: "team-a-reporter", policyRef: { name: "reports" } }),
    await site.apply("User", "late", { ...PROVIDER, name: "team-a-late" }),
    await key("reporter", "reporter"),
    await key("late", "late"),
  ];
  await site.ready(...all);
  const brief = await site.apply("Bucket", "brief", { ...PROVIDER, name: "team-a-brief", deletionPolicy: "Delete" });
  await site.ready(brief);
  await site.admin.remove(brief);
  await site.until(brief, "to be gone", (live) => live === undefined);
  const rotated = { kind: "AccessKey", metadata: { name: "reporter", namespace: NAMESPACE } };
  await site.admin.annotate(rotated, { "s3.cloud37.dev/rotate-at": new Date().toISOString() });
  await site.until(rotated, "to be rotated", ({ status }) => status.rotation?.phase === "Overlap");
  await waitFor("spans to arrive", () => site.sink.taken > 0);
}

/** A bad day: one of everything that there is a panel or an alert for. */
export async function badDay(site: Site): Promise<void> {
  site.sink.refusing = true;
  // Watches that end, and cannot go on from where they were: each kind is listed anew.
  site.kube.compact();
  site.kube.cutWatches("end");
  await Promise.all([
    unreachable(site),
    refused(site),
    notEmpty(site),
    withoutFreePlace(site),
    drifting(site),
  ]);
  // For long enough that the budget gets small and calls wait for it.
  const slowDown = { do: "fail", status: 503, code: "SlowDown" } as const;
  site.faults.on(/^s3:Get/, slowDown, { times: 30 });
}

/** A Provider that nobody answers for, and a bucket that waits for it. */
async function unreachable(site: Site): Promise<void> {
  await site.provider("away", "http://127.0.0.1:1");
  await site.apply("Bucket", "waiting", { ...PLAIN, providerRef: { name: "away" }, name: "team-a-waiting" });
}

/** Buckets of somebody else's names: so many that most reconciles fail. */
async function refused(site: Site): Promise<void> {
  for (const name of ["taken", "taken-too", "taken-as-well", "taken-by-others"]) {
    const Bucket = `team-a-${name}`;
    await site.owner.s3.send(new CreateBucketCommand({ Bucket }));
    await site.apply("Bucket", name, { ...PROVIDER, ...PLAIN, name: Bucket });
  }
}

/** A deletion that waits for a bucket to be emptied. */
async function notEmpty(site: Site): Promise<void> {
  const Bucket = "team-a-full";
  const full = await site.apply("Bucket", "full", { ...PROVIDER, ...PLAIN, name: Bucket, deletionPolicy: "Delete" });
  await site.ready(full);
  await site.owner.s3.send(new PutObjectCommand({ Bucket, Key: "important", Body: "text" }));
  await site.admin.remove(full);
}

/** A key made by hand takes the place that a rotation needs, which has been due for hours. */
async function withoutFreePlace(site: Site): Promise<void> {
  await site.owner.iam.send(new CreateAccessKeyCommand({ UserName: "team-a-late" }));
  const key: Loose = { kind: "AccessKey", metadata: { name: "late", namespace: NAMESPACE } };
  const nextRotateTime = new Date(Date.now() - 3 * HOUR_MS).toISOString();
  await site.admin.patch(key, { status: { nextRotateTime } }, "/status");
}

/** Somebody changes tags, and from then on the service lets nobody write any. */
async function drifting(site: Site): Promise<void> {
  const TagSet = [{ Key: "team", Value: "b" }];
  await site.owner.s3.send(new PutBucketTaggingCommand({ Bucket: "team-a-logs", Tagging: { TagSet } }));
  site.faults.on("s3:PutBucketTagging", { do: "fail", status: 500, code: "InternalError" });
  const logs = { kind: "Bucket", metadata: { name: "logs", namespace: NAMESPACE } };
  await site.until(
    logs,
    "to drift",
    ({ status }) => status.conditions.some(({ reason }: Loose) => reason === "UpdateFailed"),
  );
}
