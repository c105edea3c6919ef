import type { ResourceType } from "../kube/api.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Rule, Schema } from "./schema.ts";

/** A column of `kubectl get`. `priority` 1 shows it with `-o wide` alone. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "date" | "integer";
  readonly jsonPath: string;
  readonly priority?: 1;
}

/** Everything that a CRD says of a kind. */
export interface KindDefinition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly description: string;
  readonly spec: Schema;
  readonly status: Schema;
  readonly columns: readonly Column[];
  /** CEL rules at the root, which may use `self.metadata.name`. */
  readonly rules: readonly Rule[];
}

export function resourceType<T extends KubeObject>({ group, version, plural, kind }: KindDefinition): ResourceType<T> {
  return { group, version, plural, kind };
}
