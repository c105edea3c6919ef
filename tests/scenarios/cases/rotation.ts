import assert from "node:assert/strict";
import { CreateAccessKeyCommand, DeleteAccessKeyCommand, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import type { Loose } from "../admin.ts";
import { valueOf } from "../objects.ts";
import type { RunningOperator } from "../operator.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";
import { keysOf, withKey } from "./access_keys.ts";

const DAY_MS = 86_400_000;
const SOON = "--drift-check-interval-seconds=1";

/** Ends the operator; another one takes over so much later. */
async function handedOver(stage: Stage, operator: RunningOperator, ms: number): Promise<RunningOperator> {
  await operator.stop();
  const before = stage.now;
  stage.now = () => before() + ms;
  return await stage.operator(SOON);
}

/** Waits until the main Secret has another key than `old`; returns its id. */
async function rotated(stage: Stage, secret: Loose, old: string): Promise<string> {
  const live = await stage.until(secret, "to have a new key", (each) => valueOf(each, "access-key-id") !== old);
  return valueOf(live, "access-key-id");
}

async function phase(stage: Stage, key: Loose, wanted: string): Promise<Loose> {
  const { status } = await stage.until(key, `to be ${wanted}`, (live) => live.status?.rotation?.phase === wanted);
  return status;
}

async function rotateNow(stage: Stage, key: Loose): Promise<void> {
  await stage.admin.annotate(key, { "s3.cloud37.dev/rotate-at": new Date(stage.now()).toISOString() });
}

export const rotationScenarios: readonly Scenario[] = [
  {
    fact: "a rotation is on time through restarts and hand-overs, and each step has its phase and its Event",
    async run(stage) {
      let operator = await stage.begin(SOON);
      const rotate = { enabled: true, intervalDays: 3, previousKeysRetentionDays: 1 };
      const { key, UserName, secret } = await withKey(stage, { rotate });
      const old = valueOf(await stage.admin.get(secret), "access-key-id");
      const settled = await phase(stage, key, "Settled");
      assert.equal(settled.rotation.next, "Rotate");
      assert.equal(settled.rotation.nextTime, settled.nextRotateTime);
      operator = await handedOver(stage, operator, 3 * DAY_MS);
      const fresh = await rotated(stage, secret, old);
      const overlap = await phase(stage, key, "Overlap");
      assert.equal(overlap.rotation.next, "Deactivate");
      assert.equal(Date.parse(overlap.rotation.nextTime) - Date.parse(overlap.rotation.since), DAY_MS);
      const [{ secretName }] = overlap.previousKeys;
      operator = await handedOver(stage, operator, DAY_MS);
      const deactivated = await phase(stage, key, "Deactivated");
      assert.equal(deactivated.rotation.next, "Delete");
      const { AccessKeyMetadata = [] } = await stage.iam.send(new ListAccessKeysCommand({ UserName }));
      assert.equal(AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === old)?.Status, "Inactive");
      await handedOver(stage, operator, 60_000);
      await phase(stage, key, "Settled");
      assert.deepEqual(await keysOf(stage, UserName), [fresh]);
      await stage.gone({ kind: "Secret", metadata: { name: secretName, namespace: stage.ns } });
      for (
        const reason of [
          "AccessKeyCreated",
          "AccessKeyRotationStarted",
          "PreviousKeyKept",
          "AccessKeyRotated",
          "AccessKeyDeactivated",
          "AccessKeyRevoked",
        ]
      ) assert.match(await stage.event(key, reason), /./);
    },
  },
  {
    fact: "with a retention of 0 the old key goes as soon as the new one is in the Secret, and no pair is kept",
    async run(stage) {
      await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, {
        rotate: { enabled: true, previousKeysRetentionDays: 0 },
      });
      const old = valueOf(await stage.admin.get(secret), "access-key-id");
      await rotateNow(stage, key);
      const fresh = await rotated(stage, secret, old);
      await stage.eventually("the new key alone", async () => {
        const keys = await keysOf(stage, UserName);
        return keys.length === 1 && keys[0] === fresh;
      });
      await stage.ready(key);
      const secrets = await stage.admin.list("Secret", stage.ns);
      assert.deepEqual(secrets.filter(({ metadata }) => metadata.labels?.["s3.cloud37.dev/previous-secret"]), []);
    },
  },
  {
    fact: "an old key that is still used is kept after its overlap, and revoked a day after its last use",
    needs: ["strict service"],
    async run(stage) {
      const operator = await stage.begin(SOON);
      const rotate = { enabled: true, previousKeysRetentionDays: 0, keepWhileUsedDays: 3 };
      const { key, UserName, secret } = await withKey(stage, { rotate });
      const [made] = stage.world.sandbox!.state.users.get(UserName)!.keys;
      made!.lastUsed = { time: stage.now(), service: "s3", region: "us-east-1" };
      await rotateNow(stage, key);
      const fresh = await rotated(stage, secret, made!.id);
      const { rotation } = await phase(stage, key, "StillUsed");
      assert.equal(rotation.next, "Delete");
      assert.deepEqual(await keysOf(stage, UserName), [made!.id, fresh]);
      assert.match(await stage.event(key, "PreviousKeyStillUsed"), /at most until/);
      await handedOver(stage, operator, DAY_MS);
      await phase(stage, key, "Settled");
      assert.deepEqual(await keysOf(stage, UserName), [fresh]);
    },
  },
  {
    fact: "an Event says that the overlap is shorter than the retention, where the interval is; changes re-plan",
    async run(stage) {
      await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, {
        rotate: { enabled: true, intervalDays: 2, previousKeysRetentionDays: 7 },
      });
      const old = valueOf(await stage.admin.get(secret), "access-key-id");
      await rotateNow(stage, key);
      await rotated(stage, secret, old);
      assert.match(await stage.event(key, "PreviousKeyKept"), /not for 7 days/);
      const { rotation, lastRotateTime } = await phase(stage, key, "Overlap");
      assert.equal(Date.parse(rotation.nextTime) - Date.parse(rotation.since), 2 * DAY_MS);
      await stage.admin.patch(key, { spec: { rotate: { intervalDays: 30 } } });
      await stage.until(
        key,
        "to be planned anew",
        ({ status }) =>
          Date.parse(status.nextRotateTime) - Date.parse(lastRotateTime) === 30 * DAY_MS &&
          Date.parse(status.rotation.nextTime) - Date.parse(status.rotation.since) === 7 * DAY_MS,
      );
      await stage.admin.patch(key, { spec: { rotate: { previousKeysRetentionDays: 0 } } });
      await stage.eventually("one key", async () => (await keysOf(stage, UserName)).length === 1);
    },
  },
  {
    fact: "a rotation without a free place waits with NoFreeKeySlot, and goes on by itself when a person makes room",
    async run(stage) {
      await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, { rotate: { enabled: true } });
      const old = valueOf(await stage.admin.get(secret), "access-key-id");
      const { AccessKey } = await stage.iam.send(new CreateAccessKeyCommand({ UserName }));
      await rotateNow(stage, key);
      const message = await stage.refused(key, "NoFreeKeySlot");
      assert.equal(message.includes(AccessKey!.AccessKeyId!), false);
      assert.equal(valueOf(await stage.admin.get(secret), "access-key-id"), old);
      await stage.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey!.AccessKeyId! }));
      await rotated(stage, secret, old);
      await stage.ready(key);
    },
  },
  {
    fact: "where the service cannot deactivate keys, an old one is deleted when its overlap is over",
    needs: ["strict service"],
    async run(stage) {
      const operator = await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, {
        rotate: { enabled: true, previousKeysRetentionDays: 1 },
      });
      const old = valueOf(await stage.admin.get(secret), "access-key-id");
      await rotateNow(stage, key);
      const fresh = await rotated(stage, secret, old);
      stage.world.faults?.on("iam:UpdateAccessKey", { do: "fail", status: 501, code: "NotImplemented" });
      operator.advance(DAY_MS + 1_000);
      await stage.eventually("the new key alone", async () => (await keysOf(stage, UserName)).join() === fresh);
      assert.match(await stage.event(key, "AccessKeyRevoked"), /./);
      const events = await stage.admin.list("Event", stage.ns);
      assert.equal(events.some(({ reason }) => reason === "AccessKeyDeactivated"), false);
    },
  },
];
