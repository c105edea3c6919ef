import { isReady, standingOf, subjectOf } from "./watcher.ts";
import { credentialsName } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { readExamples } from "./examples.ts";
import { seconds } from "./screen.ts";
import type { Stage } from "./stage.ts";
import { until } from "./surprise.ts";

/** What is made for a Bucket that is managed automatically. */
const CHILDREN = 3;

/** Applies every example and waits until all is Ready. @returns how many objects there are, and after how long, ms */
export async function apply(stage: Stage): Promise<{ readonly objects: number; readonly ms: number }> {
  const { screen, admin, watcher, aws, signal } = stage;
  const { objects, files, replaced } = await readExamples({ ...aws.credentials, endpoint: aws.url });
  screen.begin(`Apply the ${files.length} files of examples/, and watch`);
  screen.text("They are as in the folder, but for what you would fill in too:");
  for (const [subject, fields] of Object.entries(replaced)) screen.text(`  ${subject}: ${fields.join(", ")}`);
  screen.command("kubectl apply -f examples/");
  for (const object of objects) await admin.apply(asKubectl(object));
  const count = objects.filter(({ apiVersion }) => apiVersion.startsWith("s3.")).length + CHILDREN;
  const ms = await until(`${count} objects to be Ready`, {
    look: () => watcher.objects,
    holds: (now) => now.length === count && now.every(isReady),
  }, { signal, seen: (now) => notReady(now) });
  screen.ok(`All ${count} objects are Ready ${seconds(ms)} after they were applied`);
  return { objects: count, ms };
}

/** With the annotation that `kubectl apply` leaves, so that one may go on with kubectl. */
function asKubectl(object: Loose): Loose {
  const lastApplied = { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(object)}\n` };
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...lastApplied } } };
}

/** Shows every object, what it stands for, and where credentials are. */
export function showObjects({ screen, watcher }: Stage): void {
  screen.begin("What there is now");
  screen.command("kubectl get s3");
  const { objects } = watcher;
  screen.table(
    ["OBJECT", "AT THE SERVICE", "CONDITIONS"],
    objects.map((object) => [subjectOf(object), outside(object), conditionsOf(object)]),
  );
  screen.text();
  for (const { kind, metadata, status } of objects) {
    const secret = kind === "AccessKey" ? credentialsName.main(metadata.name) : status.credentialsSecret;
    if (secret !== undefined) screen.text(`Credentials of ${kind}/${metadata.name}: Secret/${secret}`);
  }
}

function notReady(objects: readonly Loose[]): string {
  const lines = objects.filter((each) => !isReady(each)).map((each) => `${subjectOf(each)}: ${standingOf(each)}`);
  return [`${objects.length} objects`, ...lines].join("\n            ");
}

function conditionsOf({ status }: Loose): string {
  const text = ({ type, status }: Loose) => status === "True" ? type : `${type}=${status}`;
  const isOther = ({ type }: Loose) => type !== "Ready";
  return status.conditions.toSorted((a: Loose, b: Loose) => Number(isOther(a)) - Number(isOther(b))).map(text).join(
    " ",
  );
}

function outside(object: Loose): string {
  const { kind, metadata, spec, status } = object;
  if (kind === "Provider") return spec.endpoint;
  if (kind === "Bucket") return `bucket ${status.bucketName}`;
  if (kind === "BucketPolicy") return `policy of bucket ${status.bucketName ?? spec.bucketRef.name}`;
  if (kind === "User") return `user ${spec.name}`;
  if (kind === "IAMPolicy") return `policy ${metadata.name}`;
  return `key ${status.accessKeyId}`;
}
