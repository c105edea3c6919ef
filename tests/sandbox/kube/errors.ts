import type { FieldError } from "./field_errors.ts";
import type { JsonObject } from "./object.ts";

interface GroupAndName {
  readonly group: string;
  readonly plural: string;
}

/** A failure as the API server words it: `kind: Status`. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;

  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  body(): JsonObject {
    const { message, reason, details, code } = this;
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      ...(reason === "" ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

export function notFound(resource: GroupAndName, name: string): StatusError {
  const details = detailsOf(resource, name);
  return new StatusError(404, "NotFound", `${qualified(resource)} "${name}" not found`, details);
}

export function alreadyExists(resource: GroupAndName, name: string, isDeleted: boolean): StatusError {
  const message = `${isDeleted ? "object is being deleted: " : ""}${qualified(resource)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, detailsOf(resource, name));
}

const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

export function conflict(resource: GroupAndName, name: string, why = MODIFIED): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, detailsOf(resource, name));
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 422 with one cause a field. `kind` and `group` are empty for what is not an object of a kind. */
export function invalidObject(
  { group, kind }: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  // A path that is empty prints like this.
  const fieldOf = (error: FieldError) => error.field === "" ? "<nil>" : error.field;
  const texts = [...new Set(errors.map((error) => `${fieldOf(error)}: ${error.message}`))];
  const text = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const type = group === "" ? kind : `${kind}.${group}`;
  return new StatusError(422, "Invalid", `${type} "${name}" is invalid: ${text}`, {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    ...(kind === "" ? {} : { kind }),
    causes: errors.map((error) => ({ reason: error.type, message: error.message, field: fieldOf(error) })),
  });
}

export function forbiddenBy(resource: GroupAndName, name: string, why: string, causes: JsonObject[]): StatusError {
  const message = `${qualified(resource)} "${name}" is forbidden: ${why}`;
  return new StatusError(403, "Forbidden", message, {
    ...detailsOf(resource, name),
    ...(causes.length === 0 ? {} : { causes }),
  });
}

export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

export function tooLarge(asked: number, current: number): StatusError {
  return new StatusError(504, "Timeout", `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

function qualified({ group, plural }: GroupAndName): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: GroupAndName, name: string): JsonObject {
  return { name, ...(group === "" ? {} : { group }), kind: plural };
}
