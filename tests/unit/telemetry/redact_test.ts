import fc from "fast-check";
import assert from "node:assert/strict";
import { redact } from "../../../lib/telemetry/redact.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const REDACTED = "[redacted]";

for (
  const name of [
    "secretAccessKey",
    "SecretAccessKey",
    "secret_access_key",
    "secret-key",
    "AWS_SECRET_ACCESS_KEY",
    "sessionToken",
    "password",
    "token",
    "Authorization",
    "x-amz-security-token",
    "Cookie",
    "client-key-data",
    "stringData",
    "kubectl.kubernetes.io/last-applied-configuration",
  ]
) {
  Deno.test(`redact() takes out the field ${name}, whatever it looks like and however deep`, () => {
    for (const value of ["short", 5, { a: "b" }, ["a"]]) {
      assert.deepEqual(redact({ at: [{ [name]: value }] }), { at: [{ [name]: REDACTED }] });
    }
  });
}

Deno.test("redact() leaves empty secrets as they are: that they are missing is worth knowing", () => {
  assert.deepEqual(redact({ password: "", token: null, sessionToken: undefined }), {
    password: "",
    token: null,
    sessionToken: undefined,
  });
});

Deno.test("redact() takes out the data of a Secret, alone and in a list", () => {
  const secret = { kind: "Secret", metadata: { name: "app" }, data: { "access-key-id": "QUtJQQ==" } };
  const clean = { ...secret, data: REDACTED };
  assert.deepEqual(redact(secret), clean);
  assert.deepEqual(redact({ items: [secret, { data: { a: "Yg==" } }] }), { items: [clean, { data: REDACTED }] });
});

Deno.test("redact() leaves other data alone", () => {
  for (const data of [{ count: 1 }, ["a"], "text", 5]) assert.deepEqual(redact({ data }), { data });
});

Deno.test("redact() takes secrets out of names of fields, maps, headers, sets, URLs and text", () => {
  assert.deepEqual(
    redact({
      [SECRET]: 1,
      map: new Map([["password", "x"], ["user", "y"]]),
      headers: new Headers({ authorization: "AWS4-HMAC-SHA256 x", host: "s3" }),
      set: new Set([SECRET]),
      url: new URL("https://me:hunter2@host/"),
      text: `is ${SECRET}`,
    }),
    {
      [REDACTED]: 1,
      map: { password: REDACTED, user: "y" },
      headers: { authorization: REDACTED, host: "s3" },
      set: [REDACTED],
      url: "https://[redacted]@host/",
      text: "is [redacted]",
    },
  );
});

Deno.test("redact() shows an error with its own fields and its causes, without secrets and the SDK's answers", () => {
  const cause = new TypeError(`signed with ${SECRET}`);
  const error = Object.assign(new Error("No key", { cause }), {
    code: "InvalidAccessKeyId",
    $response: { body: SECRET },
    $metadata: { requestId: "1" },
    request: { headers: { authorization: "x" } },
  });
  const shown = redact(error) as Record<string, unknown>;
  const { stack, ...rest } = shown;
  assert.match(String(stack), /^Error: No key\n {4}at /);
  const { stack: _stack, ...shownCause } = rest["cause"] as Record<string, unknown>;
  assert.deepEqual({ ...rest, cause: shownCause }, {
    name: "Error",
    message: "No key",
    code: "InvalidAccessKeyId",
    request: { headers: { authorization: REDACTED } },
    cause: { name: "TypeError", message: "signed with [redacted]" },
  });
});

