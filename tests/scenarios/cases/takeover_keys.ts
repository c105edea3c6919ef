import assert from "node:assert/strict";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Installation } from "../installation.ts";
import { valueOf } from "../objects.ts";
import { condition } from "../stage.ts";
import { BROKEN, NEEDS, SOON } from "../takeover.ts";
import type { Scenario } from "../world.ts";

const DAY_MS = 86_400_000;
const KNOWN = "AKIARZPUZDIKHER5VISS";
const UNKNOWN = "AKIARZPUZDIKLK5CMNW5";

async function reads(client: S3Client): Promise<boolean> {
  return await client.send(new GetObjectCommand({ Bucket: "plain-bucket", Key: "logs/a" })).then(
    () => true,
    () => false,
  );
}

/** The keys of a running installation of 0.2.x. */
export const takeoverKeyScenarios: readonly Scenario[] = [
  {
    fact: "a key without nextRotateTime is due one interval after it was first seen, however long ago it was made",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit(recorded) {
          const { status } = recorded.get("AccessKey", "app-key");
          status.lastRotateTime = "2024-01-01T00:00:00+00:00";
          delete status.nextRotateTime;
          recorded.get("AccessKey", "auto-accesskey").spec.rotate.enabled = true;
        },
      });
      const began = old.now();
      await stage.operator();
      await old.takenOver(...old.allBut(BROKEN));
      for (const [name, days] of [["app-key", 30], ["auto-accesskey", 90]] as const) {
        const { status: { nextRotateTime, firstSeenTime } } = await old.live("AccessKey", name);
        assert.equal(Date.parse(nextRotateTime) - Date.parse(firstSeenTime), days * DAY_MS, name);
        assert.ok(Date.parse(firstSeenTime) >= began && Date.parse(firstSeenTime) <= old.now());
      }
      assert.equal((await old.live("AccessKey", "app-key")).status.lastRotateTime, "2024-01-01T00:00:00+00:00");
    },
  },
  {
    fact: "a rotation that 0.2.x had planned is done then, and by then the key of the Secret works",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      await stage.operator(SOON);
      await old.takenOver(...old.allBut(BROKEN));
      old.advance(Date.parse("2026-12-23T01:36:00Z") - old.now());
      const secret = old.left("Secret", "app-key-credentials");
      assert.equal(valueOf(await stage.admin.get(secret), "access-key-id"), "AKIARZPUZDIKNBG73SJW");
      old.advance(60_000);
      const rotated = await stage.until(
        secret,
        "to have a new key",
        (live) => valueOf(live, "access-key-id") !== "AKIARZPUZDIKNBG73SJW",
      );
      assert.equal(old.keysAt("app").includes(valueOf(rotated, "access-key-id")), true);
      assert.equal(old.keysAt("app").includes("AKIARZPUZDIKNBG73SJW"), true);
    },
  },
  {
    fact: "overdue rotations are spread over 24 hours, each at its own time, which restarts do not move",
    needs: NEEDS,
    async run(stage) {
      const names = ["overdue-key", "overdue-2", "overdue-3", "overdue-4"];
      const old = await Installation.lay(stage, {
        edit(recorded) {
          for (const copy of names.slice(1)) {
            const id = `AKIAOVERDUE${copy.slice(-1).repeat(9)}`;
            const user = recorded.copy("User", "app", copy);
            user.spec.name = copy;
            const key = recorded.copy("AccessKey", "overdue-key", copy);
            key.spec.userRef.name = copy;
            key.status.accessKeyId = id;
            const secret = recorded.copy("Secret", "overdue-key-credentials", `${copy}-credentials`);
            secret.metadata.ownerReferences[0] = {
              ...secret.metadata.ownerReferences[0],
              name: copy,
              uid: key.metadata.uid,
            };
            secret.data["access-key-id"] = btoa(id);
          }
        },
      });
      for (
        const { metadata: { name }, data } of old.secrets.filter(({ metadata }) => /^overdue-\d/.test(metadata.name))
      ) {
        const user = name.replace("-credentials", "");
        old.aws.seed.user(user);
        old.aws.seed.accessKey(user, { id: atob(data["access-key-id"]), created: Date.parse("2026-11-23T01:00:00Z") });
      }
      const began = old.now();
      const first = await stage.operator();
      await old.takenOver(...old.allBut(BROKEN));
      const times = async () =>
        await Promise.all(names.map(async (name) => (await old.live("AccessKey", name)).status.nextRotateTime));
      const planned = await times();
      assert.equal(new Set(planned).size, names.length, planned.join());
      for (const time of planned) {
        const wait = Date.parse(time) - began;
        assert.ok(wait >= 0 && wait <= DAY_MS + old.now() - began, `${time}: not within 24 hours`);
      }
      await first.stop();
      await old.lookedAt(await stage.operator(SOON));
      assert.deepEqual(await times(), planned);
    },
  },
  {
    fact:
      "the unknown second key that a failed rotation left gives NoFreeKeySlot when the rotation is due, until discard-key",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      old.aws.seed.object("plain-bucket", "logs/a", "text");
      const reader = await old.s3With("overdue-key-credentials");
      await stage.operator(SOON);
      await old.takenOver(...old.allBut(BROKEN));
      const key = old.left("AccessKey", "overdue-key");
      const { status: { nextRotateTime } } = await stage.admin.get(key);
      assert.equal(condition((await stage.admin.get(key)).status, "RotationFailed"), undefined);
      old.advance(Date.parse(nextRotateTime) - old.now() + 1_000);
      const message = await stage.refused(key, "NoFreeKeySlot");
      assert.match(message, /AKIA…MNW5.*discard-key/);
      assert.equal(message.includes(UNKNOWN), false);
      assert.deepEqual(old.keysAt("reader"), [KNOWN, UNKNOWN]);
      assert.equal(await reads(reader), true);
      await stage.admin.annotate(key, { "s3.cloud37.dev/discard-key": UNKNOWN });
      const secret = old.left("Secret", "overdue-key-credentials");
      const rotated = await stage.until(
        secret,
        "to have a new key",
        (live) => valueOf(live, "access-key-id") !== KNOWN,
      );
      await stage.ready(key);
      assert.deepEqual(old.keysAt("reader"), [KNOWN, valueOf(rotated, "access-key-id")]);
      assert.deepEqual([await reads(reader), await reads(await old.s3With("overdue-key-credentials"))], [true, true]);
    },
  },
  {
    fact: "no key is made where the Secret holds a live one, even if the status was lost",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit(recorded) {
          for (const name of ["app-key", "auto-accesskey"]) delete recorded.get("AccessKey", name).status;
        },
      });
      const operator = await stage.operator(SOON);
      await old.takenOver(...old.allBut(BROKEN));
      await old.lookedAt(operator);
      assert.equal(old.writes().includes("iam:CreateAccessKey"), false);
      const { status } = await old.live("AccessKey", "app-key");
      assert.deepEqual([status.accessKeyId, status.created], ["AKIARZPUZDIKNBG73SJW", true]);
      assert.deepEqual(await old.live("Secret", "app-key-credentials"), old.left("Secret", "app-key-credentials"));
    },
  },
  {
    fact: "a Secret of 0.2.x whose key is gone at IAM gets a new one",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const app = old.aws.state.users.get("app")!;
      app.keys.splice(0);
      await stage.operator();
      const secret = await stage.until(
        old.left("Secret", "app-key-credentials"),
        "to have a new key",
        (live) => valueOf(live, "access-key-id") !== "AKIARZPUZDIKNBG73SJW",
      );
      await old.takenOver(old.left("AccessKey", "app-key"));
      assert.deepEqual(old.keysAt("app"), [valueOf(secret, "access-key-id")]);
    },
  },
];
