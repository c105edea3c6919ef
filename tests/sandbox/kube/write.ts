import { equal } from "../../../lib/equal.ts";
import { finish } from "./check.ts";
import { decode, parseBody, strictError } from "./decode.ts";
import { alreadyExists, badRequest, conflict, forbiddenBy, invalidObject, notFound, StatusError } from "./errors.ts";
import { invalid } from "./field_errors.ts";
import { ordered } from "./metadata.ts";
import { clone, type JsonObject, keyOf, type KubeObject, type Metadata, timeOf } from "./object.ts";
import { applyPatch } from "./patch.ts";
import { apiVersionOf, at, type Resource } from "./resource.ts";
import { type Call, newUid } from "./service.ts";

export interface Written {
  readonly created: boolean;
  readonly object: KubeObject;
}

/** POST. */
export function create(call: Call): Written {
  const { resource, namespace } = call;
  const object = decode(call, parseBody(call), (errors) => strictError(resource, errors));
  const { metadata } = object;
  if ((metadata.namespace ?? namespace) !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (namespace !== undefined) admitToNamespace(call, namespace, metadata.name ?? "");
  return { created: true, object: insert(call, object) };
}

/** PUT. */
export function replace(call: Call): Written {
  const { resource, name = "" } = call;
  const object = decode(call, parseBody(call), (errors) => strictError(resource, errors));
  if (object.metadata.name === undefined) object.metadata.name = name;
  if (object.metadata.name !== name) {
    throw otherName(object.metadata.name, name);
  }
  const current = currentOf(call);
  if (current === undefined) {
    if (!resource.createsOnUpdate || call.subresource !== undefined) throw notFound(resource, name);
    if (object.metadata.uid !== undefined) {
      throw conflict(resource, name, wrongUid(call, object.metadata.uid, ""));
    }
    if (call.namespace !== undefined) admitToNamespace(call, call.namespace, name);
    delete object.metadata.resourceVersion;
    return { created: true, object: insert(call, object) };
  }
  const { uid } = object.metadata;
  if (uid !== undefined && uid !== current.metadata.uid) {
    throw conflict(resource, name, wrongUid(call, uid, current.metadata.uid as string));
  }
  return { created: false, object: update(call, current, object) };
}

function wrongUid({ resource, namespace = "", name }: Call, sent: string, stored: string): string {
  const key = ["/registry", resource.group, resource.plural, namespace, name].filter((part) => part !== "").join("/");
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition ` +
    `failed: UID in precondition: ${sent}, UID in object meta: ${stored}`;
}

/** PATCH of every kind. */
export function patch(call: Call): Written {
  const { resource, name = "", body, headers } = call;
  const current = currentOf(call);
  if (current === undefined) throw notFound(resource, name);
  const served = resource.toServed?.(current) ?? current;
  const patched = applyPatch(served, body, headers.get("content-type") ?? "", resource.custom);
  refuseOtherKind(call, patched);
  const object = decode(call, patched, (errors) => {
    const text = JSON.stringify(patched);
    return invalidObject({ group: "", kind: "" }, "", [invalid("patch", text, `strict decoding error: ${errors}`)]);
  });
  if (object.metadata.name !== name) throw otherName(object.metadata.name, name);
  return { created: false, object: update(call, current, object) };
}

/** A patch may not make it an object of another kind. */
function refuseOtherKind({ resource, name = "" }: Call, { apiVersion, kind }: JsonObject): void {
  const wanted = apiVersionOf(resource);
  const errors = [
    ...(kind === resource.kind ? [] : [invalid("kind", kind, `must be ${resource.kind}`)]),
    ...(apiVersion === wanted ? [] : [invalid("apiVersion", apiVersion, `must be ${wanted}`)]),
  ];
  const group = apiVersion === wanted ? resource.group : "";
  if (resource.custom && errors.length > 0) throw invalidObject({ group, kind: String(kind) }, name, errors);
}

function otherName(given: string, name: string): StatusError {
  return badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}

function admitToNamespace({ service, resource }: Call, namespace: string, name: string): void {
  const found = service.storage.get("/namespaces", keyOf(undefined, namespace));
  if (found === undefined) throw notFound({ group: "", plural: "namespaces" }, namespace);
  if (at(found, "status", "phase") !== "Terminating") return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  throw forbiddenBy(resource, name, why, [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }]);
}

function insert(call: Call, sent: KubeObject): KubeObject {
  const { service, resource, namespace } = call;
  const object = ordered({ ...sent, metadata: newMetadata(sent.metadata, call) });
  if (sent.metadata.resourceVersion !== undefined) {
    throw new StatusError(500, "", "resourceVersion should not be set on objects to be created");
  }
  if (resource.hasStatus && resource.custom) delete object["status"];
  finish(call, object, undefined);
  // Only shown, until the next write stores it.
  if (resource.hasStatus && resource.custom) delete object["status"];
  const { metadata } = object;
  const standing = service.storage.get(resource.table, keyOf(namespace, metadata.name));
  if (standing !== undefined) {
    throw alreadyExists(resource, metadata.name, standing.metadata.deletionTimestamp !== undefined);
  }
  const made = stored(resource, object);
  return isDryRun(call) ? made : service.storage.put(resource.table, made);
}

function newMetadata(metadata: Metadata, { service, resource, namespace }: Call): Metadata {
  const { resourceVersion: _v, deletionTimestamp: _d, deletionGracePeriodSeconds: _g, generation: _n, ...kept } =
    metadata;
  const suffix = () => Array.from({ length: 5 }, () => SUFFIX[Math.floor(service.random() * SUFFIX.length)]).join("");
  const name = kept.name ?? (kept.generateName === undefined ? "" : kept.generateName.slice(0, 248) + suffix());
  return {
    ...kept,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: newUid(service.random),
    ...(resource.generations ? { generation: 1 } : {}),
    creationTimestamp: timeOf(service.now()),
  };
}

const SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

function update(call: Call, current: KubeObject, sent: KubeObject): KubeObject {
  const { service, resource, name = "", subresource } = call;
  const before = resource.toServed?.(current) ?? current;
  const { resourceVersion } = sent.metadata;
  if (resourceVersion === undefined && !resource.unconditionalUpdate) {
    const detail = "must be specified for an update";
    throw invalidObject({ ...resource, kind: resource.plural }, name, [invalid("metadata.resourceVersion", 0, detail)]);
  }
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) {
    throw conflict(resource, name);
  }
  const object = subresource === "status" ? withStatus(before, sent) : withoutStatus(before, sent, resource);
  object.metadata = keptMetadata(object.metadata, before.metadata);
  if (resource.generations && subresource === undefined && !sameContent(object, before)) {
    object.metadata.generation = (before.metadata.generation ?? 0) + 1;
  }
  finish(call, object, before);
  object.metadata.resourceVersion = current.metadata.resourceVersion as string;
  const next = stored(resource, ordered(object));
  if (isDryRun(call)) return next;
  if (isFinished(next)) return service.storage.remove(resource.table, next);
  // Nothing is written where nothing changed, so that a write of the same does not wake anybody.
  return equal(next, current) ? current : service.storage.put(resource.table, next);
}

/** Through `/status` nothing else changes. */
function withStatus(before: KubeObject, { status }: KubeObject): KubeObject {
  const object = clone(before);
  if (status === undefined) delete object["status"];
  else object["status"] = status;
  return object;
}

/** A status that has a subresource of its own changes only there. */
function withoutStatus(before: KubeObject, sent: KubeObject, { hasStatus }: Resource): KubeObject {
  const object = { ...sent };
  if (!hasStatus) return object;
  if (before["status"] === undefined) delete object["status"];
  else object["status"] = before["status"];
  return object;
}

/** What no update changes, whatever was sent. */
function keptMetadata(metadata: Metadata, old: Metadata): Metadata {
  const kept: Metadata = { ...metadata, uid: metadata.uid ?? old.uid as string };
  for (const field of ["generation", "creationTimestamp"] as const) {
    if (old[field] === undefined) delete kept[field];
    else (kept[field] as unknown) = old[field];
  }
  if (old.deletionTimestamp !== undefined) kept.deletionTimestamp = old.deletionTimestamp;
  kept.deletionGracePeriodSeconds ??= old.deletionGracePeriodSeconds as number;
  if (kept.deletionGracePeriodSeconds === undefined) delete kept.deletionGracePeriodSeconds;
  if (metadata.namespace === undefined && old.namespace !== undefined) kept.namespace = old.namespace;
  return kept;
}

function sameContent({ metadata: _a, ...a }: KubeObject, { metadata: _b, ...b }: KubeObject): boolean {
  return equal(a, b);
}

/** Nothing holds it any more. */
function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const held = object.kind === "Namespace" && ((at(object, "spec", "finalizers") ?? []) as unknown[]).length > 0;
  return deletionTimestamp !== undefined && finalizers.length === 0 && !held;
}

function stored(resource: Resource, object: KubeObject): KubeObject {
  return resource.toStored?.(object) ?? object;
}

function currentOf({ service, resource, namespace, name = "" }: Call): KubeObject | undefined {
  return service.storage.get(resource.table, keyOf(namespace, name));
}

function isDryRun({ query }: Call): boolean {
  return query.get("dryRun") === "All";
}
