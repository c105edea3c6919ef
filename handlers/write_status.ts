import { equal } from "../lib/equal.ts";
import type { Kube, ResourceType } from "../lib/kube/api.ts";
import { type ConditionChange, setConditions } from "../lib/kube/conditions.ts";
import { isStaleWrite } from "../lib/kube/errors.ts";
import type { CustomResource } from "../lib/kube/object.ts";
import { mergePatchOf } from "../lib/kube/merge_patch.ts";
import type { Pass } from "./pass.ts";
import type { Progress } from "./progress.ts";

export interface WriteStatusOptions<T extends CustomResource> {
  readonly type: ResourceType<T>;
  readonly kube: Kube;
  readonly pass: Pass;
  /** False: the generation was not looked at, as when the object is paused. */
  readonly seen: boolean;
}

/**
 * The one status write of a pass; none where nothing differs.
 * A write that lost a race is repeated on the newer object if nobody else wrote its status: what was done must be
 * recorded.
 * @throws KubeError
 */
export async function writeStatus<T extends CustomResource>(
  { stored, status, applied }: Progress<T>,
  changes: readonly ConditionChange[],
  { type, kube, pass, seen }: WriteStatusOptions<T>,
): Promise<void> {
  // Without a look at the spec, conditions tell of the one before, or `kubectl wait` would take them for the present one.
  const generation = seen ? stored.metadata.generation ?? 0 : Math.max(stored.status?.observedGeneration ?? 0, 0);
  const now = new Date(pass.now).toISOString();
  const wanted = {
    ...status,
    ...(applied.length > 0 ? { lastSyncTime: now } : {}),
    ...(seen ? { observedGeneration: generation } : {}),
    conditions: setConditions(stored.status?.conditions, changes, { generation, now }),
  };
  const patch = mergePatchOf((stored.status ?? {}) as Record<string, unknown>, wanted);
  if (patch === undefined) return;
  const write = ({ metadata }: T) =>
    kube.mergePatch(type, metadata, { status: patch }, { subresource: "status", signal: pass.signal });
  try {
    await write(stored);
  } catch (error) {
    if (!isStaleWrite(error)) throw error;
    const live = await kube.get(type, stored.metadata, pass.signal);
    if (live?.metadata.uid !== stored.metadata.uid || !equal(live.status, stored.status)) throw error;
    await write(live);
  }
}
