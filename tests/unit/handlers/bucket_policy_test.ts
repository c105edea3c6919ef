import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { FINALIZER, withWorld, type World } from "./world.ts";

const BARE = { providerRef: { name: "wasabi" }, autoManage: { enabled: false }, name: "app-data" };
const ALLOW = {
  version: "2012-10-17",
  statement: [{
    sid: "Read",
    effect: "Allow",
    principal: { AWS: ["arn:aws:iam::123456789012:user/b", "arn:aws:iam::123456789012:user/a"] },
    action: ["s3:GetObject", "s3:ListBucket"],
    resource: ["arn:aws:s3:::app-data", "arn:aws:s3:::app-data/*"],
    condition: { StringEquals: { "aws:PrincipalTag/team": "x" }, Bool: { "aws:SecureTransport": true } },
  }],
};
const only = (action: string) => ({ statement: [{ ...ALLOW.statement[0]!, action }] });
const found = (world: World) => world.aws.state.buckets.get("app-data")!.policy;

async function made(world: World, policy: Loose = ALLOW, meta: Loose = {}): Promise<void> {
  for (const name of ["a", "b"]) if (!world.aws.state.users.has(name)) world.aws.seed.user(name);
  world.apply("Bucket", "app", BARE);
  await world.settle();
  world.forget();
  world.apply("BucketPolicy", "own", { bucketRef: { name: "app" }, policy }, meta);
  await world.settle();
}

for (const policyEcho of ["sent", "collapsed", "shuffled"] as const) {
  Deno.test(`a BucketPolicy is put once and rests at a service that echoes it ${policyEcho}`, () =>
    withWorld({ aws: { behaviour: { policyEcho } } }, async (world) => {
      await made(world);
      assert.equal(world.ready("BucketPolicy", "own"), "True");
      assert.deepEqual(world.changes(), ["s3:PutBucketPolicy"]);
      assert.deepEqual(world.reasons(), ["PolicyApplied"]);
      const [statement] = JSON.parse(found(world)!).Statement;
      assert.deepEqual(statement.Condition, ALLOW.statement[0]!.condition);
      assert.equal(world.object("BucketPolicy", "own").status.applied, true);
      await world.assertAtRest();
    }));
}

Deno.test("the policy goes to the bucket that the Bucket object names, not to one named like the object", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app");
    await made(world);
    assert.equal(world.aws.state.buckets.get("app")!.policy, undefined);
    assert.ok(found(world));
  }));

Deno.test("a change of the spec and a change behind the operator's back both end in one put", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.forget();
    world.edit("BucketPolicy", "own", { spec: { policy: only("s3:GetObject") } });
    await world.settle();
    assert.match(found(world)!, /"s3:GetObject"/);
    world.aws.state.buckets.get("app-data")!.policy = undefined;
    await world.settle();
    assert.ok(found(world));
    assert.deepEqual(world.changes(), ["s3:PutBucketPolicy", "s3:PutBucketPolicy"]);
    assert.ok(world.metrics.includes("drift BucketPolicy policy"));
    await world.assertAtRest(2);
  }));

Deno.test("a BucketPolicy waits for its Bucket, and says so", () =>
  withWorld({}, async (world) => {
    world.apply("BucketPolicy", "own", { bucketRef: { name: "app" }, policy: ALLOW });
    await world.settle();
    assert.match(world.ready("BucketPolicy", "own"), /^BucketNotReady: Bucket demo\/app does not exist/);
    assert.deepEqual(world.types("BucketPolicy", "own"), ["BucketNotReady", "Reconciling"]);
    assert.deepEqual(world.changes(), []);
    await made(world);
    assert.deepEqual(world.types("BucketPolicy", "own"), ["Ready"]);
  }));

/** Policies that the schema lets through and that are refused before any call. */
const INVALID: Record<string, Loose> = {
  "no statement": { statement: [] },
  "an action that is a number": only(7 as never as string),
  "an empty list of actions": only([] as never as string),
  "no principal": { statement: [{ ...ALLOW.statement[0]!, principal: {} }] },
  "too long a document": { statement: [{ ...ALLOW.statement[0]!, sid: "x".repeat(21_000) }] },
};

