import assert from "node:assert/strict";
import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetPolicyCommand,
  GetUserCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import type { KindName } from "../../../handlers/kinds.ts";
import { type Clients, clientsOf } from "../../sandbox/aws/contract/case.ts";
import type { Loose } from "../../loose.ts";
import { FINALIZER, PREFIX, withWorld, type World } from "./world.ts";

// A tenant of namespace `evil` writes objects, annotations, finalizers and Secrets as he likes, but no status. The Provider
// `demo/wasabi` and what belongs to it allow his namespace nothing.
const WASABI = { name: "wasabi", namespace: "demo" };
const STATEMENT = { effect: "Allow", action: "s3:GetObject", resource: "arn:aws:s3:::unclaimed/*" };

function forge(world: World, kind: KindName, name: string, spec: Loose): void {
  world.apply(kind, name, spec, {
    namespace: "evil",
    finalizers: [FINALIZER],
    creationTimestamp: "2020-01-01T00:00:00Z",
  });
  // The record of a creation was an annotation once.
  world.annotate(kind, name, { creating: world.object(kind, name, "evil").metadata.uid }, "evil");
}

async function withTenant(run: (world: World, clients: Clients) => Promise<void>): Promise<void> {
  await withWorld({}, async (world) => {
    const { url: endpoint, credentials } = world.aws;
    const clients = clientsOf({ endpoint, credentials, lacks: {}, close: () => Promise.resolve() });
    try {
      await run(world, clients);
    } finally {
      clients.close();
    }
  });
}

/** Deletes the forged object, and asserts that it goes without any change outside. */
async function goesAlone(world: World, kind: KindName, name: string): Promise<void> {
  world.forget();
  world.remove(kind, name, "evil");
  await world.pass(kind, name, "evil");
  assert.equal(world.object(kind, name, "evil"), undefined, world.ready(kind, name, "evil"));
  assert.deepEqual(world.changes(), []);
}

Deno.test("a made-up record deletes no bucket of an account that grants nothing", () =>
  withTenant(async (world, { s3 }) => {
    await s3.send(new CreateBucketCommand({ Bucket: "unclaimed" }));
    const spec = { deletionPolicy: "Delete", forceDelete: true, autoManage: { enabled: false } };
    forge(world, "Bucket", "b", { providerRef: WASABI, name: "unclaimed", ...spec });
    await goesAlone(world, "Bucket", "b");
    await s3.send(new HeadBucketCommand({ Bucket: "unclaimed" }));
  }));

Deno.test("a tenant with a grant makes nothing his own by a made-up record, nor deletes it with his object", () =>
  withTenant(async (world, { s3, iam }) => {
    world.edit("Provider", "wasabi", { spec: { allowedNamespaces: ["evil"] } });
    await s3.send(new CreateBucketCommand({ Bucket: "unclaimed" }));
    await iam.send(new CreateUserCommand({ UserName: "unclaimed" }));
    await world.settle();
    const spec = { deletionPolicy: "Delete", forceDelete: true, autoManage: { enabled: false } };
    forge(world, "Bucket", "b", { providerRef: WASABI, name: "unclaimed", ...spec });
    forge(world, "User", "u", { providerRef: WASABI, name: "unclaimed" });
    for (const [kind, name] of [["Bucket", "b"], ["User", "u"]] as const) {
      await world.pass(kind, name, "evil");
      assert.match(world.ready(kind, name, "evil"), /^AlreadyExists/);
      await goesAlone(world, kind, name);
    }
    await s3.send(new HeadBucketCommand({ Bucket: "unclaimed" }));
    await iam.send(new GetUserCommand({ UserName: "unclaimed" }));
  }));

Deno.test("a made-up record deletes no user", () =>
  withTenant(async (world, { iam }) => {
    await iam.send(new CreateUserCommand({ UserName: "unclaimed" }));
    forge(world, "User", "u", { providerRef: WASABI, name: "unclaimed" });
    await goesAlone(world, "User", "u");
    await iam.send(new GetUserCommand({ UserName: "unclaimed" }));
  }));

