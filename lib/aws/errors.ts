import { AwsError, type ErrorClass } from "./api.ts";

/** Error codes by class: AWS's spellings and Wasabi's (docs.wasabi.com). */
const CODES: Readonly<Record<Exclude<ErrorClass, "transient">, ReadonlySet<string>>> = {
  throttled: new Set([
    "SlowDown",
    "Throttled",
    "RequestThrottled",
    "TooManyRequests",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "PriorRequestNotComplete",
    // Wasabi answers this with status 400, so that the SDK does not take it for throttling.
    "RequestRateLimitExceeded",
  ]),
  credentials: new Set([
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidClientTokenId",
    "UnrecognizedClient",
    "ExpiredToken",
    "InvalidToken",
    "AccessForbidden",
    "AccountProblem",
    "AccountNotActivated",
    "AuthenticationLockout",
  ]),
  denied: new Set(["AccessDenied", "AllAccessDisabled", "UnauthorizedOperation"]),
  notFound: new Set([
    "NotFound",
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchTagSet",
    "NoSuchTagSetError",
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchKey",
    "NoSuchUpload",
    "NoSuchVersion",
    "NoSuchEntity",
    "DBEntityNotFound",
  ]),
  exists: new Set([
    "BucketAlreadyExists",
    "BucketAlreadyOwnedByYou",
    "EntityAlreadyExists",
    "DBEntityFound",
  ]),
  conflict: new Set([
    "BucketNotEmpty",
    "DeleteConflict",
    "LimitExceeded",
  ]),
  terminal: new Set([
    "MalformedPolicy",
    "MalformedPolicyDocument",
    "MalformedXML",
    "InvalidArgument",
    "InvalidInput",
    "InvalidBucketName",
    "TooManyBuckets",
    "NotImplemented",
    "InvalidAction",
    "MethodNotAllowed",
    "PermanentRedirect",
    "IllegalLocationConstraint",
    "InvalidLocationConstraint",
  ]),
};

/** Codes by which a service says that it does not have a feature at all. */
const NOT_IMPLEMENTED = new Set(["NotImplemented", "InvalidAction", "MethodNotAllowed"]);

/** `Throttling`, `ThrottlingException`, `Throttling.User` and their like. */
const THROTTLING = /^Throttling/;

/** Transient answers that a 4xx status hides. */
const TRANSIENT = new Set([
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "OperationAborted",
  "ConcurrentModification",
  "EntityTemporarilyUnmodifiable",
  // A bucket whose name has not spread yet.
  "TemporaryRedirect",
  "DisconnectError",
  "ConnectionClosed",
]);

/**
 * The class of an answer, by its code without `Exception` at the end. Only a 404 with a not-found code means absent:
 * 301, 400, 403, 405, 5xx and time-outs never do.
 * @param status HTTP status; 0 without an answer
 */
export function classify(code: string, status: number): ErrorClass {
  if (status === 0 || TRANSIENT.has(code)) return "transient";
  if (status === 429 || CODES.throttled.has(code) || THROTTLING.test(code)) return "throttled";
  if (CODES.credentials.has(code)) return "credentials";
  if (status === 404 && CODES.notFound.has(code)) return "notFound";
  for (const each of ["exists", "conflict", "denied", "terminal"] as const) if (CODES[each].has(code)) return each;
  if (status === 501) return "terminal";
  if (status >= 500 || status === 307 || status === 408 || status === 410) return "transient";
  return status === 401 || status === 403 ? "denied" : "terminal";
}

export function isAwsError(error: unknown, ...classes: readonly ErrorClass[]): error is AwsError {
  return error instanceof AwsError && (classes.length === 0 || classes.includes(error.errorClass));
}

export function isNotFound(error: unknown): boolean {
  return isAwsError(error, "notFound");
}

export function hasCode(error: unknown, ...codes: readonly string[]): error is AwsError {
  return error instanceof AwsError && codes.includes(error.code);
}

/** True for an answer that says: this service does not have that operation. */
export function isNotImplemented(error: unknown): boolean {
  return error instanceof AwsError && (NOT_IMPLEMENTED.has(error.code) || error.status === 501);
}

/** An answer of success without what must be in it: whatever has answered, it was not the service. */
export function emptyAnswer(api: "s3" | "iam", operation: string, missing: string): AwsError {
  return new AwsError(api, operation, "transient", "EmptyAnswer", 200, `${operation} answered without ${missing}`);
}

/** For `.catch`: answers `empty` when a sub-resource is definitely not there; throws the rest on. */
export function orEmpty<T>(empty: T, ...codes: readonly string[]): (error: unknown) => T {
  return (error) => {
    if (error instanceof AwsError && error.errorClass === "notFound" && codes.includes(error.code)) return empty;
    throw error;
  };
}

/** For `.catch` of a deletion: what is gone already is fine. */
export function orGone(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
