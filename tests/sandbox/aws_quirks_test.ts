import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import {
  CreateUserCommand,
  DeleteUserCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  paginateListUsers,
} from "@aws-sdk/client-iam";
import assert from "node:assert/strict";
import { refused } from "./aws/contract/case.ts";
import { withSandbox } from "./aws/harness.ts";

Deno.test("an operation that forgets answers success and stores nothing", () =>
  withSandbox({ behaviour: { forgets: ["PutBucketTagging"] } }, async ({ seed }, { s3 }) => {
    seed.bucket("app");
    const Tagging = { TagSet: [{ Key: "a", Value: "1" }] };
    await s3.send(new PutBucketTaggingCommand({ Bucket: "app", Tagging }));
    await refused(s3.send(new GetBucketTaggingCommand({ Bucket: "app" })), "NoSuchTagSet", 404);
  }));

Deno.test("echoed defaults show what was never sent", () =>
  withSandbox({ behaviour: { echoesDefaults: true } }, async ({ seed }, { s3 }) => {
    const rule = { ID: "a", Status: "Enabled", Expiration: { Days: 1 }, Filter: { Prefix: "x/" } };
    seed.bucket("app", { tags: { a: "1" }, lifecycle: [rule] });
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket: "app" }));
    assert.deepEqual(TagSet, [{ Key: "aws:createdBy", Value: "sandbox" }, { Key: "a", Value: "1" }]);
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: "app" }));
    assert.deepEqual(Rules, [{ ...rule, Prefix: "" }]);
  }));

Deno.test("rewritten lifecycle has made-up ids, the old prefix, another order and no header", () =>
  withSandbox({ behaviour: { rewritesLifecycle: true } }, async ({ seed }, { s3 }) => {
    seed.bucket("app");
    const LifecycleConfiguration = {
      Rules: [
        { ID: "first", Status: "Enabled", Filter: { Prefix: "a/" }, Expiration: { Days: 1 } },
        { Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 2 } },
      ] as const,
    };
    const Rules = [...LifecycleConfiguration.Rules];
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: "app", LifecycleConfiguration: { Rules } }));
    const read = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: "app" }));
    assert.deepEqual(read.Rules?.map((rule) => [rule.Prefix, rule.Filter]), [["", undefined], ["a/", undefined]]);
    assert.match(read.Rules?.[0]?.ID ?? "", /^\w{32}$/);
    assert.equal(read.TransitionDefaultMinimumObjectSize, undefined);
  }));

const statement = {
  Effect: "Allow",
  Action: ["s3:GetObject", "s3:PutObject"],
  Resource: ["arn:aws:s3:::app/*"],
};

for (
  const [policyEcho, principal, expected] of [
    ["sent", ["ARN"], { ...statement, Principal: { AWS: ["ARN"] } }],
    ["collapsed", ["ARN"], { ...statement, Resource: "arn:aws:s3:::app/*", Principal: { AWS: "ARN" } }],
    ["shuffled", "ARN", { ...statement, Action: ["s3:PutObject", "s3:GetObject"], Principal: { AWS: ["ARN"] } }],
  ] as const
) {
  Deno.test(`policy echo ${policyEcho}`, () =>
    withSandbox({ behaviour: { policyEcho } }, async ({ seed }, { s3 }) => {
      seed.bucket("app");
      const { arn } = seed.user("app");
      const Policy = JSON.stringify({ Statement: [{ ...statement, Principal: { AWS: principal } }] });
      await s3.send(new PutBucketPolicyCommand({ Bucket: "app", Policy: Policy.replaceAll("ARN", arn) }));
      const read = await s3.send(new GetBucketPolicyCommand({ Bucket: "app" }));
      assert.deepEqual(JSON.parse(read.Policy?.replaceAll(arn, "ARN") ?? ""), { Statement: [expected] });
    }));
}

