import { badRequest, conflict, forbiddenBy, notFound } from "./errors.ts";
import { isObject, type JsonObject, keyOf, type KubeObject, timeOf } from "./object.ts";
import type { Resource } from "./resource.ts";
import { selectorOf } from "./selector.ts";
import type { Call, Service } from "./service.ts";

export interface DeleteOptions {
  readonly propagationPolicy?: string;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly orphanDependents?: boolean;
  readonly dryRun?: readonly string[];
}

const IMMORTAL: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public"]);

/** DELETE of one object: the object where something still holds it, else a Status. */
export function remove(call: Call): KubeObject | JsonObject {
  const { service, resource, namespace, name = "" } = call;
  const object = service.storage.get(resource.table, keyOf(namespace, name));
  if (object === undefined) throw notFound(resource, name);
  if (resource.table === "/namespaces" && IMMORTAL.has(name)) {
    throw forbiddenBy(resource, name, "this namespace may not be deleted", []);
  }
  const options = readOptions(call);
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = object;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
      "The object might have been deleted and then recreated";
    throw conflict({ ...resource, plural: resource.kind }, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in ` +
      `record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict({ ...resource, plural: resource.kind }, name, why);
  }
  if (options.dryRun?.includes("All")) return object;
  const held = removeObject(service, resource, object, options);
  return held ?? deletedStatus(resource, object);
}

/** DELETE of a list: the list as it was. */
export function removeAll(call: Call): KubeObject[] {
  const { service, resource, namespace, query } = call;
  const selector = selectorOf(query, resource);
  const options = readOptions(call);
  const objects = service.storage.list(resource.table, namespace).filter((each) => selector?.(each) ?? true);
  for (const object of objects) removeObject(service, resource, object, options);
  return objects;
}

function readOptions({ body, query }: Call): DeleteOptions {
  let options: unknown = {};
  try {
    if (body !== "") options = JSON.parse(body);
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
  if (!isObject(options)) throw badRequest("couldn't get version/kind; json parse error: the body is not an object");
  const policy = query.get("propagationPolicy");
  const dryRun = query.getAll("dryRun");
  return {
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(dryRun.length > 0 ? { dryRun } : {}),
    ...options,
  };
}

/** Deletes, or marks for deletion what finalizers hold; `undefined` when it is gone. */
export function removeObject(
  { storage, now }: Service,
  resource: Pick<Resource, "table">,
  object: KubeObject,
  options: DeleteOptions = {},
): KubeObject | undefined {
  const { metadata } = object;
  const finalizers = withPolicy(metadata.finalizers ?? [], options);
  if (object.kind === "CustomResourceDefinition" && !finalizers.includes(CLEANUP)) finalizers.push(CLEANUP);
  const isNamespace = resource.table === "/namespaces";
  if (finalizers.length === 0 && !isNamespace) {
    storage.remove(resource.table, object);
    return undefined;
  }
  if (metadata.deletionTimestamp !== undefined && finalizers.length === (metadata.finalizers ?? []).length) {
    return object;
  }
  const marked: KubeObject = {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: metadata.deletionTimestamp ?? timeOf(now()),
      ...(isNamespace ? {} : { deletionGracePeriodSeconds: 0 }),
      ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
    },
  };
  if (isNamespace) marked["status"] = { ...(object["status"] as object), phase: "Terminating" };
  return storage.put(resource.table, marked);
}

function withPolicy(finalizers: readonly string[], { propagationPolicy, orphanDependents }: DeleteOptions): string[] {
  const kept = finalizers.filter((each) => each !== FOREGROUND && each !== ORPHAN);
  if (propagationPolicy === "Foreground") return [...kept, FOREGROUND];
  if (propagationPolicy === "Orphan" || orphanDependents === true) return [...kept, ORPHAN];
  return propagationPolicy === "Background" ? kept : [...finalizers];
}

/** Holds a definition until its objects have gone. */
export const CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
/** Finalizers of the garbage collector. */
export const FOREGROUND = "foregroundDeletion";
export const ORPHAN = "orphan";

function deletedStatus({ group, plural }: Resource, { metadata }: KubeObject): JsonObject {
  const { name, uid } = metadata;
  const details = { name, ...(group === "" ? {} : { group }), kind: plural, uid };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}
