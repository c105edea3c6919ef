import { StalledError } from "../lib/errors.ts";
import { type CustomResource, keyOf, type KubeObject } from "../lib/kube/object.ts";
import { isCreating } from "./creation.ts";
import { ANNOTATIONS } from "./names.ts";
import { annotationOf, byAge } from "./objects.ts";

export type Ownership = "Created" | "Adopted";

/**
 * The status fields that tell whether an external resource is ours; `exists`, `created` and `applied` as 0.2.x left
 * them.
 */
interface OwnershipStatus {
  readonly ownership?: Ownership;
  readonly exists?: boolean;
  readonly created?: boolean;
  readonly applied?: boolean;
}

/** Whether the object has its external resource already, and how it came to it. */
export function ownershipOf(object: CustomResource): Ownership | undefined {
  return recordedOwnership(object) ?? (isCreating(object) ? "Created" : undefined);
}

/** The same without a creation whose outcome is not known yet. */
export function recordedOwnership({ status }: CustomResource): Ownership | undefined {
  const { ownership, exists, created, applied } = (status ?? {}) as OwnershipStatus;
  return ownership ?? (exists === true || created === true || applied === true ? "Created" : undefined);
}

/**
 * Does the status say that the object holds something outside? Annotations, finalizers and Secrets may be made up by
 * whoever writes the object, so across namespaces only the status shows that there was a grant once.
 */
export function isRecorded(object: CustomResource): boolean {
  const { accessKeyId, keyIntent, nextKey, previousKeys } = (object.status ?? {}) as Readonly<Record<string, unknown>>;
  return ownershipOf(object) !== undefined ||
    [accessKeyId, keyIntent, nextKey, previousKeys].some((each) => each !== undefined);
}

/** May an existing resource that no object claims be taken? */
function mayAdopt(object: KubeObject, adoption: "annotated" | "always"): boolean {
  return adoption === "always" || annotationOf(object, "adopt") === "true";
}

/**
 * Decides whether an existing resource is the object's, before anything is written outside.
 * @param what the resource in words, such as `bucket "logs"`
 * @param plural the resource name for kubectl, such as `buckets`
 * @throws StalledError `AlreadyExists`, with the command that adopts
 */
export function claim(
  object: CustomResource,
  { what, plural, adoption, reason = "AlreadyExists" }: {
    readonly what: string;
    readonly plural: string;
    readonly adoption: "annotated" | "always";
    readonly reason?: "AlreadyExists" | "PolicyExists";
  },
): Ownership {
  const owned = ownershipOf(object);
  if (owned !== undefined) return owned;
  if (mayAdopt(object, adoption)) return "Adopted";
  const { namespace, name } = object.metadata;
  throw new StalledError(
    reason,
    `${what} exists already and no object claims it; to take it over, run: ` +
      `kubectl annotate ${plural}.s3.cloud37.dev ${name} -n ${namespace} ${ANNOTATIONS.adopt}=true`,
  );
}

/**
 * Refuses an object whose external resource is a rival's.
 * @throws StalledError `Conflict`
 */
export function refuseConflict(object: CustomResource, rivals: readonly CustomResource[], what: string): void {
  const rival = strongerRival(object, rivals);
  if (rival === undefined) return;
  const { kind, metadata } = rival;
  const holder = byAge(rival, object) < 0
    ? `the older ${kind} ${keyOf(metadata)}`
    : `${kind} ${keyOf(metadata)}, which has it already`;
  throw new StalledError("Conflict", `${what} is claimed by ${holder}`);
}

/**
 * The rival whose the external resource is: one that holds it, as its status records, comes before one that does not,
 * or neither of two could go on; among equals the older creationTimestamp wins.
 */
export function strongerRival<T extends CustomResource>(object: CustomResource, rivals: readonly T[]): T | undefined {
  return rivals.filter((rival) => rival.metadata.uid !== object.metadata.uid)
    .toSorted(byClaim)
    .find((rival) => byClaim(rival, object) < 0);
}

function byClaim(a: CustomResource, b: CustomResource): number {
  const holds = (each: CustomResource) => Number(recordedOwnership(each) !== undefined);
  return holds(b) - holds(a) || byAge(a, b);
}
