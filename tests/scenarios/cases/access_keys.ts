import assert from "node:assert/strict";
import { CreateAccessKeyCommand, DeleteAccessKeyCommand, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import type { Loose } from "../admin.ts";
import { valueOf } from "../objects.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";

/** What a lost pair was is revoked as soon as its successor is in the Secret. */
const NO_OVERLAP = { rotate: { enabled: false, previousKeysRetentionDays: 0 } };

/** Ids of the user's keys. */
export async function keysOf(stage: Stage, UserName: string): Promise<string[]> {
  const { AccessKeyMetadata = [] } = await stage.iam.send(new ListAccessKeysCommand({ UserName }));
  return AccessKeyMetadata.map(({ AccessKeyId = "" }) => AccessKeyId);
}

/** Where the pair of an AccessKey is. */
export function mainSecret(stage: Stage, key: Loose): Loose {
  return { kind: "Secret", metadata: { name: `${key.metadata.name}-credentials`, namespace: stage.ns } };
}

/** A user with an access key, both Ready. */
export async function withKey(
  stage: Stage,
  spec: Loose = {},
): Promise<{ key: Loose; UserName: string; secret: Loose }> {
  const user = stage.user("app");
  const key = stage.accessKey("app-key", "app", spec);
  await stage.applied(user, key);
  await stage.ready(user, key);
  return { key, UserName: user.spec.name, secret: mainSecret(stage, key) };
}

export const accessKeyScenarios: readonly Scenario[] = [
  {
    fact: "an access key is made into its Secret, with the labels, type and owner that 0.2.x gave it",
    async run(stage) {
      await stage.begin();
      const { key, UserName, secret } = await withKey(stage);
      const live = await stage.admin.get(secret);
      assert.deepEqual(await keysOf(stage, UserName), [valueOf(live, "access-key-id")]);
      assert.equal(live.type, "Opaque");
      assert.deepEqual(Object.keys(live.data).sort(), ["access-key-id", "secret-access-key"]);
      assert.equal(live.metadata.labels["s3.cloud37.dev/managed-by"], "wasabi-s3-operator");
      assert.equal(live.metadata.labels["s3.cloud37.dev/resource-type"], "access-key");
      const { metadata, status } = await stage.admin.get(key);
      assert.equal(live.metadata.ownerReferences[0].uid, metadata.uid);
      assert.equal(status.accessKeyId, valueOf(live, "access-key-id"));
      assert.equal(JSON.stringify(status).includes(valueOf(live, "secret-access-key")), false);
      assert.match(await stage.event(key, "AccessKeyCreated"), /./);
    },
  },
  {
    fact: "a Secret that is deleted is healed with a new key, and the lost one is revoked",
    async run(stage) {
      await stage.begin("--drift-check-interval-seconds=1");
      const { key, UserName, secret } = await withKey(stage, NO_OVERLAP);
      const [before] = await keysOf(stage, UserName);
      await stage.admin.remove(secret);
      const healed = await stage.until(secret, "to be there again", () => true);
      assert.notEqual(valueOf(healed, "access-key-id"), before);
      await stage.ready(key);
      await stage.eventually("one key, the new one", async () => {
        const keys = await keysOf(stage, UserName);
        return keys.length === 1 && keys[0] === valueOf(healed, "access-key-id");
      });
    },
  },
  {
    fact: "a Secret that lost its data is healed",
    async run(stage) {
      await stage.begin("--drift-check-interval-seconds=1");
      const { UserName, secret } = await withKey(stage, NO_OVERLAP);
      await stage.admin.patch(secret, { data: { "secret-access-key": null } });
      const healed = await stage.until(secret, "to be whole", ({ data }) => data?.["secret-access-key"] !== undefined);
      await stage.eventually("one key, the one in the Secret", async () => {
        const keys = await keysOf(stage, UserName);
        return keys.length === 1 && keys[0] === valueOf(healed, "access-key-id");
      });
    },
  },
  {
    fact: "a key that somebody deletes at IAM is replaced, once it is old enough to be known there",
    async run(stage) {
      const operator = await stage.begin("--drift-check-interval-seconds=1");
      const { UserName, secret } = await withKey(stage);
      const AccessKeyId = valueOf(await stage.admin.get(secret), "access-key-id");
      await stage.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      operator.advance(120_000);
      const healed = await stage.until(
        secret,
        "to have a new key",
        (live) => valueOf(live, "access-key-id") !== AccessKeyId,
      );
      assert.deepEqual(await keysOf(stage, UserName), [valueOf(healed, "access-key-id")]);
    },
  },
  {
    fact: "rotation asked for by annotation makes a new key, keeps the old pair, and deletes both with the object",
    async run(stage) {
      await stage.begin();
      const { key, UserName, secret } = await withKey(stage, { rotate: { enabled: true } });
      const old = valueOf(await stage.admin.get(secret), "access-key-id");
      await stage.admin.annotate(key, { "s3.cloud37.dev/rotate-at": new Date().toISOString() });
      const rotated = await stage.until(
        secret,
        "to have the new key",
        (live) => valueOf(live, "access-key-id") !== old,
      );
      await stage.ready(key);
      assert.deepEqual(new Set(await keysOf(stage, UserName)), new Set([old, valueOf(rotated, "access-key-id")]));
      const secrets = await stage.admin.list("Secret", stage.ns);
      const previous = secrets.find(({ metadata }) => metadata.labels?.["s3.cloud37.dev/previous-secret"] === "true");
      assert.match(previous.metadata.name, /^app-key-credentials-previous-\d{14}$/);
      assert.equal(valueOf(previous, "access-key-id"), old);
      assert.match(previous.metadata.labels["s3.cloud37.dev/rotated-at"], /^\d{14}$/);
      assert.match(await stage.event(key, "AccessKeyRotated"), /./);
      await stage.deleted(key);
      assert.deepEqual(await keysOf(stage, UserName), []);
      await stage.gone(secret, previous);
    },
  },
  {
    fact: "a user whose two key slots are taken gives NoFreeKeySlot, which discard-key resolves",
    async run(stage) {
      await stage.begin("--drift-check-interval-seconds=1");
      const user = stage.user("app");
      await stage.applied(user);
      await stage.ready(user);
      const UserName = user.spec.name;
      const ids: string[] = [];
      for (let count = 0; count < 2; count++) {
        const { AccessKey } = await stage.iam.send(new CreateAccessKeyCommand({ UserName }));
        ids.push(AccessKey?.AccessKeyId ?? "");
      }
      const key = stage.accessKey("app-key", "app");
      await stage.applied(key);
      const message = await stage.refused(key, "NoFreeKeySlot");
      assert.match(message, /discard-key/);
      assert.equal(message.includes(ids[0]!), false);
      await stage.admin.annotate(key, { "s3.cloud37.dev/discard-key": ids[0]! });
      await stage.ready(key);
      const keys = await keysOf(stage, UserName);
      assert.equal(keys.length, 2);
      assert.ok(keys.includes(ids[1]!) && !keys.includes(ids[0]!));
    },
  },
  {
    fact: "a CreateAccessKey that is answered 500 after it was done leaks no key",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      stage.world.faults?.on(
        "iam:CreateAccessKey",
        { do: "fail", status: 500, code: "ServiceFailure", after: true },
        { times: 1 },
      );
      const { UserName, secret } = await withKey(stage);
      assert.deepEqual(await keysOf(stage, UserName), [valueOf(await stage.admin.get(secret), "access-key-id")]);
    },
  },
  {
    fact: "two operators at once, which no lease keeps apart, make one key a user, rotate it once, and leave nothing",
    async run(stage) {
      await stage.begin("--drift-check-interval-seconds=1");
      await stage.operator("--drift-check-interval-seconds=1");
      const buckets = ["a", "b", "c", "d"].map((name) => stage.bucket(name));
      await stage.applied(...buckets);
      await stage.ready(...buckets);
      for (const { metadata: { name }, spec } of buckets) {
        assert.equal((await keysOf(stage, spec.name)).length, 1);
        const key = { kind: "AccessKey", metadata: { name: `${name}-accesskey`, namespace: stage.ns } };
        const secret = mainSecret(stage, key);
        const old = valueOf(await stage.admin.get(secret), "access-key-id");
        await stage.admin.annotate(key, { "s3.cloud37.dev/rotate-at": "2026-01-01T00:00:00Z" });
        await stage.until(secret, "to have a new key", (live) => valueOf(live, "access-key-id") !== old);
        await stage.ready(key);
        const held = valueOf(await stage.admin.get(secret), "access-key-id");
        assert.deepEqual(new Set(await keysOf(stage, spec.name)), new Set([old, held]));
      }
      await stage.deleted(...buckets);
      const secrets = await stage.admin.list("Secret", stage.ns);
      assert.deepEqual(
        secrets.map(({ metadata }) => metadata.name).filter((name) => name !== "wasabi-credentials"),
        [],
      );
    },
  },
];
