import { canonical } from "./canonical_policy.ts";
import type { PolicyDocument } from "./policy.ts";

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: { readonly AWS?: readonly string[] };
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Condition keys that make a grant to everybody one to somebody (S3's guide, "The meaning of public"). */
const NARROWING: ReadonlySet<string> = new Set([
  "aws:sourceip",
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:userid",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
]);

/** Operators that narrow; with `Not` or `IfExists` in them the rest of the world still gets in. */
const NARROWING_OPERATOR = /^(ForAnyValue:)?(String(Equals|Like)(IgnoreCase)?|Arn(Equals|Like)|IpAddress)$/;

/**
 * Does the policy open the bucket to everybody? As S3 means it: an Allow for any principal that no condition narrows.
 */
export function isPublicPolicy(document: PolicyDocument | undefined): boolean {
  if (document === undefined) return false;
  return canonical(document).Statement.some((statement) => {
    const { Effect, Principal, NotPrincipal, Condition } = (statement ?? {}) as Statement;
    const everybody = NotPrincipal !== undefined || (Principal?.AWS ?? []).includes("*");
    return Effect === "Allow" && everybody && !isNarrowed(Condition);
  });
}

function isNarrowed(condition: Statement["Condition"] = {}): boolean {
  return Object.entries(condition).some(([operator, keys]) =>
    NARROWING_OPERATOR.test(operator) &&
    Object.entries(keys ?? {}).some(([key, values]) => NARROWING.has(key) && isFixed(values))
  );
}

/** A value with a wildcard, or a network of the whole world, is no limit. */
function isFixed(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0 && values.every((value) => !/[*?]|\/0$/.test(String(value)));
}
