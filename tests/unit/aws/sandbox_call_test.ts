import { CreateAccessKeyCommand, CreateUserCommand, GetUserCommand, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import {
  DeleteBucketCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { AwsError } from "../../../lib/aws/api.ts";
import { isNotFound, isNotImplemented } from "../../../lib/aws/errors.ts";
import { Faults } from "../../sandbox/faults.ts";
import { withConnection } from "./connected.ts";

const Tagging = { TagSet: [{ Key: "a", Value: "1" }] };

Deno.test("a call that failed after it was done is repeated where that does no harm", () => {
  const faults = new Faults();
  faults.on("s3:PutBucketTagging", { do: "fail", status: 500, code: "InternalError", after: true }, { times: 2 });
  return withConnection({ sandbox: { faults } }, async ({ sandbox, connection: { s3 }, metrics }) => {
    sandbox.seed.bucket("app");
    await s3.send(new PutBucketTaggingCommand({ Bucket: "app", Tagging }));
    assert.equal(sandbox.counts()["s3:PutBucketTagging"], 3);
    assert.deepEqual(metrics.calls, [
      "s3 PutBucketTagging error",
      "s3 PutBucketTagging error",
      "s3 PutBucketTagging success",
    ]);
  });
});

for (
  const [what, fault] of [
    ["answered 500", { do: "fail", status: 500, code: "ServiceFailure", after: true }],
    ["answered 503", { do: "fail", status: 503, code: "SlowDown", after: true }],
    ["cut off", { do: "cut", after: true }],
  ] as const
) {
  Deno.test(`CreateAccessKey that is ${what} after the key was made is sent once: one request, one key`, () => {
    const faults = new Faults();
    faults.on("iam:CreateAccessKey", fault);
    return withConnection({ sandbox: { faults } }, async ({ sandbox, connection: { iam } }) => {
      sandbox.seed.user("app");
      const command = new CreateAccessKeyCommand({ UserName: "app" });
      await assert.rejects(iam!.send(command, { idempotent: false, timeoutMs: 5_000 }), AwsError);
      assert.equal(sandbox.counts()["iam:CreateAccessKey"], 1);
      assert.equal(sandbox.state.users.get("app")?.keys.length, 1);
    });
  });
}

Deno.test("CreateAccessKey that is never answered ends at its time-out, after one request", () => {
  const faults = new Faults();
  faults.on("iam:CreateAccessKey", { do: "hang" });
  return withConnection({ sandbox: { faults } }, async ({ sandbox, connection: { iam } }) => {
    sandbox.seed.user("app");
    const command = new CreateAccessKeyCommand({ UserName: "app" });
    const ended = iam!.send(command, { idempotent: false, timeoutMs: 50 });
    await assert.rejects(ended, { code: "TimeoutError", status: 0, errorClass: "transient" });
    assert.equal(sandbox.counts()["iam:CreateAccessKey"], 1);
    faults.clear();
  });
});

Deno.test("the SDK repeats nothing by itself", () => {
  const faults = new Faults();
  faults.on(/./, { do: "fail", status: 503, code: "ServiceUnavailable" });
  const retry = { maxAttempts: 1, backoffStrategy: "linear" } as const;
  return withConnection({ sandbox: { faults }, settings: { retry } }, async ({ sandbox, connection: { s3, iam } }) => {
    await assert.rejects(s3.send(new ListBucketsCommand({})), { code: "ServiceUnavailable" });
    await assert.rejects(iam!.send(new GetUserCommand({})), { code: "ServiceUnavailable" });
    assert.deepEqual(sandbox.counts(), { "s3:ListBuckets": 1, "iam:GetUser": 1 });
  });
});

Deno.test("wrong credentials are asked about once, by S3 and IAM together", () =>
  withConnection(
    { settings: { credentials: { accessKeyId: "AKIANOBODYNOBODY0000", secretAccessKey: "none" } } },
    async ({ sandbox, connection: { s3, iam } }) => {
      for (let call = 0; call < 5; call++) {
        await assert.rejects(s3.send(new ListBucketsCommand({})), { errorClass: "credentials" });
        await assert.rejects(iam!.send(new CreateUserCommand({ UserName: "app" })), { errorClass: "credentials" });
      }
      assert.equal(sandbox.requests.length, 1);
    },
  ));

Deno.test("what the service does not have is learnt for its operation alone", () =>
  withConnection({ sandbox: { mode: "wasabi" } }, async ({ sandbox, connection }) => {
    sandbox.seed.bucket("app");
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] as const;
    const ServerSideEncryptionConfiguration = { Rules: [...Rules] };
    const command = new PutBucketEncryptionCommand({ Bucket: "app", ServerSideEncryptionConfiguration });
    await assert.rejects(connection.s3.send(command), isNotImplemented);
    assert.equal(sandbox.counts()["s3:PutBucketEncryption"], 1);
    assert.equal(connection.unsupported("PutBucketEncryption"), true);
    assert.equal(connection.unsupported("GetBucketEncryption"), false);
    await connection.s3.send(new PutBucketTaggingCommand({ Bucket: "app", Tagging }));
    assert.equal(connection.unsupported("PutBucketTagging"), false);
  }));

for (const mode of ["aws", "wasabi"] as const) {
  Deno.test(`what is not there is absent, as ${mode} spells it`, () =>
    withConnection({ sandbox: { mode } }, async ({ sandbox, connection: { s3, iam } }) => {
      await assert.rejects(s3.send(new HeadBucketCommand({ Bucket: "none" })), isNotFound);
      await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket: "none" })), isNotFound);
      await assert.rejects(iam!.send(new GetUserCommand({ UserName: "none" })), isNotFound);
      await assert.rejects(iam!.send(new ListAccessKeysCommand({ UserName: "none" })), isNotFound);
      sandbox.seed.bucket("app");
      await assert.rejects(s3.send(new GetBucketTaggingCommand({ Bucket: "app" })), isNotFound);
    }));
}

Deno.test("aborting ends a call that the service never answers", () => {
  const faults = new Faults();
  faults.on("s3:ListBuckets", { do: "hang" });
  return withConnection({ sandbox: { faults } }, async ({ sandbox, connection: { s3 } }) => {
    const stop = new AbortController();
    const reason = new Error("shutdown");
    const ended = assert.rejects(s3.send(new ListBucketsCommand({}), { signal: stop.signal }), reason);
    while (sandbox.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    stop.abort(reason);
    await ended;
    faults.clear();
  });
});

Deno.test("a connection without iamEndpoint has no IAM side", () =>
  withConnection({}, async ({ sandbox, connection }) => {
    const { connect } = await import("../../../lib/aws/connection.ts");
    const { depsFor } = await import("./connected.ts");
    const { iamEndpoint: _iamEndpoint, ...settings } = connection.settings;
    const alone = connect(settings, depsFor());
    assert.equal(alone.iam, undefined);
    await alone.s3.send(new ListBucketsCommand({}));
    alone.close();
    assert.equal(sandbox.requests.length, 1);
  }));

Deno.test("opening a connection makes no call", () =>
  withConnection({}, ({ sandbox }) => {
    assert.equal(sandbox.requests.length, 0);
    return Promise.resolve();
  }));
