/** A structural schema, as it is in a CRD. */
export interface Structural {
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly items?: Structural;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly additionalProperties?: Structural | boolean;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-validations"?: readonly ValidationRule[];
  readonly description?: string;
}

export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
  readonly reason?: string;
}

/** The schema of a member, by its name; undefined where there is none. */
export function schemaOf(schema: Structural | undefined, field: string): Structural | undefined {
  if (schema === undefined) return undefined;
  const property = schema.properties?.[field];
  if (property !== undefined) return property;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** True where members without a schema stay. */
export function preservesUnknown(schema: Structural | undefined): boolean {
  return schema?.["x-kubernetes-preserve-unknown-fields"] === true || schema?.additionalProperties === true;
}

/**
 * The old value of the i-th item: lists of type map are correlated by their keys, others not at all; `undefined` where
 * there is none.
 */
export function correlatedItem(schema: Structural, item: unknown, old: unknown): unknown {
  if (schema["x-kubernetes-list-type"] !== "map" || !Array.isArray(old)) return undefined;
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const idOf = (value: unknown) => JSON.stringify(keys.map((key) => (value as Record<string, unknown> | null)?.[key]));
  const id = idOf(item);
  return old.find((each) => idOf(each) === id);
}

/** A member of a path in an error: `spec`, then `.name`. */
export function childPath(path: string, field: string): string {
  return path === "" ? field : `${path}.${field}`;
}
