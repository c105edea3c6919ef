import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { API_VERSION, MAIN, setUp } from "./one_key.ts";

const DAY = 86_400_000;

Deno.test("AccessKeyHandler makes one key and comes to rest without further writes", async () => {
  const { iam, kube, events, run, held, ids, ready, object } = setUp();
  await run();
  assert.equal(ready().status, "True", ready().message);
  assert.deepEqual(ids(), [held()]);
  assert.equal(object().status.accessKeyId, held());
  assert.equal(object().status.nextRotateTime, "2026-01-31T00:00:00.000Z");
  assert.deepEqual(events, ["AccessKeyCreated"]);
  assert.equal(iam.calls.filter((call) => call === "CreateAccessKey").length, 1);
  const { length } = kube.writes;
  await run();
  assert.equal(kube.writes.length, length);
});

Deno.test("AccessKeyHandler keeps no secret in the status", async () => {
  const { run, object } = setUp();
  await run();
  assert.doesNotMatch(JSON.stringify(object().status), /secret\//);
});

Deno.test("AccessKeyHandler rotates on time after a restart: proven, published, kept, revoked", async () => {
  const { iam, kube, events, run, pass, restart, held, ids, object, ready } = setUp();
  await run();
  const first = held();
  pass(30 * DAY);
  restart();
  iam.unknown.add("AKIAFAKE00000000002");
  await run();
  assert.equal(held(), first, "a key that S3 does not know must not be published");
  iam.unknown.clear();
  pass(5_000);
  await run();
  const second = held();
  assert.notEqual(second, first);
  assert.deepEqual(ids(), [first, second]);
  const [{ secretName }] = object().status.previousKeys;
  assert.equal(secretName, "k-credentials-previous-20260131000000");
  const kept = kube.find("secrets", secretName);
  assert.equal(atob(kept.data["access-key-id"]), first);
  assert.match(kept.metadata.labels["s3.cloud37.dev/rotated-at"], /^\d{14}$/);
  assert.equal(kube.find("secrets", "k-credentials-next"), undefined);
  pass(7 * DAY);
  restart();
  await run();
  assert.deepEqual(ids(), [first, second]);
  assert.equal(iam.users.get("app")![0].Status, "Inactive");
  assert.equal(object().status.rotation.phase, "Deactivated");
  pass(60_000);
  restart();
  await run();
  assert.deepEqual(ids(), [second]);
  assert.deepEqual(events, [
    "AccessKeyCreated",
    "AccessKeyRotationStarted",
    "PreviousKeyKept",
    "AccessKeyRotated",
    "AccessKeyDeactivated",
    "AccessKeyRevoked",
  ]);
  assert.equal(kube.find("secrets", secretName), undefined);
  assert.equal(object().status.previousKeys, undefined);
  assert.equal(ready().status, "True");
});

Deno.test("AccessKeyHandler sweeps the key of a lost reply and makes another", async () => {
  const { iam, run, pass, restart, held, ids, ready } = setUp();
  iam.loseReply = true;
  await run();
  assert.equal(ready().status, "False");
  iam.loseReply = false;
  restart();
  pass(12_000);
  await run();
  assert.deepEqual(ids(), [held()]);
  assert.equal(held(), "AKIAFAKE00000000002");
});

Deno.test("AccessKeyHandler begins no call whose record was slow to write, and makes one later", async () => {
  const { iam, kube, run, pass, held, ids } = setUp();
  kube.afterWrite = (name) => {
    if (!name.startsWith("patch accesskeys") || kube.find("accesskeys", "k").status.keyIntent === undefined) return;
    kube.afterWrite = undefined;
    pass(5_000);
  };
  await run();
  assert.equal(iam.calls.includes("CreateAccessKey"), false);
  pass(12_000);
  await run();
  assert.deepEqual(ids(), [held()]);
});

Deno.test("AccessKeyHandler takes no key for its own after the service refused to make one", async () => {
  const { iam, run, pass, ids, object } = setUp();
  iam.refuse = true;
  await run();
  assert.notEqual(object().status.keyIntent.completedAt, undefined);
  iam.users.get("app")!.push({ AccessKeyId: "PERSON", Status: "Active", CreateDate: new Date(iam.now()) });
  iam.refuse = false;
  pass(20_000);
  await run();
  assert.ok(ids().includes("PERSON"));
  assert.equal(ids().length, 2);
});

Deno.test("AccessKeyHandler does not sweep the key that another object holds and no Secret has yet", async () => {
  const { iam, kube, run, pass, object, ids } = setUp();
  const { metadata, ...other } = structuredClone(object());
  kube.put("accesskeys", { ...other, metadata: { ...metadata, name: "k2", uid: "uid-k2" } });
  const startedAt = new Date(iam.now()).toISOString();
  kube.put("accesskeys", { ...object(), status: { keyIntent: { userName: "app", existingIds: [], startedAt } } });
  pass(10_000);
  kube.failNext = "create secrets demo/k2";
  await run("k2");
  const [made] = ids();
  pass(1_000);
  await run("k");
  assert.ok(ids().includes(made));
});

Deno.test("AccessKeyHandler stores a pair whose Secret could not be written", async () => {
  const { iam, kube, run, held, ids, ready } = setUp();
  kube.failNext = "create secrets";
  await run();
  await run();
  assert.equal(ready().status, "True", ready().message);
  assert.deepEqual(ids(), [held()]);
  assert.equal(iam.calls.filter((call) => call === "CreateAccessKey").length, 1);
});

Deno.test("AccessKeyHandler restores a deleted Secret with a new key", async () => {
  const { kube, run, pass, held, ids, object } = setUp();
  await run();
  const lost = held();
  pass(DAY);
  kube.objects.delete(`secrets demo/${MAIN}`);
  await run();
  assert.notEqual(held(), lost);
  assert.deepEqual(ids(), [lost, held()]);
  assert.equal(object().status.previousKeys[0].id, lost);
});

Deno.test("AccessKeyHandler never overwrites a Secret of somebody else", async () => {
  const { kube, run, ids, ready } = setUp();
  kube.put("secrets", { apiVersion: "v1", kind: "Secret", metadata: { namespace: "demo", name: MAIN }, data: {} });
  await run();
  assert.equal(ready().reason, "Conflict");
  assert.deepEqual(ids(), []);
});

Deno.test("AccessKeyHandler takes over a Secret of 0.2.x without touching it", async () => {
  const { iam, kube, run, object, ready } = setUp({ displayName: "App key" });
  iam.users.set("app", [{ AccessKeyId: "AKIAOLD0000000000000", Status: "Active", CreateDate: new Date(0) }]);
  kube.put("secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      namespace: "demo",
      name: MAIN,
      labels: { "s3.cloud37.dev/managed-by": "wasabi-s3-operator", "s3.cloud37.dev/resource-type": "access-key" },
      ownerReferences: [{ apiVersion: API_VERSION, kind: "AccessKey", name: "k", uid: "uid-k", controller: true }],
    },
    data: { "access-key-id": btoa("AKIAOLD0000000000000"), "secret-access-key": btoa("old") },
  });
  const failed = {
    type: "RotationFailed",
    status: "True",
    reason: "RotationFailed",
    message: "(422)",
    lastTransitionTime: "",
  };
  const nextRotateTime = "2026-01-20T00:00:00.000000+00:00";
  const status = { accessKeyId: "AKIAOLD0000000000000", created: true, nextRotateTime, conditions: [failed] };
  kube.put("accesskeys", { ...object(), status });
  await run();
  assert.equal(ready().status, "True", ready().message);
  assert.equal(object().status.nextRotateTime, nextRotateTime);
  assert.equal(object().status.conditions.some(({ type }: Loose) => type === "RotationFailed"), false);
  assert.deepEqual(kube.writes.filter((write) => write.includes("secrets")), []);
  assert.equal(iam.calls.includes("CreateAccessKey"), false);
});

