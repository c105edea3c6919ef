import fc from "fast-check";
import assert from "node:assert/strict";
import { redactText } from "../../../lib/telemetry/redact_text.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ID = "AKIAIOSFODNN7EXAMPLE";

/** What must go, by what it is; `…` in the expectation stands for nothing else. */
const CASES: Readonly<Record<string, readonly [string, string]>> = {
  "a pair of keys": [`key ${ID} with ${SECRET}`, "key ****MPLE with [redacted]"],
  "a key id without AWS's prefix": ["id 0P1Q2R3S4T5U6V7W8X9Y.", "id ****8X9Y."],
  "a secret in JSON": [`{"secretAccessKey":"abc"}`, `{"secretAccessKey":"[redacted]"}`],
  "a secret in JSON within JSON": [
    `"{\\"secret_access_key\\": \\"abc\\"}"`,
    `"{\\"secret_access_key\\": \\"[redacted]\\"}"`,
  ],
  "a secret in XML": [
    `<SecretAccessKey>${SECRET}</SecretAccessKey>`,
    "<SecretAccessKey>[redacted]</SecretAccessKey>",
  ],
  "a short secret in XML": ["<SessionToken>abc</SessionToken>", "<SessionToken>[redacted]</SessionToken>"],
  "an Authorization header": [
    `authorization: AWS4-HMAC-SHA256 Credential=${ID}/20260101/us-east-1/s3/aws4_request, Signature=abcdef\nhost: x`,
    "authorization: [redacted]\nhost: x",
  ],
  "an Authorization header in JSON": [
    `{"Authorization":"Bearer abcdefghijkl","host":"x"}`,
    `{"Authorization":"[redacted]","host":"x"}`,
  ],
  "a bearer token": ["curl -H 'Bearer abcdefghijkl'", "curl -H 'Bearer [redacted]'"],
  "a signed URL": [
    `https://s3.example/app/key?X-Amz-Credential=${ID}%2F2026&X-Amz-Signature=abcdef&X-Amz-Expires=60`,
    "https://s3.example/app/key?X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]&X-Amz-Expires=60",
  ],
  "a session token in a header": ["x-amz-security-token: abc, host: x", "x-amz-security-token: [redacted], host: x"],
  "a password": ["password=hunter2 user=a", "password=[redacted] user=a"],
  "a secret in the environment": [
    "AWS_SECRET_ACCESS_KEY=abc AWS_REGION=a",
    "AWS_SECRET_ACCESS_KEY=[redacted] AWS_REGION=a",
  ],
  "a secret in a credentials file": ["aws_session_token = abc", "aws_session_token = [redacted]"],
  "a user in a URL": ["https://me:hunter2@host/path", "https://[redacted]@host/path"],
  "a web token": ["token eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl.", "token [redacted]."],
  "a private key": [
    "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nafter",
    "[redacted]\nafter",
  ],
  "a private key that is cut off": ["before -----BEGIN PRIVATE KEY-----\nabc", "before [redacted]"],
  "a secret with percent escapes": [`q=${SECRET.replaceAll("/", "%2F")}&x`, "q=[redacted]&x"],
  "a secret with escaped slashes": [SECRET.replaceAll("/", "\\/"), "[redacted]"],
  "a secret in base64, as a Secret's data has it": [btoa(SECRET), "[redacted]"],
  "a long hexadecimal secret": ["0123456789abcdef".repeat(4), "[redacted]"],
};

for (const [what, [text, expected]] of Object.entries(CASES)) {
  Deno.test(`redactText() takes out ${what}`, () => assert.equal(redactText(text), expected));
}

for (
  const text of [
    "",
    "Bucket team-a/data is ready",
    "arn:aws:iam::123456789012:user/app",
    "/apis/s3/v1alpha1/namespaces/default/buckets/data/status",
    "file:///app/handlers/bucket/aspects/lifecycle/rules/transitions.ts:12:3",
    "aws:kms AES256 us-east-1 2026-01-31T12:00:00.000Z",
    "the authorization of a reference",
  ]
) {
  Deno.test(`redactText() leaves ${JSON.stringify(text)} alone`, () => assert.equal(redactText(text), text));
}

Deno.test("redactText() finds a pair of keys anywhere", () => {
  const base64 = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"];
  const secrets = fc.string({ unit: fc.constantFrom(...base64), minLength: 39, maxLength: 39 }).map((text) =>
    `${text}A`
  );
  const around = fc.string({ unit: fc.constantFrom(..." \"'{}[]:,;=&\n\t()<>"), maxLength: 20 });
  fc.assert(fc.property(secrets, around, around, (secret, before, after) => {
    assert.ok(!redactText(`${before}${secret}${after}`).includes(secret));
  }));
});

Deno.test("redactText() cuts off what is very long", () => {
  const text = redactText("word ".repeat(1_000_000));
  assert.equal(text.length, 10_001);
  assert.ok(text.endsWith("…"));
});

/** Texts that can make a pattern start over at every place: then a test takes ten seconds, not some milliseconds. */
const SLOW: readonly string[] = [
  "a.",
  "eyJ-",
  "eyJ",
  "-----BEGIN ",
  "authorization ",
  "a://b",
  "a:",
  "ab/+",
  "Basic ",
  "A",
];

for (const part of SLOW) {
  Deno.test(`redactText() goes once through ${JSON.stringify(part)}, over and over again`, () => {
    assert.ok(redactText(part.repeat(100_000)).length <= 10_001);
  });
}

Deno.test("redactText() throws for no text and lets none get longer than its bound", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
    assert.ok(redactText(text).length <= 10_001);
  }));
});

Deno.test("redactText() of clean text is that text", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const once = redactText(text);
    assert.equal(redactText(once), once);
  }));
});

Deno.test("redactText() finds nothing in a short word that it would find behind a space", () => {
  const words = fc.string({ unit: fc.constantFrom(..."abcdefxyz0123456789._/-"), maxLength: 45 });
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 10, maxLength: 35 });
  fc.assert(fc.property(fc.oneof(words, digits, fc.uuid()), (text) => {
    assert.equal(` ${redactText(text)}`, redactText(` ${text}`));
  }));
});
