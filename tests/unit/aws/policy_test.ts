import fc from "fast-check";
import assert from "node:assert/strict";
import { parsePolicyDocument, policyProblem, type PolicySpec, toPolicyDocument } from "../../../lib/aws/policy.ts";
import { documents } from "./policy_arbitraries.ts";

const ARN = "arn:aws:iam::123456789012:user/app";
const STATEMENT = { effect: "Allow", action: "s3:GetObject", resource: "arn:aws:s3:::app/*" };
const BUCKET_STATEMENT = { ...STATEMENT, principal: "*" };

Deno.test("toPolicyDocument() spells the keys as IAM does and leaves their values alone", () => {
  const condition = { StringEquals: { "aws:SourceVpc": ["vpc-1"] } };
  const principal = { AWS: [ARN], CanonicalUser: "aa" };
  const spec = { version: "2008-10-17", statement: [{ sid: "App", ...STATEMENT, principal, condition }] };
  assert.deepEqual(toPolicyDocument(spec), {
    Version: "2008-10-17",
    Statement: [{
      Sid: "App",
      Effect: "Allow",
      Principal: principal,
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::app/*",
      Condition: condition,
    }],
  });
});

Deno.test("toPolicyDocument() leaves out what is absent, and gives the version", () => {
  assert.deepEqual(toPolicyDocument({ statement: [{ ...STATEMENT, sid: "", condition: {} }] }), {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::app/*" }],
  });
});

for (
  const [what, principal, expected] of [
    ["an ARN", ARN, { AWS: ARN }],
    ["an account", "123456789012", { AWS: "123456789012" }],
    ["everybody", "*", "*"],
    ["an object", { AWS: ["*"] }, { AWS: ["*"] }],
  ] as const
) {
  Deno.test(`toPolicyDocument() takes ${what} for a principal`, () => {
    const { Statement } = toPolicyDocument({ statement: [{ ...STATEMENT, principal }] });
    assert.deepEqual(Statement[0]?.["Principal"], expected);
  });
}

Deno.test("parsePolicyDocument() reads a document as S3 and as IAM return it", () => {
  fc.assert(fc.property(documents, (document) => {
    const text = JSON.stringify(document);
    assert.deepEqual(parsePolicyDocument(text), document);
    assert.deepEqual(parsePolicyDocument(encodeURIComponent(text)), document);
  }));
});

Deno.test("parsePolicyDocument() does not decode twice what has a percent sign in it", () => {
  const document = { Statement: [{ ...STATEMENT, Resource: "arn:aws:s3:::app/100%25+a" }] };
  assert.deepEqual(parsePolicyDocument(JSON.stringify(document)), document);
  assert.deepEqual(parsePolicyDocument(encodeURIComponent(JSON.stringify(document))), document);
});

for (const text of [undefined, "", "null", "1", "not JSON", "%E0%A4%A", '"text"']) {
  Deno.test(`parsePolicyDocument() takes ${text} for no document`, () => {
    assert.equal(parsePolicyDocument(text), undefined);
  });
}

/** So many characters in a policy that it has `size` of them as JSON. */
function sized(kind: "bucket" | "inline", size: number): PolicySpec {
  const statement = kind === "bucket" ? BUCKET_STATEMENT : STATEMENT;
  const policy = (resource: string) => ({ statement: [{ ...statement, resource }] });
  const rest = JSON.stringify(toPolicyDocument(policy("x"))).length - 1;
  return policy("x".repeat(size - rest));
}

const PROBLEMS: readonly (readonly [string, "bucket" | "inline" | "managed", PolicySpec, string | undefined])[] = [
  ["nothing wrong", "bucket", { statement: [BUCKET_STATEMENT] }, undefined],
  ["nothing wrong", "inline", { statement: [STATEMENT] }, undefined],
  ["lists", "managed", { statement: [{ ...STATEMENT, action: ["a", "b"], resource: ["c"] }] }, undefined],
  ["no statement", "inline", { statement: [] }, "spec.policy.statement is empty: give at least one statement"],
  [
    "a number for an action",
    "inline",
    { statement: [STATEMENT, { ...STATEMENT, action: 5 }] },
    "spec.policy.statement[1].action must be a string or a list of strings",
  ],
  [
    "a list with a number",
    "inline",
    { statement: [{ ...STATEMENT, resource: ["a", 1] }] },
    "spec.policy.statement[0].resource must be a string or a list of strings",
  ],
  [
    "an empty list",
    "inline",
    { statement: [{ ...STATEMENT, action: [] }] },
    "spec.policy.statement[0].action must be a string or a list of strings",
  ],
  [
    "an empty text",
    "inline",
    { statement: [{ ...STATEMENT, resource: "" }] },
    "spec.policy.statement[0].resource must be a string or a list of strings",
  ],
  [
    "a bucket's policy without principal",
    "bucket",
    { statement: [STATEMENT] },
    'spec.policy.statement[0].principal is missing: give "*", an ARN, or an object such as {"AWS": [...]}',
  ],
  [
    "a bucket's policy with an empty principal",
    "bucket",
    { statement: [{ ...STATEMENT, principal: {} }] },
    'spec.policy.statement[0].principal is missing: give "*", an ARN, or an object such as {"AWS": [...]}',
  ],
  [
    "a user's policy with a principal",
    "inline",
    { statement: [BUCKET_STATEMENT] },
    "spec.policy.statement[0].principal has no place in a policy of a user: remove it",
  ],
  ["a bucket's policy of the most characters", "bucket", sized("bucket", 20_480), undefined],
  [
    "a bucket's policy of too many characters",
    "bucket",
    sized("bucket", 20_481),
    "spec.policy has 20481 characters as JSON, more than the service's limit of 20480: shorten it",
  ],
  ["a user's policy of the most characters", "inline", sized("inline", 2_048), undefined],
  [
    "a user's policy of too many characters",
    "inline",
    sized("inline", 2_049),
    "spec.policy has 2049 characters as JSON, more than the service's limit of 2048: shorten it",
  ],
  [
    "a managed policy of too many characters",
    "managed",
    sized("inline", 6_145),
    "spec.policy has 6145 characters as JSON, more than the service's limit of 6144: shorten it",
  ],
];

for (const [what, kind, policy, expected] of PROBLEMS) {
  Deno.test(`policyProblem() of a policy (${kind}) with ${what}`, () =>
    assert.equal(policyProblem(policy, kind), expected));
}
