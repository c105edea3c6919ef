import { AwsError } from "../lib/aws/api.ts";
import { removeAnnotations } from "../lib/kube/annotations.ts";
import type { JsonPatchOp } from "../lib/kube/api.ts";
import type { ObjectMeta } from "../lib/kube/object.ts";
import { ANNOTATIONS } from "./names.ts";

/**
 * Operations that take the record of an intended creation back (docs/adr/0004): what stands there later was made by
 * somebody else.
 */
export function giveUpCreation(metadata: ObjectMeta): JsonPatchOp[] {
  return removeAnnotations(metadata, (name) => name === ANNOTATIONS.creating);
}

/** The service said no: the call has made nothing. Without an answer, or with a 5xx, it may have. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AwsError) {
    const { errorClass, status } = error;
    return errorClass !== "transient" && errorClass !== "throttled" && status >= 400 && status < 500;
  }
  return error instanceof Error && error.cause !== undefined && isRefusal(error.cause);
}
