import type { Loose } from "../scenarios/admin.ts";
import { condition } from "../scenarios/stage.ts";

/** Both sides at one moment. */
export interface Sight {
  /** Our objects and the Secrets. */
  readonly objects: readonly Loose[];
  /** At the service, by name; so are users. */
  readonly buckets: ReadonlyMap<string, unknown>;
  readonly users: ReadonlyMap<string, { readonly keys: readonly SeenKey[] }>;
  readonly policies: readonly SeenPolicy[];
}

export interface SeenKey {
  readonly id: string;
  readonly secret: string;
  readonly status: string;
  /** Grows from each key to the next. */
  readonly created: number;
}

export interface SeenPolicy {
  readonly name: string;
  /** The default version's. */
  readonly document: string | undefined;
  readonly tags: unknown;
}

export function ofKind({ objects }: Pick<Sight, "objects">, wanted: string): Loose[] {
  return objects.filter(({ kind }) => kind === wanted);
}

/** The objects of ours that are neither Ready nor gone, with their reasons. */
export function unsettled(objects: readonly Loose[]): string[] {
  return objects.filter(({ kind }) => kind !== "Secret").flatMap(({ kind, metadata, status }) => {
    const ready = condition(status, "Ready");
    const isSettled = metadata.deletionTimestamp === undefined && ready?.status === "True" &&
      status.observedGeneration === metadata.generation;
    return isSettled ? [] : [`${kind} ${metadata.name}: ${ready?.reason ?? "nothing"} ${ready?.message ?? "said"}`];
  });
}
