import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { HeadBucketCommand, ListBucketsCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { refusal, refused } from "./aws/contract/case.ts";
import { withSandbox } from "./aws/harness.ts";
import { Faults } from "./faults.ts";
import type { Interposer } from "./requests.ts";

Deno.test("requests are counted by name and kept with the key that sent them", () =>
  withSandbox({}, async (sandbox, { s3, iam }) => {
    sandbox.seed.bucket("app");
    sandbox.seed.user("app");
    await s3.send(new HeadBucketCommand({ Bucket: "app" }));
    await s3.send(new HeadBucketCommand({ Bucket: "app" }));
    await iam.send(new CreateAccessKeyCommand({ UserName: "app" }));
    assert.deepEqual(sandbox.counts(), { "s3:HeadBucket": 2, "iam:CreateAccessKey": 1 });
    assert.deepEqual(sandbox.requests.map(({ sequence, status }) => [sequence, status]), [[1, 200], [2, 200], [
      3,
      200,
    ]]);
    assert.equal(sandbox.requests[0]?.accessKeyId, sandbox.credentials.accessKeyId);
    sandbox.forgetRequests();
    assert.deepEqual(sandbox.counts(), {});
  }));

/** Answers 500, before the request has any effect or after. */
function failing(when: "before" | "after", name: string): Interposer {
  return {
    async answer(_request, asked, next) {
      if (asked !== name) return next();
      if (when === "after") await next();
      return new Response(null, { status: 500 });
    },
  };
}

for (const [when, keys] of [["before", 0], ["after", 1]] as const) {
  Deno.test(`a request made to fail ${when} its effect leaves ${keys} keys`, () =>
    withSandbox({ faults: failing(when, "iam:CreateAccessKey") }, async ({ seed }, { iam }) => {
      const user = seed.user("app");
      const { status } = await refusal(iam.send(new CreateAccessKeyCommand({ UserName: "app" })));
      assert.deepEqual([status, user.keys.length], [500, keys]);
    }));
}

Deno.test("a fault meets every access key but the one that is to be spared", async () => {
  const faults = new Faults();
  await withSandbox({ faults }, async ({ seed, credentials }, { s3, s3As }) => {
    seed.user("app");
    const { id, secret } = seed.accessKey("app");
    const app = s3As({ credentials: { accessKeyId: id, secretAccessKey: secret } });
    const fault = { do: "fail", status: 403, code: "InvalidAccessKeyId" } as const;
    faults.on("s3:ListBuckets", fault, { spare: credentials.accessKeyId });
    await s3.send(new ListBucketsCommand());
    await refused(app.send(new ListBucketsCommand()), "InvalidAccessKeyId", 403);
  });
});

Deno.test("a body that is not the document asked for is MalformedXML", () =>
  withSandbox({}, async ({ seed }, { s3 }) => {
    const Bucket = seed.bucket("app").name;
    s3.middlewareStack.add(
      (next) => (args) => {
        (args.request as { body: unknown }).body = "<Tagging><TagSet>";
        return next(args);
      },
      { step: "build", priority: "high" },
    );
    const put = s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } }));
    assert.deepEqual(await refusal(put), { code: "MalformedXML", status: 400 });
  }));

Deno.test("a bucket's content is for everybody where its policy says so, and for nobody else unsigned", () =>
  withSandbox({}, async ({ seed, url }) => {
    const bucket = seed.bucket("app", { publicAccess: undefined });
    seed.object("app", "a", "hello");
    const get = async () => {
      const response = await fetch(`${url}/app/a`);
      return [response.status, (await response.text()).includes("hello")];
    };
    assert.deepEqual(await get(), [403, false]);
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::app/*" };
    bucket.policy = JSON.stringify({ Statement: [statement] });
    assert.deepEqual(await get(), [200, true]);
    bucket.publicAccess = {
      BlockPublicAcls: false,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: true,
    };
    assert.deepEqual(await get(), [403, false]);
  }));
