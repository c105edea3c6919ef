import type { ChaosScenario } from "../scenario.ts";
import { accessKey, iamPolicy, otherInlinePolicy, plainBucket, user } from "../scenarios/objects.ts";
import type { ChaosWorld } from "../world.ts";

const DAY_MS = 86_400_000;

/** A scenario that may change the sandbox itself. */
export interface RightsScenario extends Omit<ChaosScenario, "before" | "act" | "afterwards"> {
  readonly before?: (world: ChaosWorld) => Promise<void>;
  readonly act: (world: ChaosWorld) => Promise<void>;
  readonly afterwards?: (world: ChaosWorld) => Promise<void>;
}

/** What asks for the rights that the other scenarios do without. */
export const rareScenarios: readonly RightsScenario[] = [
  {
    name: "User: delete, with what a person has given it",
    given: [user()],
    async act({ aws: { seed, state }, admin }) {
      seed.group("readers", ["app-user"]);
      const live = state.users.get("app-user")!;
      live.loginProfile = true;
      live.inline.set("own", "{}");
      await admin.remove(user());
    },
  },
  {
    name: "IAMPolicy, of two versions: delete",
    given: [iamPolicy()],
    before: async ({ admin }) => void await admin.patch(iamPolicy(), { spec: { policy: otherInlinePolicy } }),
    act: ({ admin }) => admin.remove(iamPolicy()),
  },
  {
    name: "AccessKey: rotate while the old key is used",
    given: [user(), accessKey({ rotate: { enabled: true, previousKeysRetentionDays: 0, keepWhileUsedDays: 3 } })],
    async act({ aws: { state }, admin, time }) {
      const [key] = state.users.get("app-user")!.keys;
      key!.lastUsed = { time: Math.floor(time.now()), service: "s3", region: "us-east-1" };
      await admin.annotate(accessKey(), { "s3.cloud37.dev/rotate-at": "2026-01-01T00:00:00Z" });
    },
    async afterwards({ time }) {
      await time.skip(2 * DAY_MS);
    },
  },
  {
    name: "Bucket: delete with forceDelete where the service lists no versions",
    given: [plainBucket({ forceDelete: true })],
    async act({ aws: { behaviour, seed }, admin }) {
      behaviour.unsupported = new Set(["ListObjectVersions"]);
      seed.object("plain-bucket", "a", "b");
      await admin.remove(plainBucket());
    },
  },
];