Deno.test("AccessKeyHandler deletes every key it made in mid-overlap, and no other", async () => {
  const { iam, kube, run, pass, object } = setUp();
  await run();
  pass(30 * DAY);
  await run();
  assert.equal(iam.users.get("app")!.length, 2);
  iam.users.get("app")!.push({ AccessKeyId: "PERSON", Status: "Active", CreateDate: new Date(0) });
  kube.put("accesskeys", {
    ...object(),
    metadata: { ...object().metadata, deletionTimestamp: "2026-02-01T00:00:00Z" },
  });
  await run();
  assert.deepEqual(iam.users.get("app")!.map((key) => key.AccessKeyId), ["PERSON"]);
  assert.equal(object(), undefined);
  assert.deepEqual([...kube.objects.keys()].filter((key) => key.startsWith("secrets demo/k")), []);
});

Deno.test("AccessKeyHandler works on one user's keys for one object at a time", async () => {
  const { iam, kube, run, object, ids } = setUp();
  const other = structuredClone(object());
  kube.put("accesskeys", { ...other, metadata: { ...other.metadata, name: "k2", uid: "uid-k2" } });
  await Promise.all([run("k"), run("k2"), run("k")]);
  assert.equal(ids().length, 2);
  const creations = iam.calls.flatMap((call, index) => call === "CreateAccessKey" ? index : []);
  assert.equal(creations.length, 2);
  const between = iam.calls.slice(creations[0]! + 1, creations[1]);
  assert.ok(between.includes("ListAccessKeys"), "the second key must be made on a list that shows the first");
});
