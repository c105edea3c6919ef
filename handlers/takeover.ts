import { removeAnnotations, setAnnotations } from "../lib/kube/annotations.ts";
import type { JsonPatchOp } from "../lib/kube/api.ts";
import { removeFinalizers } from "../lib/kube/finalizer.ts";
import type { KubeObject, ObjectMeta } from "../lib/kube/object.ts";
import { ANNOTATIONS, OLD_ANNOTATION_PREFIX, OLD_FINALIZER } from "./names.ts";
import { annotationOf } from "./objects.ts";

/**
 * True when the object carries the finalizer of the Python operator, which only that operator or we will ever remove.
 */
export function hasOldFinalizer({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(OLD_FINALIZER) ?? false;
}

/**
 * True until we have taken the object over: also where a person took the old finalizer off, and left the annotations.
 */
export function isLeftByOldOperator(object: KubeObject): boolean {
  if (hasOldFinalizer(object)) return true;
  const names = Object.keys(object.metadata.annotations ?? {});
  return annotationOf(object, "takenOver") !== "true" && names.some((name) => name.startsWith(OLD_ANNOTATION_PREFIX));
}

/** The old finalizer came back after we had stripped it: the old operator still runs, and two of us must not write. */
export function oldOperatorRuns(object: KubeObject): boolean {
  return hasOldFinalizer(object) && annotationOf(object, "takenOver") === "true";
}

export const OLD_OPERATOR_NOTE =
  "The finalizer of wasabi-s3-operator 0.2.x came back after it had been removed: the old " +
  "operator still runs. Nothing is written to S3 or IAM for this object. Scale the old Deployment to 0, then remove " +
  `annotation ${ANNOTATIONS.takenOver} from the object`;

/**
 * Operations that take the object over: finalizer and annotations of the old operator go, and that they went is
 * recorded.
 */
export function takeOver(metadata: ObjectMeta): JsonPatchOp[] {
  return [
    ...removeFinalizers(metadata, [OLD_FINALIZER]),
    ...setAnnotations(metadata, { [ANNOTATIONS.takenOver]: "true" }),
    ...removeAnnotations(metadata, (name) => name.startsWith(OLD_ANNOTATION_PREFIX)),
  ];
}
