import { deleteConflict, limitExceeded, noSuchEntity } from "../errors.ts";
import type { ManagedPolicy, PolicyVersion } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { iamTime, page, policyOf, type QueryCall, type QueryOperation, required } from "./call.ts";
import { policyDocumentIn } from "./policies.ts";

/** Versions of managed policies: five at most, one of them in force. */
export const policyVersionOperations: Readonly<Record<string, QueryOperation>> = {
  CreatePolicyVersion: createVersion,
  GetPolicyVersion: getVersion,
  ListPolicyVersions: listVersions,
  SetDefaultPolicyVersion: setDefault,
  DeletePolicyVersion: deleteVersion,
};

function createVersion(call: QueryCall): XmlObject {
  const policy = policyOf(call);
  const document = policyDocumentIn(call);
  const limit = call.service.behaviour.limits.policyVersions;
  if (policy.versions.length >= limit) throw limitExceeded("VersionsPerPolicy", limit);
  const version = { id: `v${policy.nextVersion++}`, document, created: call.service.now() };
  policy.versions.unshift(version);
  policy.updated = version.created;
  if (call.parameters.get("SetAsDefault") === "true") policy.defaultVersion = version.id;
  return { PolicyVersion: shownVersion(policy, version) };
}

function shownVersion(policy: ManagedPolicy, version: PolicyVersion): XmlObject {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: iamTime(version.created),
  };
}

function getVersion(call: QueryCall): XmlObject {
  const policy = policyOf(call);
  const version = versionOf(call, policy);
  return { PolicyVersion: { ...shownVersion(policy, version), Document: encodeURIComponent(version.document) } };
}

function versionOf(call: QueryCall, policy: ManagedPolicy): PolicyVersion {
  const id = required(call, "VersionId");
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (version === undefined) throw noSuchEntity(`policy ${policy.arn} version ${id}`);
  return version;
}

function listVersions(call: QueryCall): XmlObject {
  const policy = policyOf(call);
  return page(call, "Versions", policy.versions.map((version) => shownVersion(policy, version)));
}

function setDefault(call: QueryCall): void {
  const policy = policyOf(call);
  policy.defaultVersion = versionOf(call, policy).id;
  policy.updated = call.service.now();
}

function deleteVersion(call: QueryCall): void {
  const policy = policyOf(call);
  const version = versionOf(call, policy);
  if (version.id === policy.defaultVersion) throw deleteConflict("Cannot delete the default version of a policy.");
  policy.versions.splice(policy.versions.indexOf(version), 1);
}
