import { ListBucketsCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { CreateAccessKeyCommand, GetUserCommand } from "@aws-sdk/client-iam";
import assert from "node:assert/strict";
import { AwsError } from "../../../lib/aws/api.ts";
import { operationOf } from "../../../lib/aws/call.ts";
import { FakeCall, sdkError } from "./fake_call.ts";
import { NO_SPAN } from "../../../lib/telemetry/tracing/api.ts";

async function refusalOf(call: Promise<unknown>): Promise<AwsError> {
  const error = await call.then(() => assert.fail("The call succeeded"), (thrown) => thrown);
  assert.ok(error instanceof AwsError, String(error));
  return error;
}

const UNAVAILABLE = sdkError("ServiceUnavailable", 503);

for (
  const [backoffStrategy, maxAttempts, times] of [
    ["exponential", 4, [0, 100, 300, 700]],
    ["linear", 4, [0, 100, 300, 600]],
    ["exponential", 1, [0]],
    ["linear", 2, [0, 100]],
  ] as const
) {
  Deno.test(`a call is tried ${maxAttempts} times with ${backoffStrategy} waits`, async () => {
    const fake = new FakeCall({ retry: { maxAttempts, backoffStrategy } });
    fake.outcomes = [UNAVAILABLE];
    const failed = refusalOf(fake.read());
    for (const [attempt, time] of times.entries()) {
      await fake.clock.advance(time - fake.clock.monotonic());
      assert.equal(fake.attempts, attempt + 1);
      if (time > 0) assert.equal(fake.clock.monotonic(), time);
    }
    assert.equal((await failed).code, "ServiceUnavailable");
    assert.equal(fake.attempts, maxAttempts);
  });
}

Deno.test("a call that succeeds at last gives its answer", async () => {
  const fake = new FakeCall();
  fake.outcomes = [UNAVAILABLE, sdkError("SlowDown", 503), { Buckets: [] }];
  const answer = fake.read();
  await fake.clock.advance(60_000);
  assert.deepEqual(await answer, { Buckets: [] });
  assert.deepEqual(fake.metrics.calls, ["s3 ListBuckets error", "s3 ListBuckets error", "s3 ListBuckets success"]);
  assert.deepEqual(fake.metrics.rateLimitHits, ["s3"]);
});

for (
  const [code, status] of [["AccessDenied", 403], ["MalformedPolicy", 400], ["NoSuchBucket", 404], [
    "BucketAlreadyExists",
    409,
  ]] as const
) {
  Deno.test(`a call answered ${code} is not repeated`, async () => {
    const fake = new FakeCall();
    fake.outcomes = [sdkError(code, status)];
    assert.equal((await refusalOf(fake.write())).code, code);
    assert.equal(fake.attempts, 1);
  });
}

Deno.test("a call that is not idempotent is not repeated, whatever came of it", async () => {
  for (const outcome of [UNAVAILABLE, sdkError("SlowDown", 503), new TypeError("connection reset")]) {
    const fake = new FakeCall();
    fake.outcomes = [outcome];
    await refusalOf(fake.write({ idempotent: false }));
    assert.equal(fake.attempts, 1);
    assert.equal(fake.clock.nextWake, undefined);
  }
});

Deno.test("a call that is not idempotent is not sent late: the wait for the budget counts into its time", async () => {
  const fake = new FakeCall();
  await fake.read();
  fake.context.budget.throttled();
  const { code, status } = await refusalOf(fake.write({ idempotent: false, timeoutMs: 20 }));
  assert.deepEqual({ code, status }, { code: "TimeoutError", status: 0 });
  await fake.clock.advance(60_000);
  assert.equal(fake.attempts, 1, "only the read was sent");
});

Deno.test("an attempt that hangs ends at its time-out, and is repeated", async () => {
  const fake = new FakeCall();
  fake.outcomes = ["hang", { Buckets: [] }];
  const answer = fake.read({ timeoutMs: 10 });
  answer.catch(() => {});
  while (fake.clock.nextWake === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  await fake.clock.advance(1_000);
  assert.deepEqual(await answer, { Buckets: [] });
  assert.deepEqual(fake.metrics.calls, ["s3 ListBuckets error", "s3 ListBuckets success"]);
});

Deno.test("a hanging call ends with the signal's reason when aborted", async () => {
  const fake = new FakeCall();
  fake.outcomes = ["hang"];
  const stop = new AbortController();
  const ended = fake.read({ signal: stop.signal });
  await fake.clock.advance(0);
  const reason = new Error("shutdown");
  stop.abort(reason);
  await assert.rejects(ended, reason);
  assert.deepEqual(fake.metrics.calls, []);
});

Deno.test("a call that waits to be repeated ends with the signal's reason when aborted", async () => {
  const fake = new FakeCall();
  fake.outcomes = [UNAVAILABLE];
  const stop = new AbortController();
  const ended = fake.read({ signal: stop.signal });
  await fake.clock.advance(50);
  const reason = new Error("shutdown");
  stop.abort(reason);
  await assert.rejects(ended, reason);
  assert.equal(fake.attempts, 1);
});

Deno.test("without the lease, calls that change something are refused unsent, and reads go on", async () => {
  let isLeader = false;
  const fake = new FakeCall({ mayMutate: () => isLeader });
  const { code, errorClass } = await refusalOf(fake.write());
  assert.deepEqual({ code, errorClass }, { code: "NotLeader", errorClass: "transient" });
  assert.equal(fake.attempts, 0);
  await fake.read();
  isLeader = true;
  await fake.write();
  assert.equal(fake.attempts, 2);
});

Deno.test("a lease that is lost between two attempts ends the call", async () => {
  let isLeader = true;
  const fake = new FakeCall({ mayMutate: () => isLeader });
  fake.outcomes = [UNAVAILABLE];
  const ended = refusalOf(fake.write());
  await fake.clock.advance(0);
  isLeader = false;
  await fake.clock.advance(60_000);
  assert.equal((await ended).code, "NotLeader");
  assert.equal(fake.attempts, 1);
});

Deno.test("refused credentials are tried once, then not for five minutes, by no call", async () => {
  const fake = new FakeCall();
  fake.outcomes = [sdkError("SignatureDoesNotMatch", 403)];
  const first = await refusalOf(fake.read());
  assert.equal(await refusalOf(fake.write()), first);
  await fake.clock.advance(299_999);
  assert.equal(await refusalOf(fake.read()), first);
  assert.equal(fake.attempts, 1);
  await fake.clock.advance(1);
  const together = await Promise.all([refusalOf(fake.read()), refusalOf(fake.write()), refusalOf(fake.read())]);
  assert.equal(fake.attempts, 2);
  assert.ok(together.every(({ code }) => code === "SignatureDoesNotMatch"));
});

Deno.test("calls that queued before the credentials were refused are not sent any more", async () => {
  const fake = new FakeCall();
  await fake.read();
  fake.context.budget.throttled();
  fake.outcomes = [sdkError("InvalidAccessKeyId", 403)];
  const queued = Array.from({ length: 5 }, () => refusalOf(fake.read()));
  await fake.clock.advance(60_000);
  for (const { code } of await Promise.all(queued)) assert.equal(code, "InvalidAccessKeyId");
  assert.equal(fake.attempts, 2);
});

Deno.test("any other answer of the service says that the credentials work again", async () => {
  const fake = new FakeCall();
  fake.outcomes = [sdkError("InvalidAccessKeyId", 403), sdkError("AccessDenied", 403), {}];
  await refusalOf(fake.read());
  await fake.clock.advance(300_000);
  await refusalOf(fake.read());
  await fake.read();
  assert.equal(fake.attempts, 3);
});

Deno.test("throttling shrinks the budget of all calls of the Provider, and it grows back", async () => {
  const fake = new FakeCall({ retry: { maxAttempts: 1, backoffStrategy: "linear" } });
  const { budget } = fake.context;
  const { perSecond: rate } = budget.use();
  fake.outcomes = [sdkError("RequestRateLimitExceeded", 400), {}];
  await refusalOf(fake.read());
  assert.deepEqual(fake.metrics.rateLimitHits, ["s3"]);
  assert.ok(budget.use().perSecond < rate / 2);
  await fake.clock.advance(120_000);
  await fake.read();
  assert.equal(budget.use().perSecond, rate);
});

Deno.test("an operation that the service does not have is learnt by its name", async () => {
  const fake = new FakeCall();
  fake.outcomes = [sdkError("NotImplemented", 501)];
  await refusalOf(fake.write());
  assert.deepEqual([...fake.context.unsupported], ["PutBucketTagging"]);
  assert.equal(fake.attempts, 1);
});

Deno.test("an answer that says not there counts as a success of the API", async () => {
  const fake = new FakeCall();
  fake.outcomes = [sdkError("NoSuchTagSet", 404)];
  await refusalOf(fake.read());
  assert.deepEqual(fake.metrics.calls, ["s3 ListBuckets success"]);
});

Deno.test("each attempt has a span of its own with the RPC attributes", async () => {
  const spans: unknown[] = [];
  const fake = new FakeCall({
    traceSpan: (name, { kind, attributes }, fn) => {
      spans.push([name, kind, typeof attributes === "function" ? attributes() : attributes]);
      return fn(NO_SPAN);
    },
  });
  fake.outcomes = [UNAVAILABLE, {}];
  const done = fake.read();
  await fake.clock.advance(1_000);
  await done;
  const attributes = {
    "rpc.system": "aws-api",
    "rpc.service": "S3",
    "rpc.method": "ListBuckets",
    "server.address": "s3.example",
    "server.port": 443,
  };
  const span = ["S3.ListBuckets", "client", attributes];
  assert.deepEqual(spans, [span, span]);
});

Deno.test("the duration of a call is in seconds, without the wait for the budget", async () => {
  const fake = new FakeCall();
  await fake.read();
  fake.context.budget.throttled();
  const done = fake.read();
  await fake.clock.advance(10_000);
  await done;
  assert.deepEqual(fake.metrics.seconds, [0, 0]);
});

for (
  const [command, expected] of [
    [new ListBucketsCommand({}), "ListBuckets"],
    [new PutBucketTaggingCommand({ Bucket: "b", Tagging: { TagSet: [] } }), "PutBucketTagging"],
    [new CreateAccessKeyCommand({}), "CreateAccessKey"],
    [new GetUserCommand({}), "GetUser"],
  ] as const
) {
  Deno.test(`operationOf() reads ${expected} from the command's schema, not from a class name that a minifier changes`, () => {
    const minified = Object.create({ constructor: class a {} }, { schema: { value: command.schema } });
    assert.equal(operationOf(minified), expected);
    assert.equal(operationOf(command), expected);
  });
}

Deno.test("operationOf() falls back on the class name", () => {
  class PutSomethingCommand {}
  assert.equal(operationOf(new PutSomethingCommand()), "PutSomething");
});

Deno.test("every S3 command has a schema with its name", async () => {
  const module = await import("@aws-sdk/client-s3");
  const commands = Object.entries(module).filter(([name]) => /^[A-Z]\w+Command$/.test(name));
  assert.ok(commands.length > 90);
  for (const [name, Command] of commands) {
    const command = new (Command as new (input: object) => object)({});
    assert.equal(operationOf(command), name.replace(/Command$/, ""));
  }
});
