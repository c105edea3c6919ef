/** What is wrong with one field; `field` is a path such as `spec.rules[0].id`. */
export interface FieldError {
  readonly type:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueTypeInvalid"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueDuplicate";
  readonly field: string;
  /** As in `details.causes[].message`. */
  readonly message: string;
}

/** In place of a value that is not shown. */
export const OMITTED = Symbol("omitted");

export function required(field: string, detail = ""): FieldError {
  return { type: "FieldValueRequired", field, message: withDetail("Required value", detail) };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: "FieldValueInvalid", field, message: withDetail(withValue("Invalid value", value), detail) };
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { type: "FieldValueTypeInvalid", field, message: withDetail(withValue("Invalid value", value), detail) };
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const values = supported.map((each) => JSON.stringify(typeof each === "string" ? each : JSON.stringify(each)));
  const message = withDetail(withValue("Unsupported value", value), `supported values: ${values.join(", ")}`);
  return { type: "FieldValueNotSupported", field, message };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: "FieldValueForbidden", field, message: withDetail("Forbidden", detail) };
}

export function tooLong(field: string, most: number): FieldError {
  const message = `Too long: may not be more than ${most} byte${most === 1 ? "" : "s"}`;
  return { type: "FieldValueTooLong", field, message };
}

export function tooMany(field: string, count: number, most: number): FieldError {
  const message = `Too many: ${count}: must have at most ${most} item${most === 1 ? "" : "s"}`;
  return { type: "FieldValueTooMany", field, message };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: "FieldValueDuplicate", field, message: withValue("Duplicate value", value) };
}

function withValue(text: string, value: unknown): string {
  if (value === OMITTED) return text;
  return `${text}: ${value === undefined ? "null" : JSON.stringify(value)}`;
}

function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}
