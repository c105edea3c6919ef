import { ServiceError } from "../errors.ts";
import { authorize } from "../policy/authorize.ts";
import type { Answer } from "../service.ts";
import { writeXml, type XmlObject } from "../xml.ts";
import { attachmentOperations } from "./attachments.ts";
import type { QueryCall, QueryOperation } from "./call.ts";
import { keyOperations } from "./keys.ts";
import { leftoverOperations } from "./leftovers.ts";
import { policyOperations } from "./policies.ts";
import { policyVersionOperations } from "./policy_versions.ts";
import { tagOperations } from "./tags.ts";
import { userPolicyOperations } from "./user_policies.ts";
import { userOperations } from "./users.ts";

const OPERATIONS: Readonly<Record<string, QueryOperation>> = {
  ...userOperations,
  ...userPolicyOperations,
  ...keyOperations,
  ...policyOperations,
  ...policyVersionOperations,
  ...attachmentOperations,
  ...tagOperations,
  ...leftoverOperations,
};

/** Runs one IAM or STS action. Throws `ServiceError`. */
export function answerQuery(call: QueryCall, requestId: string): Answer {
  if (call.caller.kind === "anonymous") {
    throw new ServiceError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
  }
  if (call.operation === "GetCallerIdentity") return answer(call, getCallerIdentity(call), requestId);
  const { behaviour } = call.service;
  const run = OPERATIONS[call.operation];
  if (run === undefined || behaviour.unsupported.has(call.operation)) {
    throw new ServiceError("InvalidAction", 400, `Could not find operation ${call.operation} for version 2010-05-08`);
  }
  authorize(call, { action: `iam:${call.operation}`, resource: resourceOf(call) });
  return answer(call, behaviour.forgets.has(call.operation) ? {} : run(call), requestId);
}

function answer({ operation }: QueryCall, result: XmlObject | void, requestId: string): Answer {
  const xmlns = operation === "GetCallerIdentity"
    ? "https://sts.amazonaws.com/doc/2011-06-15/"
    : "https://iam.amazonaws.com/doc/2010-05-08/";
  const content = {
    [`${operation}Result`]: result ?? undefined,
    ResponseMetadata: { RequestId: requestId },
  };
  return { headers: { "content-type": "text/xml" }, body: writeXml(`${operation}Response`, content, xmlns) };
}

/** Needs no permission, as at STS. */
function getCallerIdentity({ caller, service }: QueryCall): XmlObject {
  const { accountId } = service.state;
  return { Arn: caller.arn, UserId: caller.kind === "user" ? caller.user.id : accountId, Account: accountId };
}

/** What the action is about, for policies that name users or policies one by one. */
function resourceOf({ parameters, service, caller, operation }: QueryCall): string {
  const arn = parameters.get("PolicyArn");
  const name = parameters.get("UserName");
  if (name !== null) {
    const path = service.state.users.get(name)?.path ?? parameters.get("Path") ?? "/";
    return `arn:aws:iam::${service.state.accountId}:user${path}${name}`;
  }
  if (arn !== null) return arn;
  if (operation === "CreatePolicy") {
    return `arn:aws:iam::${service.state.accountId}:policy/${parameters.get("PolicyName")}`;
  }
  return operation.startsWith("List") && operation !== "ListAccessKeys" ? "*" : caller.arn;
}