Deno.test("a made-up record deletes no managed policy", () =>
  withTenant(async (world, { iam }) => {
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    });
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "unclaimed", PolicyDocument }));
    forge(world, "IAMPolicy", "unclaimed", { providerRef: WASABI, policy: { statement: [STATEMENT] } });
    await goesAlone(world, "IAMPolicy", "unclaimed");
    await iam.send(new GetPolicyCommand({ PolicyArn: Policy!.Arn }));
  }));

Deno.test("a made-up record, and a policy that is guessed, delete no bucket policy", () =>
  withTenant(async (world, { s3 }) => {
    const [Bucket, Resource] = ["app-data", "arn:aws:s3:::app-data/*"];
    world.apply("Bucket", "app", { providerRef: { name: "wasabi" }, name: Bucket, autoManage: { enabled: false } });
    await world.settle();
    const statement = { Effect: "Deny", Principal: "*", Action: "s3:DeleteObject", Resource };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    forge(world, "BucketPolicy", "p", {
      bucketRef: { name: "app", namespace: "demo" },
      policy: { statement: [{ effect: "Deny", principal: "*", action: "s3:DeleteObject", resource: Resource }] },
    });
    await goesAlone(world, "BucketPolicy", "p");
    assert.ok((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy);
  }));

Deno.test("a made-up ledger and discard-key delete no access key", () =>
  withTenant(async (world, { iam }) => {
    const UserName = "unclaimed";
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const id = AccessKey!.AccessKeyId!;
    forge(world, "User", "u", { providerRef: WASABI, name: UserName });
    forge(world, "AccessKey", "k", { providerRef: WASABI, userRef: { name: "u" } });
    world.annotate("AccessKey", "k", { "discard-key": id }, "evil");
    world.secret("k-credentials", { "access-key-id": id, "secret-access-key": "x" }, {
      namespace: "evil",
      labels: { [`${PREFIX}managed-by`]: "wasabi-s3-operator" },
      annotations: {
        [`${PREFIX}keys`]: JSON.stringify([{ id, userName: UserName, createdAt: "2020-01-01T00:00:00Z" }]),
      },
    });
    world.remove("AccessKey", "k", "evil");
    await world.pass("AccessKey", "k", "evil");
    assert.match(world.ready("AccessKey", "k", "evil"), /^DeletionBlocked: .*does not allow namespace "evil"/);
    assert.equal((await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.length, 1);
  }));

Deno.test("made-up objects of a namespace without a grant stand in nobody's way", () =>
  withTenant(async (world) => {
    const providerRef = { name: "wasabi" };
    const mine: Record<string, readonly [KindName, Loose]> = {
      "b": ["Bucket", { providerRef, name: "app-data", autoManage: { enabled: false }, deletionPolicy: "Delete" }],
      "u": ["User", { providerRef, name: "app", policyRef: { name: "p" } }],
      "p": ["IAMPolicy", { providerRef, policy: { statement: [STATEMENT] } }],
    };
    for (const [name, [kind, spec]] of Object.entries(mine)) {
      forge(world, kind, name, {
        ...spec,
        providerRef: WASABI,
        ...(spec.policyRef ? { policyRef: { name: "p", namespace: "demo" } } : {}),
      });
      world.apply(kind, name, spec);
    }
    forge(world, "AccessKey", "k", { providerRef: WASABI, userRef: { name: "u", namespace: "demo" } });
    await world.settle();
    for (const [name, [kind]] of Object.entries(mine)) assert.equal(world.ready(kind, name), "True");
    for (const [kind, name] of [["Bucket", "b"], ["User", "u"], ["IAMPolicy", "p"], ["Provider", "wasabi"]] as const) {
      world.remove(kind, name);
      await world.settle();
      assert.equal(world.object(kind, name), undefined, `${kind} ${name}: ${world.ready(kind, name)}`);
    }
  }));
