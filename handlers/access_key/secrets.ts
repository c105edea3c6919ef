import { Buffer } from "node:buffer";
import type { Credentials } from "../../lib/aws/api.ts";
import type { Draft, KubeObject } from "../../lib/kube/object.ts";
import type { Secret } from "../../lib/kube/secret.ts";
import { ANNOTATIONS, LABELS, labelValue, OPERATOR } from "../names.ts";
import { controllerOf } from "../objects.ts";
import { stamp } from "./schedule.ts";
import type { RecordedKey, SecretState } from "./state.ts";

const ID = "access-key-id";
const SECRET = "secret-access-key";

/** What the planner may know of a Secret. */
export function stateOf(secret: Secret | undefined, owner: KubeObject): SecretState {
  if (secret === undefined) return { kind: "absent" };
  if (!isOurs(secret, owner)) return { kind: "foreign" };
  const ledger = ledgerOf(secret);
  const pair = pairOf(secret);
  const known = ledger ? { ledger } : {};
  return pair ? { kind: "pair", id: pair.accessKeyId, ...known } : { kind: "damaged", ...known };
}

/** Ours by its controller; or by its label, where nothing controls it. */
export function isOurs(secret: Secret, owner: KubeObject): boolean {
  const controller = controllerOf(secret);
  if (controller) return controller.uid === owner.metadata.uid;
  return secret.metadata.labels?.[LABELS.managedBy] === OPERATOR;
}

/** The pair that a Secret holds; `undefined` when either half is missing or cannot be one. */
export function pairOf({ data }: Secret): Credentials | undefined {
  const accessKeyId = decode(data?.[ID]);
  const secretAccessKey = decode(data?.[SECRET]);
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
}

/** The patch or draft that puts pair and ledger into a Secret in one write. */
export function content(
  { accessKeyId, secretAccessKey }: Credentials,
  owner: KubeObject,
  ledger: readonly RecordedKey[],
) {
  return {
    metadata: {
      labels: labels(),
      annotations: { [ANNOTATIONS.keys]: JSON.stringify(ledger) },
      ownerReferences: [ownerOf(owner)],
    },
    data: { [ID]: encode(accessKeyId), [SECRET]: encode(secretAccessKey) },
  };
}

/** A new Secret of the object with a pair and its ledger. */
export function draft(
  name: string,
  pair: Credentials,
  owner: KubeObject,
  ledger: readonly RecordedKey[],
): Draft<Secret> {
  const { metadata, data } = content(pair, owner, ledger);
  const { namespace } = owner.metadata;
  return { apiVersion: "v1", kind: "Secret", type: "Opaque", metadata: { ...metadata, name, namespace }, data };
}

/** A Secret that keeps an old pair. */
export function previousDraft(name: string, pair: Credentials, owner: KubeObject, rotatedAt: string): Draft<Secret> {
  const { namespace, name: full } = owner.metadata;
  const label = labelValue(full);
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: {
      name,
      namespace,
      labels: {
        ...labels(),
        [LABELS.previousSecret]: "true",
        [LABELS.accessKeyName]: label,
        [LABELS.rotatedAt]: stamp(rotatedAt),
      },
      annotations: { [LABELS.rotatedAt]: rotatedAt, ...(label === full ? {} : { [LABELS.accessKeyName]: full }) },
      ownerReferences: [ownerOf(owner)],
    },
    data: content(pair, owner, []).data,
  };
}

function labels(): Record<string, string> {
  return { [LABELS.managedBy]: OPERATOR, [LABELS.resourceType]: "access-key" };
}

function ownerOf({ apiVersion, kind, metadata: { name, uid } }: KubeObject) {
  return { apiVersion, kind, name, uid, controller: true };
}

function ledgerOf({ metadata }: Secret): readonly RecordedKey[] | undefined {
  const text = metadata.annotations?.[ANNOTATIONS.keys];
  if (text === undefined) return undefined;
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries)) return undefined;
    return entries.filter(({ id, userName, createdAt }) =>
      [id, userName, createdAt].every((each) => typeof each === "string")
    ).map(withTimes);
  } catch {
    return undefined;
  }
}

/** A person may have edited it: what is no time counts as long ago, or nothing could be reckoned with the entry. */
function withTimes({ createdAt, retiredAt, ...key }: RecordedKey): RecordedKey {
  const time = (text: unknown) => Number.isNaN(Date.parse(String(text))) ? new Date(0).toISOString() : String(text);
  return { ...key, createdAt: time(createdAt), ...(retiredAt === undefined ? {} : { retiredAt: time(retiredAt) }) };
}

function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/** Only text of visible ASCII can be half of a pair; all else is damage. */
function decode(base64: string | undefined): string | undefined {
  const text = Buffer.from(base64 ?? "", "base64").toString("latin1");
  return /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}
