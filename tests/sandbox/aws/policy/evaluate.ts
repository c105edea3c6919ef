import type { Caller } from "../service.ts";
import type { User } from "../state.ts";
import { conditionHolds, type Facts } from "./condition.ts";
import { isRecord, listOf, matchesPattern, type PolicyDocument, type Statement } from "./document.ts";

/** One question to the policies. */
export interface Question {
  readonly caller: Caller;
  /** Such as `s3:GetObject`. */
  readonly action: string;
  /** An ARN, or `*` where the action has none. */
  readonly resource: string;
  readonly facts: Facts;
}

/** What the documents say together: a Deny wins, no word at all is `undefined`. */
export type Verdict = "Allow" | "Deny" | undefined;

/** For policies of a user, which have no principal. */
export function identityVerdict(documents: readonly PolicyDocument[], question: Question): Verdict {
  return verdict(documents.flatMap((document) => document.Statement), question);
}

/** For the policy of a bucket: only the statements about the caller count. */
export function resourceVerdict(
  document: PolicyDocument,
  question: Question,
  principals: ReadonlyMap<string, string>,
): Verdict {
  const about = document.Statement.filter((statement) => isAbout(statement, question.caller, principals));
  return verdict(about, question);
}

function verdict(statements: readonly Statement[], question: Question): Verdict {
  const effects = statements.filter((statement) => applies(statement, question)).map(({ Effect }) => Effect);
  if (effects.includes("Deny")) return "Deny";
  return effects.includes("Allow") ? "Allow" : undefined;
}

function applies(statement: Statement, { action, resource, facts }: Question): boolean {
  return covers(statement.Action, statement.NotAction, action, facts, true) &&
    covers(statement.Resource, statement.NotResource, resource, facts, false) &&
    conditionHolds(statement.Condition, facts, statement.Effect === "Deny");
}

function covers(listed: unknown, excepted: unknown, text: string, facts: Facts, ignoreCase: boolean): boolean {
  const matches = (pattern: unknown) => matchesPattern(fillVariables(pattern, facts), text, { ignoreCase });
  return excepted === undefined ? listOf(listed).some(matches) : !listOf(excepted).some(matches);
}

function fillVariables(pattern: unknown, facts: Facts): string {
  return String(pattern).replace(/\$\{([^}]+)\}/g, (variable, name) => facts[String(name)] ?? variable);
}

function isAbout(statement: Statement, caller: Caller, principals: ReadonlyMap<string, string>): boolean {
  if (statement.NotPrincipal !== undefined) return !names(statement.NotPrincipal, caller, principals, "Deny");
  return names(statement.Principal, caller, principals, statement.Effect);
}

function names(
  principal: unknown,
  caller: Caller,
  principals: ReadonlyMap<string, string>,
  effect: unknown,
): boolean {
  if (principal === "*") return true;
  const listed = isRecord(principal) ? listOf(principal.AWS).map(String) : [];
  return listed.some((name) => {
    if (name === "*") return true;
    if (caller.kind !== "user") return false;
    if (name === caller.user.id || isSameUser(name, caller.user, principals)) return true;
    // The account as principal lets its users in only where their own policies do, but denies to all of them.
    return effect === "Deny" && isAccountOf(name, caller.arn);
  });
}

/** A user made again under an old name is somebody else: the policy keeps the unique id it was put with. */
function isSameUser(name: string, user: User, principals: ReadonlyMap<string, string>): boolean {
  return name === user.arn && (principals.get(name) ?? user.id) === user.id;
}

function isAccountOf(name: string, arn: string): boolean {
  const account = arn.split(":")[4];
  return name === account || name === `arn:aws:iam::${account}:root`;
}
