import { ServiceError, validationError } from "../errors.ts";
import { noSuchEntity } from "../errors.ts";
import type { Call } from "../service.ts";
import type { ManagedPolicy, User } from "../state.ts";
import type { XmlObject, XmlValue } from "../xml.ts";

/** An IAM or STS request: the action's name and its form fields. */
export interface QueryCall extends Call {
  readonly operation: string;
  readonly parameters: URLSearchParams;
}

/** Runs one action; what it returns is the content of `<ActionResult>`. Throws `ServiceError`. */
export type QueryOperation = (call: QueryCall) => XmlObject | void;

/** Throws `ValidationError` where the field is missing. */
export function required({ parameters }: QueryCall, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === "") throw validationError(`Value null at '${name}' failed to satisfy constraint`);
  return value;
}

/** Fields `Name.member.1`, `Name.member.2` …, each with the given sub-fields; `""` is the entry itself. */
export function members(call: QueryCall, name: string, fields: readonly string[]): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (let index = 1;; index++) {
    const values = fields.map((field) => {
      const suffix = field === "" ? "" : `.${field}`;
      return [field, call.parameters.get(`${name}.member.${index}${suffix}`)] as const;
    });
    if (values.every(([, value]) => value === null)) return found;
    found.push(Object.fromEntries(values.map(([field, value]) => [field, value ?? ""])));
  }
}

/** The user that `UserName` names. Throws `NoSuchEntity`, `ValidationError`. */
export function userOf(call: QueryCall): User {
  return userNamed(call, required(call, "UserName"));
}

function userNamed(call: QueryCall, name: string): User {
  const user = call.service.state.users.get(name);
  if (user === undefined) throw noSuchEntity(`user with name ${name}`);
  return user;
}

/** The user that `UserName` names, else the caller. */
export function userOrCaller(call: QueryCall): User {
  if (call.parameters.has("UserName")) return userOf(call);
  if (call.caller.kind === "user") return call.caller.user;
  throw validationError("Must specify userName when calling with non-User credentials");
}

/** The managed policy that `PolicyArn` names. Throws `NoSuchEntity`, `InvalidInput`. */
export function policyOf(call: QueryCall): ManagedPolicy {
  const arn = required(call, "PolicyArn");
  if (!/^arn:[^:]+:iam::[^:]*:policy\/.+$/.test(arn)) {
    throw new ServiceError("InvalidInput", 400, `ARN ${arn} is not valid.`);
  }
  const policy = call.service.state.policies.get(arn);
  if (policy === undefined) throw noSuchEntity(`policy ${arn}`);
  return policy;
}

/** One page of a list, with its markers, under `name`. */
export function page(call: QueryCall, name: string, items: readonly XmlValue[]): XmlObject {
  const most = Number(call.parameters.get("MaxItems") ?? call.service.behaviour.pageSize ?? 100);
  const start = Number(call.parameters.get("Marker") ?? 0);
  if (!Number.isInteger(start) || start < 0) throw validationError("Invalid Marker.");
  const end = start + most;
  const isTruncated = end < items.length;
  return {
    [name]: { member: items.slice(start, end) },
    IsTruncated: isTruncated,
    Marker: isTruncated ? String(end) : undefined,
  };
}

/** IAM shows times without fractions. */
export function iamTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
