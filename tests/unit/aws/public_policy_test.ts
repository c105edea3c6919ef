import assert from "node:assert/strict";
import { isPublicPolicy } from "../../../lib/aws/public_policy.ts";

type Statement = Readonly<Record<string, unknown>>;

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::app/*" };
const PUBLIC = { ...READ, Principal: "*" };
const when = (operator: string, key: string, value: unknown): Statement => ({
  ...PUBLIC,
  Condition: { [operator]: { [key]: value } },
});

const CASES: Readonly<Record<string, readonly [boolean, ...Statement[]]>> = {
  "everybody": [true, PUBLIC],
  "everybody as AWS principal": [true, { ...READ, Principal: { AWS: "*" } }],
  "everybody among others": [true, { ...READ, Principal: { AWS: ["arn:aws:iam::123456789012:root", "*"] } }],
  "everybody but one": [true, { ...READ, NotPrincipal: { AWS: "123456789012" } }],
  "a public statement after a private one": [true, { ...READ, Principal: { AWS: "123456789012" } }, PUBLIC],
  "an account": [false, { ...READ, Principal: { AWS: "123456789012" } }],
  "a denial for everybody": [false, { ...PUBLIC, Effect: "Deny" }],
  "a service": [false, { ...READ, Principal: { Service: "*" } }],
  "no statement": [false],
  "one network": [false, when("IpAddress", "aws:SourceIp", "203.0.113.0/24")],
  "one network, by a key in another case": [false, when("IpAddress", "AWS:SourceIP", ["203.0.113.0/24"])],
  "the whole world as a network": [true, when("IpAddress", "aws:SourceIp", "0.0.0.0/0")],
  "one network and the whole world": [true, when("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "::/0"])],
  "all but one network": [true, when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")],
  "one account": [false, when("StringEquals", "aws:SourceAccount", "123456789012")],
  "accounts by a wildcard": [true, when("StringLike", "aws:SourceAccount", "*")],
  "an account where there is one": [true, when("StringEqualsIfExists", "aws:SourceAccount", "123456789012")],
  "TLS": [true, when("Bool", "aws:SecureTransport", true)],
  "a referrer, which anybody can claim": [true, when("StringLike", "aws:Referer", "https://example.com/page")],
  "an empty condition": [true, { ...PUBLIC, Condition: {} }],
  "a condition of a strange service": [true, { ...PUBLIC, Condition: { IpAddress: null } }],
};

for (const [what, [expected, ...Statement]] of Object.entries(CASES)) {
  Deno.test(`isPublicPolicy() says ${expected} of a policy for ${what}`, () => {
    assert.equal(isPublicPolicy({ Version: "2012-10-17", Statement }), expected);
  });
}

Deno.test("isPublicPolicy() says false where there is no policy, and throws for no strange one", () => {
  assert.equal(isPublicPolicy(undefined), false);
  for (const Statement of [null, 1, "text", [null], [1], {}]) {
    assert.equal(isPublicPolicy({ Statement } as never), false);
  }
});
