import { deleteConflict, entityExists, limitExceeded, validationError } from "../errors.ts";
import { validateIdentityPolicy } from "../policy/validate.ts";
import type { Service } from "../service.ts";
import type { ManagedPolicy } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { iamTime, members, page, policyOf, type QueryCall, type QueryOperation, required } from "./call.ts";
import { sizeOf } from "./user_policies.ts";

/** Managed policies themselves; their versions are in `policy_versions.ts`. */
export const policyOperations: Readonly<Record<string, QueryOperation>> = {
  CreatePolicy: createPolicy,
  GetPolicy: (call) => ({ Policy: shownPolicy(call.service, policyOf(call)) }),
  ListPolicies: listPolicies,
  DeletePolicy: deletePolicy,
};

function createPolicy(call: QueryCall): XmlObject {
  const { service, parameters } = call;
  const name = required(call, "PolicyName");
  if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw validationError("The specified value for policyName is invalid.");
  const document = policyDocumentIn(call);
  const path = parameters.get("Path") ?? "/";
  if ([...service.state.policies.values()].some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw entityExists(`A policy called ${name}`);
  }
  const policy = addPolicy(service, name, document, { path, description: parameters.get("Description") ?? undefined });
  if (!service.behaviour.unsupported.has("TagPolicy")) {
    for (const { Key = "", Value = "" } of members(call, "Tags", ["Key", "Value"])) policy.tags.set(Key, Value);
  }
  return { Policy: shownPolicy(service, policy) };
}

/** The document of the request. Throws `MalformedPolicyDocument`, `LimitExceeded`. */
export function policyDocumentIn(call: QueryCall): string {
  const document = required(call, "PolicyDocument");
  validateIdentityPolicy(document);
  const limit = call.service.behaviour.limits.managedPolicySize;
  if (sizeOf(document) > limit) throw limitExceeded("PolicySize", limit);
  return document;
}

export function addPolicy(
  { state, ids, now }: Service,
  name: string,
  document: string,
  { path = "/", description }: { path?: string; description?: string | undefined } = {},
): ManagedPolicy {
  const policy: ManagedPolicy = {
    name,
    arn: `arn:aws:iam::${state.accountId}:policy${path}${name}`,
    id: ids.uniqueId("ANPA"),
    path,
    description,
    created: now(),
    updated: now(),
    tags: new Map(),
    versions: [{ id: "v1", document, created: now() }],
    defaultVersion: "v1",
    nextVersion: 2,
  };
  state.policies.set(policy.arn, policy);
  return policy;
}

function shownPolicy(service: Service, policy: ManagedPolicy, { inList = false } = {}): XmlObject {
  const tags = [...policy.tags].map(([Key, Value]) => ({ Key, Value }));
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachedUsers(service, policy.arn).length,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    // Listings show neither, as at IAM.
    Description: inList ? undefined : policy.description,
    Tags: inList || tags.length === 0 ? undefined : { member: tags },
    CreateDate: iamTime(policy.created),
    UpdateDate: iamTime(policy.updated),
  };
}

/** Names of the users that have the policy. */
export function attachedUsers({ state }: Service, arn: string): string[] {
  return [...state.users.values()].filter(({ attached }) => attached.has(arn)).map(({ name }) => name).sort();
}

function listPolicies(call: QueryCall): XmlObject {
  const { service, parameters } = call;
  const prefix = parameters.get("PathPrefix") ?? "/";
  const onlyAttached = parameters.get("OnlyAttached") === "true";
  // There are none of AWS's own here.
  const policies = parameters.get("Scope") === "AWS" ? [] : [...service.state.policies.values()];
  const shown = policies
    .filter(({ path }) => path.startsWith(prefix))
    .filter(({ arn }) => !onlyAttached || attachedUsers(service, arn).length > 0)
    .sort((a, b) => a.name < b.name ? -1 : 1);
  return page(call, "Policies", shown.map((policy) => shownPolicy(service, policy, { inList: true })));
}

function deletePolicy(call: QueryCall): void {
  const policy = policyOf(call);
  if (attachedUsers(call.service, policy.arn).length > 0) {
    throw deleteConflict("Cannot delete a policy attached to entities.");
  }
  if (policy.versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the others.",
    );
  }
  call.service.state.policies.delete(policy.arn);
}
