import { ServiceError } from "../errors.ts";
import type { Service } from "../service.ts";
import { isRecord, listOf, matchesPattern, parseDocument, type PolicyDocument, type Statement } from "./document.ts";

const VERSIONS = [undefined, "2012-10-17", "2008-10-17"];
const FIELDS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** A policy for a user or a managed one. Throws IAM's `MalformedPolicyDocument`. */
export function validateIdentityPolicy(text: string): void {
  const fail = (message: string) => new ServiceError("MalformedPolicyDocument", 400, message);
  const document = parseDocument(text);
  if (document === undefined) throw fail("Syntax errors in policy.");
  checkCommon(document, fail);
  for (const statement of document.Statement) {
    if (statement.Principal !== undefined || statement.NotPrincipal !== undefined) {
      throw fail("Policy document should not specify a principal.");
    }
    const resources = listOf(statement.Resource ?? statement.NotResource);
    if (resources.length === 0) throw fail("Policy statement must contain resources.");
    const wrong = resources.find((resource) => !/^(\*|arn:[^:]+:[^:]+:.*)$/.test(String(resource)));
    if (wrong !== undefined) throw fail(`Resource ${String(wrong)} must be in ARN format or "*".`);
  }
}

/** A policy for the bucket. Throws S3's `MalformedPolicy`; returns the document. */
export function validateBucketPolicy(service: Service, bucket: string, text: string): PolicyDocument {
  const fail = (message: string) => new ServiceError("MalformedPolicy", 400, message);
  const document = parseDocument(text);
  if (document === undefined) throw fail("Policies must be valid JSON and the first byte must be '{'");
  checkCommon(document, fail);
  for (const statement of document.Statement) {
    const principal = statement.Principal ?? statement.NotPrincipal;
    if (principal === undefined) throw fail("Missing required field Principal");
    if (!isValidPrincipal(service, principal)) throw fail("Invalid principal in policy");
    checkActions(statement, fail);
    checkResources(bucket, statement, fail);
  }
  return document;
}

type Fail = (message: string) => ServiceError;

function checkCommon(document: PolicyDocument, fail: Fail): void {
  if (!VERSIONS.includes(document.Version as string | undefined)) throw fail("Invalid policy version");
  for (const statement of document.Statement) {
    const unknown = Object.keys(statement).find((field) => !FIELDS.includes(field));
    if (unknown !== undefined) throw fail(`Unknown field ${unknown}`);
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny") throw fail("Invalid effect");
    const actions = listOf(statement.Action ?? statement.NotAction);
    if (actions.length === 0) throw fail("Missing required field Action");
    const wrong = actions.find((action) => !/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(String(action)));
    if (wrong !== undefined) throw fail(`Invalid action: ${String(wrong)}`);
    if (statement.Condition !== undefined && !isRecord(statement.Condition)) throw fail("Invalid condition");
  }
}

function isValidPrincipal({ state }: Service, principal: unknown): boolean {
  if (principal === "*") return true;
  if (!isRecord(principal) || Object.keys(principal).length === 0) return false;
  return Object.entries(principal).every(([type, names]) =>
    ["AWS", "Service", "Federated", "CanonicalUser"].includes(type) && listOf(names).length > 0 &&
    listOf(names).every((name) => type !== "AWS" || exists(String(name)))
  );

  function exists(name: string): boolean {
    if (name === "*" || /^\d{12}$/.test(name)) return true;
    const users = [...state.users.values()];
    if (/^AIDA[A-Z0-9]+$/.test(name)) return users.some(({ id }) => id === name);
    const [, account, kind] = /^arn:aws:iam::(\d{12}):(.+)$/.exec(name) ?? [];
    if (account === undefined) return false;
    return account !== state.accountId || kind === "root" || users.some(({ arn }) => arn === name);
  }
}

function checkActions(statement: Statement, fail: Fail): void {
  const wrong = listOf(statement.Action ?? statement.NotAction).some((action) => !/^(\*|s3:.+)$/i.test(String(action)));
  if (wrong) throw fail("Policy has invalid action");
}

/** Actions on objects need a resource under the bucket, the others the bucket itself. */
const ON_OBJECTS = /^s3:([A-Za-z]*Object[A-Za-z]*|AbortMultipartUpload|ListMultipartUploadParts)$/i;
const ON_BUCKETS = /^s3:(Get|Put)BucketObjectLockConfiguration$/i;

function checkResources(bucket: string, statement: Statement, fail: Fail): void {
  const resources = listOf(statement.Resource ?? statement.NotResource).map(String);
  if (resources.length === 0) throw fail("Missing required field Resource");
  if (!resources.every((resource) => isOf(bucket, resource))) throw fail("Policy has invalid resource");
  for (const action of listOf(statement.Action).map(String)) {
    if (/[*?]/.test(action)) continue;
    const onObjects = ON_OBJECTS.test(action) && !ON_BUCKETS.test(action);
    const fits = resources.some((resource) => onObjects ? resource.includes("/") : isBucketItself(bucket, resource));
    if (!fits) throw fail("Action does not apply to any resource(s) in statement");
  }
}

function isOf(bucket: string, resource: string): boolean {
  const name = /^arn:aws:s3:::(.*)$/.exec(resource)?.[1]?.split("/")[0];
  return name !== undefined && matchesPattern(name, bucket);
}

function isBucketItself(bucket: string, resource: string): boolean {
  return matchesPattern(resource, `arn:aws:s3:::${bucket}`);
}
