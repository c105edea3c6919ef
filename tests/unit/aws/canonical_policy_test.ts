import fc from "fast-check";
import assert from "node:assert/strict";
import { canonical, samePolicy } from "../../../lib/aws/canonical_policy.ts";
import { parsePolicyDocument, type PolicyDocument } from "../../../lib/aws/policy.ts";
import { documents, echo } from "./policy_arbitraries.ts";

const STATEMENT = {
  Sid: "App",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:user/app" },
  Action: ["s3:GetObject", "s3:PutObject"],
  Resource: "arn:aws:s3:::app/*",
  Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } },
};
const DOCUMENT: PolicyDocument = { Version: "2012-10-17", Statement: [STATEMENT] };

function statement(changes: Readonly<Record<string, unknown>>): PolicyDocument {
  return { ...DOCUMENT, Statement: [{ ...STATEMENT, ...changes }] };
}

Deno.test("canonical() of a document equals that of every echo of it", () => {
  fc.assert(
    fc.property(documents, fc.infiniteStream(fc.nat()), (document, choices) => {
      const choose = (of: number) => choices.next().value % of;
      const shown = echo(document, choose) as PolicyDocument;
      assert.deepEqual(canonical(shown), canonical(document));
      assert.equal(samePolicy(document, shown), true);
    }),
    { numRuns: 500 },
  );
});

Deno.test("canonical() of a canonical document is that document", () => {
  fc.assert(fc.property(documents, (document) => {
    const once = canonical(document);
    assert.deepEqual(canonical(once as PolicyDocument), once);
  }));
});

Deno.test("canonical() is plain JSON: it survives a round trip", () => {
  fc.assert(fc.property(documents, (document) => {
    assert.deepEqual(JSON.parse(JSON.stringify(canonical(document))), canonical(document));
  }));
});

const DIFFERENT: Readonly<Record<string, PolicyDocument>> = {
  "a version": { ...DOCUMENT, Version: "2008-10-17" },
  "no version": { Statement: DOCUMENT.Statement },
  "an effect": statement({ Effect: "Deny" }),
  "a sid": statement({ Sid: "Other" }),
  "an action": statement({ Action: ["s3:GetObject"] }),
  "NotAction for Action": statement({ Action: undefined, NotAction: STATEMENT.Action }),
  "the case of a resource": statement({ Resource: "arn:aws:s3:::App/*" }),
  "another resource": statement({ Resource: ["arn:aws:s3:::app/*", "arn:aws:s3:::app"] }),
  "NotPrincipal for Principal": statement({ Principal: undefined, NotPrincipal: STATEMENT.Principal }),
  "everybody as principal": statement({ Principal: "*" }),
  "the case of a principal": statement({ Principal: { AWS: "arn:aws:iam::123456789012:user/App" } }),
  "the type of a principal": statement({ Principal: { Service: "arn:aws:iam::123456789012:user/app" } }),
  "an account and its user": statement({ Principal: { AWS: "123456789012" } }),
  "no principal": statement({ Principal: undefined }),
  "no condition": statement({ Condition: undefined }),
  "another operator": statement({ Condition: { StringLike: { "aws:SourceVpc": "vpc-1" } } }),
  "the case of an operator": statement({ Condition: { stringequals: { "aws:SourceVpc": "vpc-1" } } }),
  "another key": statement({ Condition: { StringEquals: { "aws:SourceVpce": "vpc-1" } } }),
  "the case of a value": statement({ Condition: { StringEquals: { "aws:SourceVpc": "VPC-1" } } }),
  "one more value": statement({ Condition: { StringEquals: { "aws:SourceVpc": ["vpc-1", "vpc-2"] } } }),
  "one more statement": { ...DOCUMENT, Statement: [STATEMENT, { ...STATEMENT, Sid: "B" }] },
  "no statement": { ...DOCUMENT, Statement: [] },
};

for (const [what, other] of Object.entries(DIFFERENT)) {
  Deno.test(`samePolicy() sees a difference: ${what}`, () => assert.equal(samePolicy(DOCUMENT, other), false));
}

const SAME: Readonly<Record<string, PolicyDocument>> = {
  "the case of an action": statement({ Action: ["S3:getobject", "s3:PUTOBJECT"] }),
  "the case of a condition's key": statement({ Condition: { StringEquals: { "AWS:sourcevpc": ["vpc-1"] } } }),
  "a bare ARN as principal": statement({ Principal: "arn:aws:iam::123456789012:user/app" }),
  "an empty sid": { ...DOCUMENT, Statement: [STATEMENT, { ...STATEMENT, Sid: "App" }] },
};

for (const [what, other] of Object.entries(SAME)) {
  Deno.test(`samePolicy() sees no difference: ${what}`, () => assert.equal(samePolicy(DOCUMENT, other), true));
}

for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
  Deno.test(`samePolicy() takes an account of ${partition} for its root's ARN`, () => {
    const root = statement({ Principal: { AWS: [`arn:${partition}:iam::123456789012:root`] } });
    assert.equal(samePolicy(statement({ Principal: { AWS: "123456789012" } }), root), true);
  });
}

Deno.test("samePolicy() tells absent from empty", () => {
  assert.equal(samePolicy(undefined, undefined), true);
  assert.equal(samePolicy(undefined, DOCUMENT), false);
  assert.equal(samePolicy({ Statement: [] }, undefined), false);
});

Deno.test("samePolicy() tells nested values apart that IAM would refuse", () => {
  const nested = (value: unknown) => statement({ Condition: { StringEquals: { "aws:SourceVpc": { a: value } } } });
  assert.equal(samePolicy(nested(1), nested(2)), false);
  assert.equal(samePolicy(nested({ b: 1, c: 2 }), nested({ c: 2, b: 1 })), true);
});

Deno.test("samePolicy() throws for no JSON that a service may show", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const shown = parsePolicyDocument(text);
      assert.equal(samePolicy(shown, shown), true);
      if (shown !== undefined) assert.equal(samePolicy(DOCUMENT, shown), false);
    }),
    { numRuns: 500 },
  );
});

Deno.test("samePolicy() throws for no strange statement", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (Statement, Principal, Condition) => {
      for (const shown of [{ Statement }, statement({ Principal, Condition })]) {
        assert.equal(samePolicy(shown as PolicyDocument, structuredClone(shown) as PolicyDocument), true);
      }
    }),
    { numRuns: 500 },
  );
});
