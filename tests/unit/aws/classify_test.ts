import assert from "node:assert/strict";
import { AwsError, type ErrorClass } from "../../../lib/aws/api.ts";
import {
  classify,
  hasCode,
  isAwsError,
  isNotFound,
  isNotImplemented,
  orEmpty,
  orGone,
} from "../../../lib/aws/errors.ts";

/** Class, then the answers of that class as `status code`: AWS's spellings and Wasabi's. */
const CLASSES: Readonly<Record<ErrorClass, readonly string[]>> = {
  transient: [
    "0 NetworkError",
    "0 TimeoutError",
    "500 InternalError",
    "500 ServiceFailure",
    "500 StatusInternalServerError",
    "502 Http502",
    "503 ServiceUnavailable",
    "503 Unavailable",
    "504 Http504",
    "410 DisconnectError",
    "410 ConnectionClosed",
    "408 Http408",
    "400 RequestTimeout",
    "403 RequestTimeTooSkewed",
    "409 OperationAborted",
    "409 ConcurrentModification",
    "409 EntityTemporarilyUnmodifiable",
    "307 TemporaryRedirect",
    "307 Http307",
  ],
  throttled: [
    "503 SlowDown",
    "429 TooManyRequests",
    "429 Http429",
    "400 Throttling",
    "400 ThrottlingException",
    "400 Throttling.User",
    "400 Throttled",
    "400 RequestThrottled",
    "400 RequestLimitExceeded",
    "400 RequestRateLimitExceeded",
  ],
  credentials: [
    "403 InvalidAccessKeyId",
    "403 SignatureDoesNotMatch",
    "403 InvalidClientTokenId",
    "400 UnrecognizedClient",
    "400 ExpiredToken",
    "400 InvalidToken",
    "403 AccessForbidden",
    "403 AccountProblem",
    "403 AccountNotActivated",
    "403 AuthenticationLockout",
  ],
  denied: ["403 AccessDenied", "403 AllAccessDisabled", "401 Http401", "403 Forbidden", "403 Http403"],
  notFound: [
    "404 NoSuchBucket",
    "404 NoSuchBucketPolicy",
    "404 NoSuchTagSet",
    "404 NoSuchTagSetError",
    "404 NoSuchCORSConfiguration",
    "404 NoSuchLifecycleConfiguration",
    "404 NoSuchPublicAccessBlockConfiguration",
    "404 ServerSideEncryptionConfigurationNotFoundError",
    "404 NoSuchUpload",
    "404 NoSuchEntity",
    "404 DBEntityNotFound",
    "404 NotFound",
  ],
  exists: [
    "409 BucketAlreadyExists",
    "409 BucketAlreadyOwnedByYou",
    "409 EntityAlreadyExists",
    "409 DBEntityFound",
  ],
  conflict: ["409 BucketNotEmpty", "409 DeleteConflict", "409 LimitExceeded"],
  terminal: [
    "400 MalformedPolicy",
    "400 MalformedPolicyDocument",
    "400 MalformedXML",
    "400 InvalidArgument",
    "400 InvalidBucketName",
    "400 TooManyBuckets",
    "501 NotImplemented",
    "501 Http501",
    "400 InvalidAction",
    "405 MethodNotAllowed",
    "301 PermanentRedirect",
    "400 Http400",
    "400 NeverHeardOf",
    "404 Http404",
    "404 NeverHeardOf",
  ],
};

for (const [expected, answers] of Object.entries(CLASSES)) {
  for (const answer of answers) {
    Deno.test(`classify() takes ${answer} for ${expected}`, () => {
      const [status = "", code = ""] = answer.split(" ");
      assert.equal(classify(code, Number(status)), expected);
    });
  }
}

for (const status of [0, 301, 307, 400, 401, 403, 405, 408, 409, 410, 429, 500, 501, 502, 503, 504]) {
  Deno.test(`classify() takes no ${status} for absent, whatever its code`, () => {
    for (const answer of CLASSES.notFound) {
      assert.notEqual(classify(answer.replace(/^404 /, ""), status), "notFound");
    }
  });
}

for (const [code, status, expected] of [["NoSuchBucket", 503, "transient"], ["NoSuchEntity", 403, "denied"]] as const) {
  Deno.test(`classify() goes by the status of a ${status} ${code}`, () => {
    assert.equal(classify(code, status), expected);
  });
}

function errorOf(code: string, status: number): AwsError {
  return new AwsError("s3", "GetBucketTagging", classify(code, status), code, status, code);
}

for (
  const [code, status, expected] of [
    ["NotImplemented", 501, true],
    ["Http501", 501, true],
    ["InvalidAction", 400, true],
    ["MethodNotAllowed", 405, true],
    ["InvalidArgument", 400, false],
    ["AccessDenied", 403, false],
    ["InternalError", 500, false],
  ] as const
) {
  Deno.test(`isNotImplemented() says ${expected} of ${status} ${code}`, () => {
    assert.equal(isNotImplemented(errorOf(code, status)), expected);
  });
}

Deno.test("isNotImplemented() and isNotFound() say false of errors that are not the service's", () => {
  const error = Object.assign(new Error("no"), { code: "NotImplemented", status: 501, errorClass: "notFound" });
  assert.equal(isNotImplemented(error), false);
  assert.equal(isNotFound(error), false);
});

Deno.test("isAwsError() without classes takes every class", () => {
  assert.equal(isAwsError(errorOf("SlowDown", 503)), true);
  assert.equal(isAwsError(errorOf("SlowDown", 503), "throttled", "denied"), true);
  assert.equal(isAwsError(errorOf("SlowDown", 503), "denied"), false);
  assert.equal(isAwsError(new Error("no")), false);
});

Deno.test("hasCode() compares the code, not the class", () => {
  assert.equal(hasCode(errorOf("NoSuchKey", 404), "NoSuchBucket", "NoSuchKey"), true);
  assert.equal(hasCode(errorOf("NoSuchKey", 404), "NoSuchBucket"), false);
});

Deno.test("orEmpty() answers empty for the codes named, and only with status 404", () => {
  const absent = orEmpty([], "NoSuchTagSet");
  assert.deepEqual(absent(errorOf("NoSuchTagSet", 404)), []);
  for (const error of [errorOf("NoSuchBucket", 404), errorOf("NoSuchTagSet", 500), new TypeError("no")]) {
    assert.throws(() => absent(error), error);
  }
});

Deno.test("orGone() takes a definite 404 for gone, and nothing else", () => {
  assert.equal(orGone(errorOf("NoSuchBucket", 404)), undefined);
  for (const error of [errorOf("Http404", 404), errorOf("AccessDenied", 403), new TypeError("no")]) {
    assert.throws(() => orGone(error), error);
  }
});
