import { HeadBucketCommand, ListBucketsCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { bucketExists } from "../../../handlers/bucket/observe.ts";
import type { BucketScope } from "../../../handlers/bucket/scope.ts";
import type { Bucket } from "../../../handlers/kinds.ts";
import type { Connection } from "../../../lib/aws/api.ts";
import { StalledError } from "../../../lib/errors.ts";
import { withAnswers, withConnection } from "./connected.ts";

/** Asks as a Bucket that has never been seen, or one whose bucket the operator made. */
function exists(connection: Connection, name: string, status: object = {}): Promise<boolean> {
  const { signal } = new AbortController();
  const scope = { connection, s3: connection.s3, bucket: name, signal } as unknown as BucketScope;
  return bucketExists(
    scope,
    { metadata: { name, namespace: "a", uid: "u" }, spec: { name }, status } as unknown as Bucket,
  );
}

Deno.test("a HEAD that is refused for wrong credentials is told from a bucket of somebody else", () =>
  withConnection(
    { settings: { credentials: { accessKeyId: "AKIANOBODYNOBODY0000", secretAccessKey: "none" } } },
    async ({ sandbox, connection }) => {
      sandbox.seed.bucket("app");
      await assert.rejects(exists(connection, "app"), { errorClass: "credentials" });
      const { length } = sandbox.requests;
      await assert.rejects(connection.s3.send(new ListBucketsCommand({})), { errorClass: "credentials" });
      assert.equal(sandbox.requests.length, length, "the credentials rest from then on");
    },
  ));

Deno.test("a bucket of somebody else is AlreadyExists for a new object, and AccessDenied for one that had it", () =>
  withConnection({}, async ({ sandbox, connection }) => {
    sandbox.seed.foreignBucket("taken");
    await assert.rejects(exists(connection, "taken"), (error) => {
      assert.ok(error instanceof StalledError);
      assert.equal(error.reason, "AlreadyExists");
      return true;
    });
    await assert.rejects(exists(connection, "taken", { ownership: "Created", exists: true }), {
      errorClass: "denied",
      operation: "HeadBucket",
    });
  }));

Deno.test("a bucket is asked for with one request where that is answered", () =>
  withConnection({}, async ({ sandbox, connection }) => {
    sandbox.seed.bucket("app");
    assert.equal(await exists(connection, "app"), true);
    assert.equal(await exists(connection, "none"), false);
    assert.deepEqual(sandbox.counts(), { "s3:HeadBucket": 2 });
  }));

const put = ({ s3 }: Connection) => s3.send(new PutBucketTaggingCommand({ Bucket: "app", Tagging: { TagSet: [] } }));

Deno.test("a proxy that lets a method not through teaches nothing about the service", () =>
  withAnswers(() => new Response("<html>no</html>", { status: 405 }), async (connection) => {
    await assert.rejects(put(connection), { code: "Http405", errorClass: "terminal" });
    assert.equal(connection.unsupported("PutBucketTagging"), false);
  }));

Deno.test("a service that does not know a method teaches that", () =>
  withAnswers(
    () => new Response(null, { status: 405, headers: { "x-amz-request-id": "1" } }),
    async (connection) => {
      await assert.rejects(put(connection), { code: "MethodNotAllowed" });
      assert.equal(connection.unsupported("PutBucketTagging"), true);
      await assert.rejects(connection.s3.send(new HeadBucketCommand({ Bucket: "app" })), { code: "MethodNotAllowed" });
    },
  ));
