import { accessDenied, ServiceError } from "../errors.ts";
import type { Call, Service } from "../service.ts";
import type { Bucket, User } from "../state.ts";
import { parseDocument, type PolicyDocument } from "./document.ts";
import { identityVerdict, type Question, resourceVerdict, type Verdict } from "./evaluate.ts";
import { isPublic } from "./public.ts";

/** What a call wants to do. */
export interface Wish {
  readonly action: string;
  readonly resource: string;
  /** The bucket whose policy has a say, for S3 calls. */
  readonly bucket?: Bucket | undefined;
  readonly facts?: Readonly<Record<string, string | undefined>>;
}

/** Throws `AccessDenied` unless the caller may. The account's root user may do everything. */
export function authorize(call: Call, wish: Wish): void {
  const { caller, service } = call;
  if (caller.kind === "root") return;
  const refusal = refusalOf(call, wish);
  if (caller.kind === "user") {
    const { action, resource } = wish;
    const decision = { arn: caller.arn, action, resource, allowed: refusal === undefined };
    service.asked.set(Object.values(decision).join(" "), decision);
  }
  if (refusal !== undefined) throw refusal;
}

function refusalOf(call: Call, wish: Wish): ServiceError | undefined {
  const { caller } = call;
  const question = { caller, action: wish.action, resource: wish.resource, facts: factsOf(call, wish) };
  const own = caller.kind === "user" ? identityVerdict(documentsOf(call.service, caller.user), question) : undefined;
  const bucket = wish.bucket === undefined ? undefined : bucketVerdict(wish.bucket, question);
  if (own === "Deny" || bucket === "Deny") return denied(wish, caller.arn, "of an explicit deny");
  if (own === "Allow" || bucket === "Allow") return undefined;
  return denied(wish, caller.arn, `no policy allows the ${wish.action} action`);
}

/** The same as a question, which nobody asked for. */
export function isAllowed(call: Call, wish: Wish): boolean {
  return call.caller.kind === "root" || refusalOf(call, wish) === undefined;
}

function denied(wish: Wish, arn: string, why: string): ServiceError {
  return arn === "anonymous"
    ? new ServiceError("AccessDenied", 403, "Access Denied")
    : accessDenied(arn, wish.action, wish.resource, why);
}

function documentsOf({ state }: Service, user: User): PolicyDocument[] {
  const attached = [...user.attached].map((arn) => {
    const policy = state.policies.get(arn);
    return policy?.versions.find(({ id }) => id === policy.defaultVersion)?.document;
  });
  return [...user.inline.values(), ...attached].flatMap((text) => parseDocument(text ?? "") ?? []);
}

function bucketVerdict(bucket: Bucket, question: Question): Verdict {
  const document = bucket.policy === undefined ? undefined : parseDocument(bucket.policy);
  if (document === undefined) return undefined;
  const isCutOff = question.caller.kind === "anonymous" && bucket.publicAccess?.RestrictPublicBuckets === true;
  return isCutOff && isPublic(document) ? undefined : resourceVerdict(document, question, bucket.policyPrincipals);
}

function factsOf({ caller, request, service }: Call, wish: Wish): Question["facts"] {
  return {
    "aws:PrincipalArn": caller.kind === "anonymous" ? undefined : caller.arn,
    "aws:PrincipalAccount": caller.kind === "anonymous" ? undefined : service.state.accountId,
    "aws:username": caller.kind === "user" ? caller.user.name : undefined,
    "aws:userid": caller.kind === "user" ? caller.user.id : undefined,
    "aws:SecureTransport": String(request.url.protocol === "https:"),
    "aws:SourceIp": "127.0.0.1",
    ...wish.facts,
  };
}
