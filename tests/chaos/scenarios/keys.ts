import type { ChaosScenario } from "../scenario.ts";
import type { Place } from "../place.ts";
import { NAMESPACE } from "../world.ts";
import { create, createAndRemove, remove, secretNamed, update } from "./edits.ts";
import { accessKey, inlinePolicy, secondUser, user } from "./objects.ts";

const DAY_MS = 86_400_000;
const rotating = (spec = {}) => accessKey({ rotate: { enabled: true, intervalDays: 30, ...spec } });

async function rotateNow({ admin }: Place): Promise<void> {
  await admin.annotate(accessKey(), { "s3.cloud37.dev/rotate-at": "2026-01-01T00:00:00Z" });
}

/** Access keys: made, rotated in every way, healed, taken back. */
export const keyScenarios: readonly ChaosScenario[] = [
  create("AccessKey", [accessKey()], [user()]),
  createAndRemove("AccessKey", [accessKey()], [user()]),
  createAndRemove("User and AccessKey", [user(), accessKey()]),
  {
    name: "AccessKey: rotate when it is due, then revoke after the overlap",
    given: [user(), rotating()],
    async act({ time }) {
      await time.skip(30 * DAY_MS);
    },
  },
  { name: "AccessKey: rotate by annotation", given: [user(), rotating()], act: rotateNow },
  {
    name: "AccessKey: rotate without any overlap",
    given: [user(), rotating({ previousKeysRetentionDays: 0 })],
    act: rotateNow,
  },
  {
    name: "AccessKey: the overlap is over",
    given: [user(), rotating()],
    before: rotateNow,
    async act({ time }) {
      await time.skip(8 * DAY_MS);
    },
  },
  {
    name: "AccessKey: delete in the overlap",
    given: [user(), rotating()],
    before: rotateNow,
    act: ({ admin }) => admin.remove(accessKey()),
  },
  {
    name: "AccessKey: delete while it rotates",
    given: [user(), rotating()],
    act: rotateNow,
    afterwards: ({ admin }) => admin.remove(accessKey()),
  },
  {
    name: "AccessKey: its Secret is deleted",
    given: [user(), rotating({ previousKeysRetentionDays: 0 })],
    act: ({ admin }) => admin.remove(secretNamed("key-credentials")),
  },
  {
    name: "AccessKey: its key is deleted at IAM",
    given: [user(), accessKey()],
    async act({ aws, time }) {
      await aws.seed.loseKeys("app-user");
      await time.skip(DAY_MS);
    },
  },
  update("AccessKey: rotation is switched on", {
    given: [user(), accessKey()],
    of: accessKey(),
    spec: { rotate: { enabled: true } },
  }),
  update("AccessKey: what has no effect changes", {
    given: [user(), accessKey()],
    of: accessKey(),
    spec: { displayName: "a key", policy: inlinePolicy, tags: { team: "a" } },
  }),
  update("AccessKey: rotation changes", {
    given: [user(), rotating()],
    of: accessKey(),
    spec: { rotate: { intervalDays: 3, previousKeysRetentionDays: 0, keepWhileUsedDays: 2 } },
  }),
  update("AccessKey: moves to another User", {
    given: [user(), secondUser, rotating({ previousKeysRetentionDays: 0 })],
    of: accessKey(),
    spec: { userRef: { name: "second", namespace: NAMESPACE } },
  }),
  remove("AccessKey", [accessKey()], [user(), accessKey()]),
  remove("User before its AccessKey", [user(), accessKey()], [user(), accessKey()]),
];
