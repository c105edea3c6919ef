import type { KindName } from "../../handlers/kinds.ts";
import { autoBucket } from "../chaos/scenarios/objects.ts";
import type { ChaosWorld } from "../chaos/world.ts";
import type { Loose } from "../scenarios/admin.ts";
import { condition } from "../scenarios/stage.ts";
import {
  begin,
  CURRENT,
  failAll,
  FAILED,
  IN_PROGRESS,
  inOrder,
  live,
  notReady,
  type Phase,
  reached,
  TERMINATING,
} from "./phases.ts";
import type { Subject } from "./subjects.ts";

const DAY_MS = 86_400_000;

/** A Bucket that makes a user, a key and a policy of its own. */
const bucket = { kind: "Bucket", object: () => autoBucket() } as const;

/** What objects of one kind alone go through. */
export const ownPhases: Partial<Record<KindName, readonly Phase[]>> = {
  Bucket: [
    {
      fact: "is made, and waits for its user, key and policy",
      ...IN_PROGRESS,
      says: /^UserNotReady: User auto-user is not ready yet$/,
      async play(world, subject) {
        await autoInOrder(world, subject);
        return versionThat(world, subject, ({ status }) => status.exists && condition(status, "Reconciling"));
      },
    },
    { fact: "has its user, key and policy", ...CURRENT, play: (world, subject) => autoInOrder(world, subject) },
    {
      fact: "waits for its key, which could not be made and is tried again",
      ...IN_PROGRESS,
      says: /^UserNotReady: AccessKey auto-accesskey is not ready: CreationFailed: .*told to fail/,
      async play(world, subject) {
        await begin(world, subject);
        failAll(world, { requests: /^iam:CreateAccessKey/ });
        await world.apply(autoBucket());
        await reached(world, () => condition(world.list("AccessKey")[0]?.status, "CreationFailed") !== undefined);
        await reached(world, () => live(world, bucket).status.conditions[0].message.includes("CreationFailed"));
        return live(world, bucket);
      },
    },
    {
      fact: "was edited, and waits for its user to get the new policy, which failed and is tried again",
      ...IN_PROGRESS,
      says: /^UserNotReady: User auto-user is not ready: UpdateFailed: .*told to fail/,
      async play(world, subject) {
        await autoInOrder(world, subject);
        failAll(world, { requests: /^iam:PutUserPolicy/ });
        await world.admin.patch(autoBucket(), { spec: { autoManage: { accessLevel: "readonly" } } });
        await reached(world, () => live(world, bucket).status.conditions[0].message.includes("UpdateFailed"));
        return live(world, bucket);
      },
    },
    {
      fact: "waits for its user, which needs a person",
      ...FAILED,
      says: /^UserNotReady: User auto-user is not ready: AlreadyExists: /,
      async play(world, subject) {
        await begin(world, subject);
        world.aws.seed.user("auto-bucket");
        await world.apply(autoBucket());
        await world.rest();
        return live(world, bucket);
      },
    },
    {
      fact: "is in order but for a setting that nobody can apply",
      ...CURRENT,
      says: /^Unsupported: .*mfaDelete/,
      play: (world, subject) => autoInOrder(world, subject, { versioning: { mfaDelete: true } }),
    },
    {
      fact: "is to go, and waits until its user, key and policy are gone",
      ...TERMINATING,
      async play(world, subject) {
        await autoInOrder(world, subject);
        await world.admin.remove(autoBucket());
        await world.rest();
        return versionThat(world, subject, ({ status }) => condition(status, "Ready")?.reason === "DeletionBlocked");
      },
    },
  ],
  AccessKey: [
    {
      fact: "rotates, and proves the next key",
      ...CURRENT,
      async play(world, subject) {
        await refusedRotation(world, subject);
        await reached(world, () => live(world, subject).status.rotation.phase === "Proving");
      },
    },
    {
      fact: "rotates, and gave the next key up because it was refused",
      ...IN_PROGRESS,
      says: /^RotationFailed: ./,
      flux: "Failed",
      async play(world, subject) {
        await refusedRotation(world, subject);
        await notReady(world, subject);
      },
    },
    ...["Overlap", "Deactivated", "Settled"].map((phase): Phase => ({
      fact: `has rotated, and is at ${phase}`,
      ...CURRENT,
      async play(world, subject) {
        await inOrder(world, subject);
        const before = live(world, subject).metadata.resourceVersion;
        await rotate(world, subject);
        await world.rest();
        world.time.skip(8 * DAY_MS);
        await world.rest();
        return versionThat(world, subject, ({ metadata, status }) => {
          return Number(metadata.resourceVersion) > Number(before) && status.rotation?.phase === phase;
        });
      },
    })),
  ],
};

async function autoInOrder(world: ChaosWorld, subject: Subject, spec = {}): Promise<Loose> {
  await inOrder(world, { ...subject, object: () => autoBucket(spec) });
  return live(world, bucket);
}

async function rotate(world: ChaosWorld, { object }: Subject): Promise<void> {
  await world.admin.annotate(object(world), { "s3.cloud37.dev/rotate-at": "2026-01-01T00:00:00Z" });
}

/** The service does not know the new key yet. */
async function refusedRotation(world: ChaosWorld, subject: Subject): Promise<void> {
  await inOrder(world, subject);
  const unknown = "<Error><Code>InvalidAccessKeyId</Code><Message>not known</Message></Error>";
  world.operator.gate.meddle = ({ name }, next) =>
    name.startsWith("s3:GET /?") || name === "s3:GET /"
      ? Promise.resolve(new Response(unknown, { status: 403 }))
      : next();
  await rotate(world, subject);
}

/** The first version that the test holds for. @throws Error where there was none */
function versionThat(world: ChaosWorld, { kind }: Subject, holds: (version: Loose) => unknown): Loose {
  const found = world.versions(kind).find(holds);
  if (found === undefined) throw new Error(`No ${kind} was ever so`);
  return found;
}
