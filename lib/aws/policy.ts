import { emptyAnswer } from "./errors.ts";

/** A policy as our CRDs have it: lower-case keys; keys inside `principal` and `condition` are the service's own. */
export interface PolicySpec {
  readonly version?: string;
  readonly statement: readonly StatementSpec[];
}

export interface StatementSpec {
  readonly sid?: string;
  readonly effect: string;
  readonly principal?: unknown;
  readonly action: unknown;
  readonly resource: unknown;
  readonly condition?: Readonly<Record<string, unknown>>;
}

/** A policy as IAM and S3 have it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** The default version of our CRDs and of every policy that is newer than 2008. */
const VERSION = "2012-10-17";

/** Largest documents, characters without white space (IAM and S3 quotas). */
export const POLICY_LIMITS = { bucket: 20_480, inline: 2_048, managed: 6_144 } as const;

/** The document that a spec means. A principal that is an ARN becomes `{"AWS": …}`; absent keys are left out. */
export function toPolicyDocument({ version = VERSION, statement }: PolicySpec): PolicyDocument {
  return {
    Version: version,
    Statement: statement.map(({ sid, effect, principal, action, resource, condition }) => ({
      ...(sid ? { Sid: sid } : {}),
      Effect: effect,
      ...(principal === undefined ? {} : { Principal: toPrincipal(principal) }),
      Action: action,
      Resource: resource,
      ...(condition && Object.keys(condition).length > 0 ? { Condition: condition } : {}),
    })),
  };
}

function toPrincipal(principal: unknown): unknown {
  return typeof principal === "string" && principal !== "*" ? { AWS: principal } : principal;
}

/** Reads a document as a service returns it: JSON text, URL-encoded by IAM. `undefined` for what is none. */
export function parsePolicyDocument(text: string | undefined): PolicyDocument | undefined {
  if (!text) return undefined;
  for (const candidate of [text, decode(text)]) {
    try {
      const value = JSON.parse(candidate);
      if (typeof value === "object" && value !== null) return value as PolicyDocument;
    } catch { /* the other form */ }
  }
  return undefined;
}

/**
 * Reads the document of an answer that must have one.
 * @throws AwsError transient where it has none: whatever has answered, it was not the service
 */
export function answeredPolicy(text: string | undefined, api: "s3" | "iam", operation: string): PolicyDocument {
  const document = parsePolicyDocument(text);
  if (document) return document;
  throw emptyAnswer(api, operation, "a policy");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * What is wrong with a policy that the schema cannot say, naming field and remedy; `undefined` when nothing is.
 * @param kind decides the size limit, and whether statements need a principal or must not have one
 */
export function policyProblem(policy: PolicySpec, kind: keyof typeof POLICY_LIMITS): string | undefined {
  if (policy.statement.length === 0) return "spec.policy.statement is empty: give at least one statement";
  for (const [index, { action, resource, principal }] of policy.statement.entries()) {
    const at = `spec.policy.statement[${index}]`;
    for (const [field, value] of [["action", action], ["resource", resource]] as const) {
      const list = Array.isArray(value) ? value : [value];
      if (list.length === 0 || !list.every((each) => typeof each === "string" && each !== "")) {
        return `${at}.${field} must be a string or a list of strings`;
      }
    }
    if (kind === "bucket" && !hasPrincipal(principal)) {
      return `${at}.principal is missing: give "*", an ARN, or an object such as {"AWS": [...]}`;
    }
    if (kind !== "bucket" && principal !== undefined) {
      return `${at}.principal has no place in a policy of a user: remove it`;
    }
  }
  const size = JSON.stringify(toPolicyDocument(policy)).length;
  const limit = POLICY_LIMITS[kind];
  return size > limit
    ? `spec.policy has ${size} characters as JSON, more than the service's limit of ${limit}: shorten it`
    : undefined;
}

function hasPrincipal(principal: unknown): boolean {
  if (typeof principal === "string") return principal !== "";
  return typeof principal === "object" && principal !== null && Object.keys(principal).length > 0;
}
