import {
  CreateUserCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import {
  DeleteBucketCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { clientsOf, refused } from "./aws/contract/case.ts";
import { withSandbox } from "./aws/harness.ts";

const mode = "wasabi";

Deno.test("wasabi names IAM's errors in its own way", () =>
  withSandbox({ mode }, async ({ seed }, { iam, iamAs }) => {
    seed.user("app");
    await refused(iam.send(new GetUserCommand({ UserName: "nobody" })), "DBEntityNotFound", 404);
    await refused(iam.send(new CreateUserCommand({ UserName: "app" })), "DBEntityFound", 409);
    const unknown = iamAs({ accessKeyId: "AKIANOTTHEREATALL000", secretAccessKey: "x" });
    await refused(unknown.send(new ListAccessKeysCommand()), "InvalidAccessKeyId", 403);
  }));

Deno.test("wasabi has no tags on users, and drops those sent with a new one", () =>
  withSandbox({ mode }, async ({ state }, { iam }) => {
    const Tags = [{ Key: "a", Value: "1" }];
    await iam.send(new CreateUserCommand({ UserName: "app", Tags }));
    assert.equal(state.users.get("app")?.tags.size, 0);
    await refused(iam.send(new TagUserCommand({ UserName: "app", Tags })), "InvalidAction", 400);
    await refused(iam.send(new ListUserTagsCommand({ UserName: "app" })), "InvalidAction", 400);
  }));

Deno.test("wasabi has neither public access blocks nor encryption settings", () =>
  withSandbox({ mode }, async ({ seed }, { s3 }) => {
    const Bucket = seed.bucket("app").name;
    await refused(s3.send(new GetPublicAccessBlockCommand({ Bucket })), "NotImplemented", 501);
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } } as const];
    const put = s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    await refused(put, "NotImplemented", 501);
  }));

Deno.test("wasabi refuses aws:kms where it has encryption settings", () =>
  withSandbox({ mode, behaviour: { unsupported: [] } }, async ({ seed }, { s3 }) => {
    const Bucket = seed.bucket("app").name;
    const put = (SSEAlgorithm: "AES256" | "aws:kms") => {
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }];
      return s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    };
    await put("AES256");
    await refused(put("aws:kms"), "NotImplemented", 501);
  }));

Deno.test("wasabi refuses transitions", () =>
  withSandbox({ mode }, async ({ seed }, { s3 }) => {
    const Bucket = seed.bucket("app").name;
    const Transitions = [{ Days: 30, StorageClass: "GLACIER" } as const];
    const LifecycleConfiguration = {
      Rules: [{ ID: "a", Status: "Enabled", Filter: { Prefix: "" }, Transitions } as const],
    };
    const put = s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    await refused(put, "InvalidArgument", 400);
  }));

Deno.test("wasabi refuses a public policy, unless the account may make things public", () =>
  withSandbox({ mode }, async ({ seed, behaviour }, { s3 }) => {
    const Bucket = seed.bucket("app").name;
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::app/*" };
    const put = () =>
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement: [statement] }) }));
    await refused(put(), "AccessDenied", 403);
    behaviour.refusesPublicPolicies = false;
    await put();
  }));

for (const [name, mode, code] of [["wasabi", "wasabi", undefined], ["AWS", "aws", "BucketNotEmpty"]] as const) {
  Deno.test(`force_delete at ${name} ${code === undefined ? "empties the bucket first" : "changes nothing"}`, () =>
    withSandbox({ mode }, async (sandbox) => {
      sandbox.seed.bucket("app", { versioning: "Enabled" });
      for (const body of ["1", "2"]) sandbox.seed.object("app", "a", body);
      const { s3, close } = clientsOf({ endpoint: sandbox.url, ...sandbox, lacks: {} });
      s3.middlewareStack.add(
        (next) => (args) => {
          (args.request as { query: Record<string, string> }).query.force_delete = "true";
          return next(args);
        },
        { step: "build" },
      );
      const remove = s3.send(new DeleteBucketCommand({ Bucket: "app" }));
      await (code === undefined ? remove : refused(remove, code, 409));
      assert.equal(sandbox.state.buckets.has("app"), code !== undefined);
      close();
    }));
}
