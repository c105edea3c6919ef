/** A CEL rule that the API server checks. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
  /** Lets `oldSelf` be absent, so that a stored object that breaks a newer rule stays editable. */
  readonly optionalOldSelf?: true;
  readonly fieldPath?: string;
  readonly reason?: "FieldValueInvalid" | "FieldValueForbidden";
}

interface Common {
  readonly description?: string;
  readonly "x-kubernetes-validations"?: readonly Rule[];
}

/**
 * The structural subset of OpenAPI v3 that a CRD accepts, and nothing else; so a forbidden keyword is a compile error.
 */
export type Schema =
  & Common
  & (
    | {
      readonly type: "string";
      readonly enum?: readonly string[];
      readonly pattern?: string;
      readonly format?: "date-time" | "uri";
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly default?: string;
    }
    | {
      readonly type: "integer";
      readonly format?: "int32" | "int64";
      readonly minimum?: number;
      readonly maximum?: number;
      readonly default?: number;
    }
    | { readonly type: "boolean"; readonly default?: boolean }
    | {
      readonly type: "array";
      readonly items: Schema;
      readonly minItems?: number;
      readonly maxItems?: number;
      readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
      readonly "x-kubernetes-list-map-keys"?: readonly string[];
    }
    | {
      readonly type: "object";
      readonly properties: { readonly [name: string]: Schema };
      readonly additionalProperties?: never;
      readonly required?: readonly string[];
      readonly default?: Readonly<Record<string, unknown>>;
    }
    | {
      readonly type: "object";
      readonly additionalProperties: Schema;
      readonly minProperties?: number;
      readonly maxProperties?: number;
    }
    | { readonly type: "object"; readonly "x-kubernetes-preserve-unknown-fields": true }
    /** A scalar or a list (`action`), or also an object (`principal`): no `type`, which would allow only one. */
    | {
      readonly type?: never;
      readonly "x-kubernetes-preserve-unknown-fields": true;
      readonly minItems?: number;
      readonly pattern?: string;
      readonly minProperties?: number;
      readonly maxProperties?: number;
    }
  );

type Defaulted<P> = { [K in keyof P]: P[K] extends { default: unknown } ? K : never }[keyof P];

type Present<S> = S extends { required: readonly (infer R)[]; properties: infer P } ? (R & keyof P) | Defaulted<P>
  : S extends { properties: infer P } ? Defaulted<P>
  : never;

type Properties<P, Required> =
  & { readonly [K in keyof P as K extends Required ? K : never]: Infer<P[K]> }
  & { readonly [K in keyof P as K extends Required ? never : K]?: Infer<P[K]> };

/** The value that the API server hands back: fields with a default are present where their parent is. */
export type Infer<S> = S extends { enum: readonly (infer E)[] } ? E
  : S extends { type: "string" } ? string
  : S extends { type: "integer" } ? number
  : S extends { type: "boolean" } ? boolean
  : S extends { type: "array"; items: infer I } ? readonly Infer<I>[]
  : S extends { properties: infer P } ? Properties<P, Present<S>>
  : S extends { additionalProperties: infer V } ? { readonly [key: string]: Infer<V> }
  : S extends { type: "object" } ? Readonly<Record<string, unknown>>
  : S extends { maxProperties: 0 } ? string | readonly string[]
  : unknown;
