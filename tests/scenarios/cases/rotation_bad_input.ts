import assert from "node:assert/strict";
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import type { Loose } from "../admin.ts";
import { secret as secretObject, valueOf } from "../objects.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";
import { keysOf, withKey } from "./access_keys.ts";

const SOON = "--drift-check-interval-seconds=1";
const ROTATE = { rotate: { enabled: true } };

/** A key that a person makes for the user. */
async function personsKey(stage: Stage, UserName: string): Promise<{ id: string; secret: string }> {
  const { AccessKey } = await stage.iam.send(new CreateAccessKeyCommand({ UserName }));
  return { id: AccessKey!.AccessKeyId!, secret: AccessKey!.SecretAccessKey! };
}

/** Rotated just now: both keys work. */
async function inOverlap(stage: Stage): Promise<{ key: Loose; UserName: string; secret: Loose; old: string }> {
  const { key, UserName, secret } = await withKey(stage, ROTATE);
  const old = valueOf(await stage.admin.get(secret), "access-key-id");
  await stage.admin.annotate(key, { "s3.cloud37.dev/rotate-at": new Date(stage.now()).toISOString() });
  await stage.until(key, "to be in its overlap", ({ status }) => status.rotation?.phase === "Overlap");
  return { key, UserName, secret, old };
}

export const rotationBadInputScenarios: readonly Scenario[] = [
  {
    fact: "a foreign key in the Secret is neither adopted nor deleted: an own one takes its place when there is room",
    async run(stage) {
      await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, {
        rotate: { enabled: false, previousKeysRetentionDays: 0 },
      });
      const own = valueOf(await stage.admin.get(secret), "access-key-id");
      const foreign = await personsKey(stage, UserName);
      const data = { "access-key-id": btoa(foreign.id), "secret-access-key": btoa(foreign.secret) };
      await stage.admin.patch(secret, { data });
      await stage.refused(key, "NoFreeKeySlot");
      assert.ok((await keysOf(stage, UserName)).includes(foreign.id));
      await stage.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: own }));
      await stage.until(
        secret,
        "to have an own key",
        (live) => ![own, foreign.id].includes(valueOf(live, "access-key-id")),
      );
      await stage.ready(key);
      assert.ok((await keysOf(stage, UserName)).includes(foreign.id));
    },
  },
  {
    fact: "a Secret of rubbish, without labels or owner, is healed as long as one of the two says whose it is",
    async run(stage) {
      await stage.begin(SOON);
      const { key, secret } = await withKey(stage, { rotate: { enabled: false, previousKeysRetentionDays: 0 } });
      await stage.admin.patch(secret, {
        metadata: { ownerReferences: null },
        data: { "access-key-id": btoa("\u0001\u0002") },
      });
      await stage.until(
        secret,
        "to be whole and owned",
        (live) =>
          live.metadata.ownerReferences?.[0]?.name === "app-key" && /^\w{16,}$/.test(valueOf(live, "access-key-id")),
      );
      await stage.ready(key);
    },
  },
  {
    fact: "a Secret that a person put in its place, of another type, is a Conflict until it is gone",
    async run(stage) {
      await stage.begin(SOON);
      const { key, secret } = await withKey(stage, { rotate: { enabled: false, previousKeysRetentionDays: 0 } });
      await stage.admin.remove(secret);
      const other = { ...secretObject(secret.metadata, { note: "mine" }), type: "example.com/other" };
      await stage.eventually("the other Secret to be there", async () => {
        await stage.admin.remove(secret);
        return await stage.admin.create(other).then(() => true, () => false);
      });
      await stage.refused(key, "Conflict");
      assert.equal(valueOf(await stage.admin.get(secret), "note"), "mine");
      await stage.admin.remove(secret);
      await stage.ready(key);
      assert.equal((await stage.admin.get(secret)).type, "Opaque");
    },
  },
  {
    fact: "a status that names foreign keys as ours, or nothing at all, is mended and costs no key",
    async run(stage) {
      await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, ROTATE);
      const own = valueOf(await stage.admin.get(secret), "access-key-id");
      const { id } = await personsKey(stage, UserName);
      const foreign = { id, userName: UserName, createdAt: "2020-01-01T00:00:00Z" };
      const edits: Loose[] = [
        { previousKeys: [{ ...foreign, retiredAt: "2020-01-01T00:00:00Z" }], nextKey: foreign },
        { accessKeyId: id, provenKeyId: id, keyIntent: null },
        null,
      ];
      for (const status of edits) {
        await stage.admin.patch(key, { status }, "/status");
        await stage.until(
          key,
          "to be mended",
          ({ status: live }) =>
            live?.accessKeyId === own && live.previousKeys === undefined && live.nextKey === undefined,
        );
        await stage.ready(key);
      }
      assert.deepEqual(new Set(await keysOf(stage, UserName)), new Set([own, id]));
      assert.equal(valueOf(await stage.admin.get(secret), "access-key-id"), own);
    },
  },
  {
    fact: "a user that somebody deletes at IAM comes back, and gets a key again",
    async run(stage) {
      const operator = await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, ROTATE);
      const old = valueOf(await stage.admin.get(secret), "access-key-id");
      await stage.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: old }));
      const { PolicyNames = [] } = await stage.iam.send(new ListUserPoliciesCommand({ UserName }));
      for (const PolicyName of PolicyNames) await stage.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
      for (const AccessKeyId of await keysOf(stage, UserName)) {
        await stage.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      }
      await stage.iam.send(new DeleteUserCommand({ UserName }));
      operator.advance(120_000);
      await stage.eventually(
        "the user to be there",
        async () => await stage.iam.send(new GetUserCommand({ UserName })).then(() => true, () => false),
      );
      const live = await stage.until(secret, "to have a new key", (each) => valueOf(each, "access-key-id") !== old);
      await stage.ready(key);
      assert.deepEqual(await keysOf(stage, UserName), [valueOf(live, "access-key-id")]);
    },
  },
  {
    fact: "an AccessKey that is moved to another user in mid-rotation has one key there and none at the former",
    async run(stage) {
      await stage.begin(SOON);
      const { key, UserName, secret } = await inOverlap(stage);
      const other = stage.user("other");
      await stage.applied(other);
      await stage.ready(other);
      await stage.admin.patch(key, { spec: { userRef: { name: "other" } } });
      await stage.eventually("no key at the former user", async () => (await keysOf(stage, UserName)).length === 0);
      await stage.ready(key);
      assert.deepEqual(await keysOf(stage, other.spec.name), [valueOf(await stage.admin.get(secret), "access-key-id")]);
    },
  },
  {
    fact: "an AccessKey that is deleted while its new key waits to be proven leaves no key and no Secret",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin(SOON);
      const { key, UserName, secret } = await withKey(stage, ROTATE);
      const { faults, credentials } = stage.world;
      // A Provider lists buckets too, to check the operator's own key.
      faults?.on("s3:ListBuckets", { do: "fail", status: 403, code: "InvalidAccessKeyId" }, {
        spare: credentials.accessKeyId,
      });
      await stage.admin.annotate(key, { "s3.cloud37.dev/rotate-at": new Date(stage.now()).toISOString() });
      await stage.eventually("two keys", async () => (await keysOf(stage, UserName)).length === 2);
      await stage.admin.remove(key);
      faults?.clear();
      await stage.gone(key, secret);
      assert.deepEqual(await keysOf(stage, UserName), []);
      const secrets = await stage.admin.list("Secret", stage.ns);
      assert.deepEqual(secrets.filter(({ metadata }) => metadata.name.startsWith("app-key")), []);
    },
  },
];
