import {
  column,
  columns,
  commonStatus,
  identityPolicyDocument,
  immutable,
  objectRef,
  ratcheting,
  recordedProvider,
  tags,
} from "../../lib/crd/fragments.ts";
import type { KindDefinition } from "../../lib/crd/kind.ts";
import type { Schema } from "../../lib/crd/schema.ts";
import { API } from "../api_group.ts";

export const accessKeySpec = {
  type: "object",
  description: "The access key that is wanted; its pair is in Secret <name>-credentials.",
  required: ["providerRef"],
  properties: {
    providerRef: objectRef("The Provider that the user is at."),
    userRef: objectRef("The User that the key is for."),
    displayName: { type: "string", description: "Accepted and kept, without effect: IAM has no names for keys." },
    policy: {
      ...identityPolicyDocument,
      description: "Accepted and kept, without effect: set the policy on the User.",
    },
    tags: { ...tags, description: "Accepted and kept, without effect: IAM has no tags for keys." },
    rotate: {
      type: "object",
      description: "Rotation of the key.",
      properties: {
        enabled: { type: "boolean", default: false, description: "Whether the key is rotated." },
        intervalDays: {
          type: "integer",
          minimum: 1,
          maximum: 365,
          default: 90,
          description: "Days between rotations.",
        },
        previousKeysRetentionDays: {
          type: "integer",
          minimum: 0,
          maximum: 30,
          default: 7,
          description: "Days that a replaced key goes on working, at most the interval; 0 revokes it at once.",
        },
        // Without a default: what is absent costs no call.
        keepWhileUsedDays: {
          type: "integer",
          minimum: 0,
          maximum: 30,
          description: "Days beyond that, at most, that a replaced key is kept while IAM sees it used; absent: none.",
        },
      },
    },
  },
  "x-kubernetes-validations": [immutable("providerRef")],
} as const satisfies Schema;

const time = (description: string) => ({ type: "string", description } as const satisfies Schema);

const recordedKey = {
  type: "object",
  description: "A key that was made for this object.",
  required: ["id", "userName", "createdAt"],
  properties: {
    id: { type: "string", description: "Access key id." },
    userName: { type: "string", description: "The IAM user that it belongs to." },
    createdAt: time("When it was made."),
    retiredAt: time("When its successor was published."),
    deactivatedAt: time("When it was deactivated, to be deleted a little later."),
    secretName: { type: "string", description: "Secret that keeps its pair." },
    request: { type: "string", description: "Value of rotate-at that it was made for." },
  },
} as const satisfies Schema;

export const accessKeyStatus = {
  type: "object",
  description: "What was made; never a secret.",
  properties: {
    ...commonStatus,
    provider: recordedProvider,
    accessKeyId: { type: "string", description: "Id of the key in the Secret." },
    created: { type: "boolean", description: "True when the key is there." },
    userName: { type: "string", description: "The IAM user that the key belongs to." },
    lastRotateTime: time("When the key was made or rotated last."),
    nextRotateTime: time("When it is rotated next."),
    firstSeenTime: time("When this operator first saw a key that had no time of rotation."),
    rotateIntervalDays: { type: "integer", description: "The interval that nextRotateTime was computed from." },
    lastRotateRequest: { type: "string", description: "Value of the annotation rotate-at that was served last." },
    provenKeyId: { type: "string", description: "The key that a signed call has proven." },
    keyIntent: {
      type: "object",
      description: "Record of a key about to be made, so that one whose answer was lost can be told from others.",
      required: ["userName", "existingIds", "startedAt"],
      properties: {
        userName: { type: "string", description: "The IAM user that it is made for." },
        existingIds: {
          type: "array",
          items: { type: "string" },
          description: "The user's keys right before the call.",
        },
        startedAt: time("When the call began."),
        earlier: {
          type: "array",
          items: { type: "string" },
          description: "Starts of earlier calls without an answer.",
        },
        completedAt: time("When the key was recorded."),
        failed: { type: "boolean", description: "The key could not be proven." },
        unclear: { type: "boolean", description: "More than one key may be ours." },
        traceparent: { type: "string", description: "The trace in which it was written." },
      },
    },
    nextKey: { ...recordedKey, description: "A key that is being proven before it is published." },
    previousKeys: { type: "array", items: recordedKey, description: "Replaced keys that are not revoked yet." },
    rotation: {
      type: "object",
      description: "Where the rotation stands, and what comes next.",
      properties: {
        phase: {
          type: "string",
          description:
            "Settled, Proving (a new key), Overlap (the old key works too), StillUsed (it does, although the " +
            "overlap is over), or Deactivated (it does not).",
        },
        since: time("When that began."),
        next: { type: "string", description: "Rotate, Publish, Deactivate, Delete (the old key), or None." },
        nextTime: time("When that is planned; of a key that is still used at the latest."),
        traceparent: { type: "string", description: "The trace in which it began." },
      },
    },
  },
} as const satisfies Schema;

export const accessKeyKind: KindDefinition = {
  ...API,
  kind: "AccessKey",
  plural: "accesskeys",
  singular: "accesskey",
  shortName: "s3key",
  description: "An access key of a User, kept in a Secret and rotated.",
  spec: accessKeySpec,
  status: accessKeyStatus,
  columns: columns(
    column("Key", ".status.accessKeyId"),
    column("Provider", ".spec.providerRef.name"),
    { ...column("Rotation", ".status.rotation.phase"), priority: 1 },
    { ...column("Next-Rotation", ".status.nextRotateTime"), priority: 1 },
  ),
  rules: [
    ratcheting(
      // A Bucket's name may have 200 characters of its own.
      "size(self.metadata.name) <= 200 || (size(self.metadata.name) <= 210 && self.metadata.name.endsWith('-accesskey'))",
      "metadata.name has at most 200 characters: names of Secrets are made from it",
    ),
  ],
};
