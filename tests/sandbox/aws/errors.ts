/** What a service answers instead of a result. Rendered as S3's or the query protocol's XML by `server.ts`. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  /**
   * @param code the service's error code, such as `NoSuchBucket`
   * @param status HTTP status
   */
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly options: { headers?: Record<string, string>; fields?: Record<string, string> } = {},
  ) {
    super(message);
  }
}

export function noSuchBucket(bucket: string): ServiceError {
  return new ServiceError("NoSuchBucket", 404, "The specified bucket does not exist", {
    fields: { BucketName: bucket },
  });
}

/** @param what such as `user with name app` */
export function noSuchEntity(what: string): ServiceError {
  return new ServiceError("NoSuchEntity", 404, `The ${what} cannot be found.`);
}

export function entityExists(what: string): ServiceError {
  return new ServiceError("EntityAlreadyExists", 409, `${what} already exists.`);
}

export function deleteConflict(message: string): ServiceError {
  return new ServiceError("DeleteConflict", 409, message);
}

export function limitExceeded(what: string, limit: number): ServiceError {
  return new ServiceError("LimitExceeded", 409, `Cannot exceed quota for ${what}: ${limit}`);
}

export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationError", 400, message);
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError("InvalidArgument", 400, message);
}

export function malformedXml(): ServiceError {
  return new ServiceError("MalformedXML", 400, "The XML you provided was not well-formed or did not match the schema");
}

export function notImplemented(operation: string): ServiceError {
  return new ServiceError("NotImplemented", 501, `${operation} is not implemented by this service`);
}

/** IAM's words; the last part says why, as AWS does. */
export function accessDenied(who: string, action: string, resource: string, why: string): ServiceError {
  return new ServiceError(
    "AccessDenied",
    403,
    `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because ${why}`,
  );
}

const WASABI_CODES: Readonly<Record<string, string>> = {
  NoSuchEntity: "DBEntityNotFound",
  EntityAlreadyExists: "DBEntityFound",
  InvalidClientTokenId: "InvalidAccessKeyId",
  ServiceFailure: "StatusInternalServerError",
  InternalError: "StatusInternalServerError",
  ServiceUnavailable: "Unavailable",
};

/** The code as the mode spells it (docs.wasabi.com). */
export function codeFor(mode: "aws" | "wasabi", code: string): string {
  return mode === "wasabi" ? WASABI_CODES[code] ?? code : code;
}