for (const [name, policy] of Object.entries(INVALID)) {
  Deno.test(`PolicyInvalid: ${name}; a fixed spec converges, and deletion finishes either way`, () =>
    withWorld({}, async (world) => {
      await made(world, policy);
      assert.match(world.ready("BucketPolicy", "own"), /^PolicyInvalid: spec\.policy/);
      assert.deepEqual(world.types("BucketPolicy", "own"), ["PolicyInvalid", "Stalled"]);
      assert.deepEqual(world.changes(), []);
      await world.assertAtRest(2);
      world.edit("BucketPolicy", "own", { spec: { policy: { statement: ALLOW.statement } } });
      await world.settle();
      assert.deepEqual(world.types("BucketPolicy", "own"), ["Ready"]);
      world.edit("BucketPolicy", "own", { spec: { policy } });
      world.remove("BucketPolicy", "own");
      await world.settle();
      assert.equal(world.object("BucketPolicy", "own"), undefined);
      assert.equal(found(world), undefined);
    }));
}

Deno.test("PolicyInvalid from the service stalls with its words, and a fixed spec converges", () =>
  withWorld({}, async (world) => {
    const elsewhere = { statement: [{ ...ALLOW.statement[0]!, resource: "arn:aws:s3:::another/*" }] };
    await made(world, elsewhere).catch(() => {});
    assert.match(world.ready("BucketPolicy", "own"), /^PolicyInvalid: PutBucketPolicy: MalformedPolicy/);
    assert.deepEqual(world.types("BucketPolicy", "own"), ["PolicyInvalid", "Stalled"]);
    world.edit("BucketPolicy", "own", { spec: { policy: ALLOW } });
    await world.settle();
    assert.equal(world.ready("BucketPolicy", "own"), "True");
    world.remove("BucketPolicy", "own");
    await world.settle();
    assert.equal(found(world), undefined);
  }));

Deno.test("a public policy that is refused says why", () =>
  withWorld({ aws: { mode: "wasabi" } }, async (world) => {
    await made(world, {
      statement: [{ effect: "Allow", principal: "*", action: "s3:GetObject", resource: "arn:aws:s3:::app-data/*" }],
    })
      .catch(() => {});
    assert.match(
      world.ready("BucketPolicy", "own"),
      /^AccessDenied: .*the policy is public, and the bucket's public access block/,
    );
    assert.deepEqual(world.types("BucketPolicy", "own"), ["ApplyFailed", "Stalled"]);
  }));

Deno.test("a put that fails says ApplyFailed and is tried again", () =>
  withWorld({}, async (world) => {
    world.faults.on("s3:PutBucketPolicy", { do: "fail", status: 500, code: "InternalError" });
    await made(world).catch(() => {});
    assert.match(world.ready("BucketPolicy", "own"), /^ApplyFailed: PutBucketPolicy: InternalError/);
    assert.deepEqual(world.types("BucketPolicy", "own"), ["ApplyFailed", "Reconciling"]);
    assert.equal(await world.pass("BucketPolicy", "own"), "backoff");
    world.faults.clear();
    await world.settle();
    assert.deepEqual(world.types("BucketPolicy", "own"), ["Ready"]);
  }));

Deno.test("a service that forgets the policy makes the object not Ready", () =>
  withWorld({ aws: { behaviour: { forgets: ["PutBucketPolicy"] } } }, async (world) => {
    await made(world).catch(() => {});
    assert.match(world.ready("BucketPolicy", "own"), /reads back differently/);
    assert.equal(world.object("BucketPolicy", "own").status.applied, false);
  }));

