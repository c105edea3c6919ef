import { AwsError } from "../lib/aws/api.ts";
import type { Kube, ResourceType } from "../lib/kube/api.ts";
import type { CustomResource } from "../lib/kube/object.ts";
import type { Pass } from "./pass.ts";
import type { Progress } from "./progress.ts";

/**
 * Records in the status, before the call that makes what the object stands for, that what appears then is the object's
 * own (docs/adr/0017). `Progress` takes it back once that is recorded, or the service has refused.
 * @throws KubeError
 */
export async function recordCreation<T extends CustomResource>(
  progress: Progress<T>,
  { type, kube, pass: { signal } }: {
    readonly type: ResourceType<T>;
    readonly kube: Kube;
    readonly pass: Pick<Pass, "signal">;
  },
): Promise<void> {
  const { metadata } = progress.stored;
  if (isCreating(progress.stored)) return;
  const status = { creating: metadata.uid };
  progress.rebase(await kube.mergePatch(type, metadata, { status }, { subresource: "status", signal }));
}

/** Is a creation recorded that may have been carried out? By uid: a status that was restored from a copy says nothing. */
export function isCreating({ metadata: { uid }, status }: CustomResource): boolean {
  return (status as { readonly creating?: string } | undefined)?.creating === uid;
}

/** The service said no: the call has made nothing. Without an answer, or with a 5xx, it may have. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AwsError) {
    const { errorClass, status } = error;
    return errorClass !== "transient" && errorClass !== "throttled" && status >= 400 && status < 500;
  }
  return error instanceof Error && error.cause !== undefined && isRefusal(error.cause);
}
