import { ListPoliciesCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { seconds } from "./screen.ts";
import type { Stage } from "./stage.ts";
import { expectEqual, until } from "./surprise.ts";
import { AUTO_BUCKET } from "./use.ts";
import { conditionOf, standingOf, subjectOf } from "./watcher.ts";

/** What others need goes first, as whoever deletes a whole namespace does it. */
const UNKIND_ORDER = ["Provider", "IAMPolicy", "User", "Bucket", "BucketPolicy", "AccessKey"];

/** Deletes everything, and shows that nothing is left. @returns how long it took, ms */
export async function removeAll(stage: Stage): Promise<number> {
  const { screen, admin, watcher, signal } = stage;
  screen.begin("Delete everything, in an unkind order");
  screen.text("The credentials and the Provider first, and a bucket with an object in it, without forceDelete.");
  screen.command("kubectl delete secret wasabi-credentials");
  await admin.remove({ kind: "Secret", metadata: { namespace: "default", name: "wasabi-credentials" } });
  const applied = watcher.objects.filter(({ metadata }) => metadata.ownerReferences === undefined)
    .toSorted((a, b) => UNKIND_ORDER.indexOf(a.kind) - UNKIND_ORDER.indexOf(b.kind));
  screen.command(`kubectl delete --wait=false ${applied.map(subjectOf).join(" ").toLowerCase()}`);
  const started = performance.now();
  for (const object of applied) await admin.remove(object);

  const bucket = applied.find(({ kind, spec }) => kind === "Bucket" && spec.name === AUTO_BUCKET);
  await until(`Bucket ${bucket.metadata.name} to say that it is not empty`, {
    look: () => watcher.find("Bucket", bucket.metadata.name),
    holds: (live) => live !== undefined && conditionOf(live, "Ready")?.reason === "BucketNotEmpty",
  }, { signal, seen: (live) => live === undefined ? "that it is gone" : standingOf(live) });
  const patch = { spec: { forceDelete: true } };
  screen.command(`kubectl patch bucket ${bucket.metadata.name} --type=merge -p '${JSON.stringify(patch)}'`);
  await admin.patch(bucket, patch);

  await until("all objects to be gone", {
    look: () => watcher.objects,
    holds: (now) => now.length === 0,
  }, { signal, seen: (now) => now.map((each) => `${subjectOf(each)}: ${standingOf(each)}`).join("\n            ") });
  const ms = performance.now() - started;
  await expectNothing(stage);
  screen.ok(
    `All gone after ${
      seconds(ms)
    }; at the service: 0 buckets, 0 users, 0 policies, and so 0 keys; in the cluster: 0 Secrets`,
  );
  return ms;
}

/** Asks the service and the cluster what there is. */
async function expectNothing({ owner: { s3, iam }, admin, aws }: Stage): Promise<void> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  expectEqual("buckets at the service", Buckets.map(({ Name }) => Name), []);
  const { Users = [] } = await iam.send(new ListUsersCommand());
  expectEqual("users at the service", Users.map(({ UserName }) => UserName), []);
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: "Local" }));
  expectEqual("policies at the service", Policies.map(({ PolicyName }) => PolicyName), []);
  // Keys are their users'; nothing is hidden from the lists above.
  expectEqual("buckets, users and policies in the service's store", [
    aws.state.buckets.size,
    aws.state.users.size,
    aws.state.policies.size,
  ], [
    0,
    0,
    0,
  ]);
  const secrets = await admin.list("Secret", "default");
  expectEqual("Secrets in the cluster", secrets.map(({ metadata }) => metadata.name), []);
}