Deno.test("redact() takes secrets out of a stack and of the errors of an AggregateError", () => {
  const shown = JSON.stringify(redact(new AggregateError([new Error(SECRET)], SECRET)));
  assert.ok(!shown.includes(SECRET));
  assert.match(shown, /"errors":\[\{"name":"Error","message":"\[redacted\]"/);
});

Deno.test("redact() ends cycles, of objects and of causes", () => {
  const object: Record<string, unknown> = { name: "a" };
  object["self"] = object;
  object["list"] = [object];
  assert.deepEqual(redact(object), { name: "a", self: "[circular]", list: ["[circular]"] });
  const error = new Error("a");
  error.cause = error;
  assert.equal((redact(error) as { cause: unknown }).cause, "[circular]");
});

Deno.test("redact() shows one object in two places twice", () => {
  const shared = { a: 1 };
  assert.deepEqual(redact({ one: shared, other: shared }), { one: { a: 1 }, other: { a: 1 } });
});

Deno.test("redact() ends what is deep", () => {
  let deep: unknown = "end";
  for (let depth = 0; depth < 100; depth++) deep = { deep };
  const shown = JSON.stringify(redact(deep));
  assert.equal(shown, `${'{"deep":'.repeat(8)}"[deep]"${"}".repeat(8)}`);
});

Deno.test("redact() says how much of a long list it leaves out", () => {
  const shown = redact(Array.from({ length: 250 }, (_, at) => at)) as unknown[];
  assert.equal(shown.length, 101);
  assert.equal(shown.at(-1), "[150 more]");
});

Deno.test("redact() bounds what is wide at every depth", () => {
  let wide: unknown = "end";
  for (let depth = 0; depth < 8; depth++) wide = Array.from({ length: 100 }).fill(wide);
  assert.ok(JSON.stringify(redact(wide)).length < 100_000);
});

Deno.test("redact() keeps only the size of bytes", () => {
  assert.deepEqual(redact({ a: new Uint8Array(5), b: new ArrayBuffer(6), c: new DataView(new ArrayBuffer(7)) }), {
    a: "[5 bytes]",
    b: "[6 bytes]",
    c: "[7 bytes]",
  });
});

function throwing(): never {
  throw new Error("no");
}

const STRANGE: Readonly<Record<string, () => unknown>> = {
  "a getter that throws": () => Object.defineProperty({}, "a", { enumerable: true, get: throwing }),
  "a proxy that throws": () => new Proxy({}, { ownKeys: throwing, get: throwing, getPrototypeOf: throwing }),
  "a proxy of nothing any more": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "an error with a stack that is no text": () => Object.assign(new Error("a"), { stack: 5 }),
  "an error with a name that throws": () => Object.defineProperty(new Error("a"), "name", { get: throwing }),
  "a key that is no text": () => new Map([[{ toString: throwing }, 1]]),
  "a list that throws": () => Object.assign([1], { [Symbol.iterator]: throwing }),
};

for (const [what, value] of Object.entries(STRANGE)) {
  Deno.test(`redact() takes ${what} for unreadable, and goes on with the rest`, () => {
    assert.deepEqual(redact({ strange: value(), good: 1 }), { strange: "[unreadable]", good: 1 });
  });
}

Deno.test("redact() puts into words what JSON has no form for", () => {
  const text = () => "source";
  assert.deepEqual(
    redact({ big: 5n, symbol: Symbol("a"), text, date: new Date(0), wrong: new Date(NaN), pattern: /a/g }),
    {
      big: "5",
      symbol: "Symbol(a)",
      text: "[function text]",
      date: "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)",
      wrong: "Invalid Date",
      pattern: "/a/g",
    },
  );
});

Deno.test("redact() does not throw, gives plain JSON, and shows no secret, whatever it is given", () => {
  const secret = fc.constantFrom({ secretAccessKey: SECRET }, SECRET, new Error(SECRET), new Map([["a", SECRET]]));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      secret,
      fc.array(tie("any"), { maxLength: 5 }),
      fc.dictionary(fc.string(), tie("any"), { maxKeys: 5 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (given) => {
      const shown = JSON.stringify(redact(given)) ?? "";
      assert.ok(!shown.includes(SECRET), shown);
    }),
    { numRuns: 500 },
  );
});

Deno.test("redact() changes nothing that it is given", () => {
  const given = { secretAccessKey: SECRET, list: [{ token: "a" }] };
  redact(given);
  assert.deepEqual(given, { secretAccessKey: SECRET, list: [{ token: "a" }] });
});
