import { GetBucketTaggingCommand, HeadBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import type { Connection, ConnectionSettings } from "../../../lib/aws/api.ts";
import { connect } from "../../../lib/aws/connection.ts";
import { depsFor, settingsFor } from "./connected.ts";
import { type RawRequest, type RawServer, startRawServer } from "./raw_server.ts";

const OK = "HTTP/1.1 200 OK\r\nx-amz-request-id: 1\r\n";

async function withRawServer(
  answer: (request: RawRequest) => { bytes: string; cut?: boolean } | undefined,
  run: (connection: Connection, server: RawServer) => Promise<void>,
  settings: Partial<ConnectionSettings> = {},
): Promise<void> {
  const server = startRawServer(answer);
  const retry = { maxAttempts: 1, backoffStrategy: "linear" } as const;
  const connection = connect(settingsFor(server.url, { retry, ...settings }), depsFor());
  try {
    await run(connection, server);
  } finally {
    connection.close();
    await server.close();
  }
}

const head = ({ s3 }: Connection) => s3.send(new HeadBucketCommand({ Bucket: "app" }));
const list = ({ s3 }: Connection, options = {}) => s3.send(new ListBucketsCommand({}), options);

for (
  const [what, bytes] of [
    ["without content-length", `${OK}\r\n`],
    ["with a content-length", `${OK}content-length: 200\r\n\r\n`],
    ["with chunked encoding", `${OK}transfer-encoding: chunked\r\n\r\n`],
  ] as const
) {
  Deno.test(`answers to HEAD ${what} leave the connection open for the next call`, () =>
    withRawServer(() => ({ bytes }), async (connection, server) => {
      for (let call = 0; call < 5; call++) await head(connection);
      assert.equal(server.requests.length, 5);
      assert.equal(server.connections, 1);
    }));
}

Deno.test("a refused HEAD leaves the connection open for the next call", () =>
  withRawServer(
    () => ({ bytes: "HTTP/1.1 404 Not Found\r\nx-amz-request-id: 1\r\n\r\n" }),
    async (connection, server) => {
      for (let call = 0; call < 5; call++) await assert.rejects(head(connection), { code: "NotFound" });
      assert.equal(server.connections, 1);
    },
  ));

for (const insecureSkipVerify of [false, true]) {
  const name = insecureSkipVerify ? "with insecureSkipVerify" : "over fetch";
  const settings = { tls: { insecureSkipVerify } };

  Deno.test(`a body that is cut off settles, ${name}`, () =>
    withRawServer(
      () => ({ bytes: `${OK}content-length: 1000\r\n\r\n<ListAllMyBucketsResult>`, cut: true }),
      async (connection) => {
        await assert.rejects(list(connection, { timeoutMs: 5_000 }), { errorClass: "transient" });
      },
      settings,
    ));

  Deno.test(`a connection that is closed without an answer settles, ${name}`, () =>
    withRawServer(() => ({ bytes: "", cut: true }), async (connection) => {
      await assert.rejects(list(connection), { code: "NetworkError", errorClass: "transient", status: 0 });
    }, settings));

  Deno.test(`a body that never ends settles at its time-out, ${name}`, () =>
    withRawServer(() => ({ bytes: `${OK}content-length: 1000\r\n\r\n<List` }), async (connection) => {
      await assert.rejects(list(connection, { timeoutMs: 100 }), { code: "TimeoutError", errorClass: "transient" });
    }, settings));

  Deno.test(`a body that never ends settles when aborted, ${name}`, () =>
    withRawServer(() => ({ bytes: `${OK}content-length: 1000\r\n\r\n<List` }), async (connection, server) => {
      const stop = new AbortController();
      const reason = new Error("shutdown");
      const ended = assert.rejects(list(connection, { signal: stop.signal }), reason);
      while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      stop.abort(reason);
      await ended;
    }, settings));

  Deno.test(`calls one after another share a connection, ${name}`, () =>
    withRawServer(
      () => ({
        bytes: `${OK}content-length: 69\r\n\r\n<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>\n`,
      }),
      async (connection, server) => {
        for (let call = 0; call < 5; call++) assert.deepEqual((await list(connection)).Buckets, []);
        assert.equal(server.connections, 1);
      },
      settings,
    ));
}

Deno.test("no call carries a checksum that was not asked for, and path style puts the bucket into the path", () =>
  withRawServer(() => ({ bytes: `${OK}content-length: 0\r\n\r\n` }), async ({ s3 }, server) => {
    await s3.send(new GetBucketTaggingCommand({ Bucket: "app" }));
    const [request] = server.requests;
    assert.match(request?.head ?? "", /^GET \/app\/?\?tagging/);
    assert.doesNotMatch(request?.head ?? "", /x-amz-(checksum|sdk-checksum)/i);
    assert.match(request?.head ?? "", /\/us-east-1\/s3\/aws4_request/);
  }));

Deno.test("IAM is signed for its own region", () =>
  withRawServer(
    () => ({ bytes: "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n" }),
    async ({ iam }, server) => {
      const { GetUserCommand } = await import("@aws-sdk/client-iam");
      await assert.rejects(iam!.send(new GetUserCommand({})), { status: 403 });
      assert.match(server.requests[0]?.head ?? "", /\/us-east-1\/iam\/aws4_request/);
    },
    { region: "eu-central-2", iamRegion: "us-east-1" },
  ));

Deno.test("a black-holed endpoint holds up no call of another Provider", () =>
  withRawServer(
    () => undefined,
    (dark, darkServer) =>
      withRawServer(() => ({ bytes: `${OK}content-length: 0\r\n\r\n` }), async (bright) => {
        const stop = new AbortController();
        const hanging = Array.from({ length: 100 }, () => list(dark, { signal: stop.signal }));
        const ended = Promise.allSettled(hanging);
        while (darkServer.requests.length < 100) await new Promise((resolve) => setTimeout(resolve, 1));
        for (let call = 0; call < 20; call++) await list(bright, { timeoutMs: 5_000 });
        stop.abort();
        assert.ok((await ended).every(({ status }) => status === "rejected"));
      }),
  ));
