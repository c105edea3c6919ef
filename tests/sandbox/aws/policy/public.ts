import { isRecord, listOf, type PolicyDocument, type Statement } from "./document.ts";

/** Condition keys that make a grant to everybody one to somebody, where their values hold no wildcard. */
const NARROWING = [
  "aws:sourceip",
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceaccount",
  "aws:principalorgid",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:userid",
  "s3:dataaccesspointaccount",
];

/** S3's meaning of "public" (its guide, "Blocking public access"): an Allow to everybody that no condition narrows. */
export function isPublic(document: PolicyDocument): boolean {
  return document.Statement.some((statement) =>
    statement.Effect === "Allow" && isForEverybody(statement) && !isNarrowed(statement.Condition)
  );
}

function isForEverybody({ Principal, NotPrincipal }: Statement): boolean {
  if (NotPrincipal !== undefined || Principal === "*") return true;
  return isRecord(Principal) && listOf(Principal.AWS).some((name) => name === "*");
}

function isNarrowed(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.entries(condition).some(([operator, keys]) =>
    /^(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress)/.test(operator) && isRecord(keys) &&
    Object.entries(keys).some(([key, values]) =>
      NARROWING.includes(key.toLowerCase()) && listOf(values).every((value) => !/[*?]|\/0$/.test(String(value)))
    )
  );
}
