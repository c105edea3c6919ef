import { ServiceError } from "./errors.ts";
import type { Caller, Service } from "./service.ts";
import { bodyMatches, type RawRequest, readSignature, type Signature, signatureMatches } from "./sigv4.ts";
import type { AccessKey, User } from "./state.ts";

const LOCKOUT_MS = 5 * 60_000;

/** Who the request is from, and the region it is signed for. Throws what S3 and IAM answer to wrong credentials. */
export function authenticate(service: Service, request: RawRequest): { caller: Caller; region: string } {
  refuseLockedOut(service);
  const signature = readSignature(request);
  if (signature === undefined) return anonymous(service, request);
  const { caller, secret, key } = credential(service, signature);
  if (!signatureMatches(signature, request, secret)) throw wrongTry(service, signatureError());
  if (signature.service === "s3" && !bodyMatches(request)) {
    throw new ServiceError(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided x-amz-content-sha256 does not match the body",
    );
  }
  refuseSkew(service, signature);
  if (key !== undefined) key.lastUsed = { time: service.now(), service: signature.service, region: signature.region };
  return { caller, region: signature.region };
}

function anonymous(service: Service, request: RawRequest): { caller: Caller; region: string } {
  if (request.headers.has("authorization")) {
    throw new ServiceError("InvalidRequest", 400, "The authorization mechanism is not supported; use AWS4-HMAC-SHA256");
  }
  return { caller: { kind: "anonymous", arn: "anonymous" }, region: service.behaviour.region ?? "us-east-1" };
}

interface Credential {
  readonly caller: Caller;
  readonly secret: string;
  readonly key?: AccessKey;
}

function credential(service: Service, signature: Signature): Credential {
  const { root, state } = service;
  if (signature.accessKeyId === root.accessKeyId) {
    return { caller: { kind: "root", arn: rootArn(state.accountId) }, secret: root.secretAccessKey };
  }
  const found = findKey(service, signature.accessKeyId);
  if (found === undefined || !isUsable(service, found.key)) throw wrongTry(service, unknownKey(signature));
  const { user, key } = found;
  return { caller: { kind: "user", arn: user.arn, user }, secret: key.secret, key };
}

function rootArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

export function findKey(service: Service, id: string): { user: User; key: AccessKey } | undefined {
  for (const user of service.state.users.values()) {
    const key = user.keys.find((candidate) => candidate.id === id);
    if (key !== undefined) return { user, key };
  }
  return undefined;
}

/** A key that is inactive, or has not spread yet, is answered like one that does not exist. */
function isUsable({ behaviour, now }: Service, key: AccessKey): boolean {
  return key.status === "Active" && now() >= key.created + behaviour.propagationMs;
}

function unknownKey({ service, accessKeyId }: Signature): ServiceError {
  return service === "s3"
    ? new ServiceError("InvalidAccessKeyId", 403, "The AWS access key Id you provided does not exist in our records.", {
      fields: { AWSAccessKeyId: accessKeyId },
    })
    : new ServiceError("InvalidClientTokenId", 403, "The security token included in the request is invalid.");
}

function signatureError(): ServiceError {
  return new ServiceError(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided.",
  );
}

/** Counts; the try that reaches the limit locks the account, and each after that is refused (docs/wasabi.md). */
function wrongTry({ state, behaviour, now }: Service, error: ServiceError): ServiceError {
  state.wrongTries++;
  if (state.wrongTries % behaviour.lockoutAfter === 0) state.lockedUntil = now() + LOCKOUT_MS;
  return error;
}

function refuseLockedOut({ state, now }: Service): void {
  if (now() >= state.lockedUntil) return;
  throw new ServiceError("AuthenticationLockout", 403, "Too many failed authentication attempts; try again later");
}

function refuseSkew({ behaviour, now }: Service, { time }: Signature): void {
  const sent = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Math.abs(now() - sent) <= behaviour.maxSkewMs || behaviour.maxSkewMs === Infinity) return;
  throw new ServiceError("RequestTimeTooSkewed", 403, "The difference between the request time and ours is too large.");
}