Deno.test("a policy shows a principal that is gone by its unique id, also after one of the same name came", () =>
  withSandbox({}, async ({ seed }, { s3, iam }) => {
    seed.bucket("app");
    const { arn, id } = seed.user("app");
    const Policy = JSON.stringify({ Statement: [{ ...statement, Principal: { AWS: arn } }] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: "app", Policy }));
    await iam.send(new DeleteUserCommand({ UserName: "app" }));
    await iam.send(new CreateUserCommand({ UserName: "app" }));
    const read = await s3.send(new GetBucketPolicyCommand({ Bucket: "app" }));
    assert.equal(JSON.parse(read.Policy ?? "").Statement[0].Principal.AWS, id);
  }));

Deno.test("a new key is unknown until it has spread", () => {
  let now = Date.UTC(2026, 0, 1);
  const options = { clock: () => now, behaviour: { propagationMs: 5000 } };
  return withSandbox(options, async ({ seed }, { s3As }) => {
    seed.user("app");
    const { id, secret } = seed.accessKey("app");
    const s3 = s3As({ credentials: { accessKeyId: id, secretAccessKey: secret } });
    await refused(s3.send(new ListBucketsCommand()), "InvalidAccessKeyId", 403);
    now += 5000;
    await refused(s3.send(new ListBucketsCommand()), "AccessDenied", 403);
  });
});

Deno.test("wrong tries lock the account out for five minutes", () => {
  let now = Date.UTC(2026, 0, 1);
  const options = { mode: "wasabi", clock: () => now, behaviour: { lockoutAfter: 3 } } as const;
  return withSandbox(options, async ({ state, credentials }, { s3, s3As }) => {
    const wrong = s3As({ credentials: { ...credentials, secretAccessKey: "wrong" } });
    for (let tries = 0; tries < 3; tries++) {
      await refused(wrong.send(new ListBucketsCommand()), "SignatureDoesNotMatch", 403);
    }
    await refused(s3.send(new ListBucketsCommand()), "AuthenticationLockout", 403);
    assert.equal(state.wrongTries, 3);
    now += 5 * 60_000;
    await s3.send(new ListBucketsCommand());
  });
});

Deno.test("a request whose time is off is refused where that is looked at", () =>
  withSandbox({ clock: () => 0, behaviour: { maxSkewMs: 15 * 60_000 } }, async (_, { iam }) => {
    await refused(iam.send(new ListAccessKeysCommand({ UserName: "x" })), "RequestTimeTooSkewed", 403);
  }));

Deno.test("short pages are read to the end by the SDK's paginator", () =>
  withSandbox({ behaviour: { pageSize: 2 } }, async ({ seed }, { iam }) => {
    for (const name of ["a", "b", "c", "d", "e"]) seed.user(name);
    const pages: number[] = [];
    for await (const page of paginateListUsers({ client: iam }, {})) pages.push(page.Users?.length ?? 0);
    assert.deepEqual(pages, [2, 2, 1]);
    const whole = await iam.send(new ListUsersCommand({ MaxItems: 5 }));
    assert.deepEqual([whole.Users?.length, whole.IsTruncated], [5, false]);
  }));

Deno.test("the same seed makes the same ids", async () => {
  const ids: string[] = [];
  for (const seed of [7, 7, 8]) {
    await withSandbox({ seed }, (sandbox) => {
      ids.push(sandbox.seed.user("app").id);
      return Promise.resolve();
    });
  }
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
});

Deno.test("an operation that is not supported is refused as its API does it", () =>
  withSandbox({ behaviour: { unsupported: ["GetBucketEncryption", "ListUsers"] } }, async ({ seed }, { s3, iam }) => {
    seed.bucket("app");
    await refused(s3.send(new GetBucketEncryptionCommand({ Bucket: "app" })), "NotImplemented", 501);
    await refused(iam.send(new ListUsersCommand()), "InvalidAction", 400);
  }));