Deno.test("a foreign policy on the bucket is refused as PolicyExists, until adopted", () =>
  withWorld({}, async (world) => {
    const foreign = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::app-data/*" }],
    });
    await made(world, INVALID["no statement"]);
    world.aws.state.buckets.get("app-data")!.policy = foreign;
    world.edit("BucketPolicy", "own", { spec: { policy: { statement: ALLOW.statement } } });
    await world.settle();
    assert.match(
      world.ready("BucketPolicy", "own"),
      /^PolicyExists: .*kubectl annotate bucketpolicies\.s3\.cloud37\.dev own -n demo /,
    );
    assert.equal(found(world), foreign);
    world.annotate("BucketPolicy", "own", { adopt: "true" });
    await world.settle();
    assert.equal(world.ready("BucketPolicy", "own"), "True");
    assert.equal(world.object("BucketPolicy", "own").status.ownership, "Adopted");
  }));

Deno.test("a foreign policy that says the same is taken without a put", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.cluster.erase("bucketpolicies", { namespace: "demo", name: "own" });
    await made(world, { statement: ALLOW.statement });
    assert.equal(world.ready("BucketPolicy", "own"), "True");
    assert.deepEqual(world.changes(), []);
  }));

for (const loser of ["older", "younger"]) {
  Deno.test(`of two BucketPolicies the older wins; with the ${loser} one deleted the other's policy stands`, () =>
    withWorld({}, async (world) => {
      await made(world);
      world.later(1000);
      world.apply("BucketPolicy", "late", { bucketRef: { name: "app" }, policy: only("s3:PutObject") });
      await world.settle();
      assert.match(world.ready("BucketPolicy", "late"), /^Conflict: .*older BucketPolicy demo\/own/);
      world.remove("BucketPolicy", loser === "older" ? "own" : "late");
      await world.settle();
      assert.match(found(world)!, loser === "older" ? /"s3:PutObject"/ : /"s3:ListBucket"/);
      assert.equal(world.ready("BucketPolicy", loser === "older" ? "late" : "own"), "True");
      await world.assertAtRest(2);
    }));
}

Deno.test("deletion removes the policy, also when the Bucket object went first", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.remove("Bucket", "app");
    await world.settle();
    assert.equal(world.object("Bucket", "app"), undefined);
    world.remove("BucketPolicy", "own");
    await world.settle();
    assert.equal(world.object("BucketPolicy", "own"), undefined);
    assert.equal(found(world), undefined);
  }));

Deno.test("deletion removes no policy that the object never put", () =>
  withWorld({}, async (world) => {
    await made(world, INVALID["no statement"]);
    world.aws.state.buckets.get("app-data")!.policy = "{}";
    world.remove("BucketPolicy", "own");
    await world.settle();
    assert.equal(world.object("BucketPolicy", "own"), undefined);
    assert.equal(found(world), "{}");
  }));

Deno.test("a put whose record was lost is taken back by the deletion all the same", () =>
  withWorld({}, async (world) => {
    world.cluster.beforeWrite = () => {
      if (!world.aws.state.buckets.get("app-data")?.policy) return;
      world.cluster.refuse(/^PATCH bucketpolicies\/status/, { code: 500, reason: "InternalError" });
    };
    await made(world);
    world.cluster.beforeWrite = () => {};
    assert.ok(found(world));
    assert.equal(world.object("BucketPolicy", "own").status.applied, undefined);
    world.remove("BucketPolicy", "own");
    await world.settle();
    assert.equal(found(world), undefined);
  }));

Deno.test("a policy of 0.2.x that drifted and cannot be put stays ours", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.edit("BucketPolicy", "own", { status: { ownership: null } });
    world.aws.state.buckets.get("app-data")!.policy = "{}";
    world.faults.on("s3:PutBucketPolicy", { do: "fail", status: 500, code: "InternalError" });
    await world.round();
    world.faults.clear();
    await world.settle();
    assert.equal(world.ready("BucketPolicy", "own"), "True");
  }));

Deno.test("a deletion that is refused keeps the finalizer", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.faults.on("s3:DeleteBucketPolicy", { do: "fail", status: 403, code: "AccessDenied" });
    world.remove("BucketPolicy", "own");
    await world.pass("BucketPolicy", "own");
    assert.match(world.ready("BucketPolicy", "own"), /^DeletionBlocked: DeleteBucketPolicy: AccessDenied/);
    assert.deepEqual(world.object("BucketPolicy", "own").metadata.finalizers, [FINALIZER]);
    world.annotate("BucketPolicy", "own", { abandon: "true" });
    await world.pass("BucketPolicy", "own");
    assert.equal(world.object("BucketPolicy", "own"), undefined);
    assert.match(world.events.at(-1)!.note, /the policy of bucket "app-data"/);
    assert.ok(found(world));
  }));
