import { ServiceError } from "../errors.ts";
import { isRecord, listOf, parseDocument, type PolicyDocument } from "../policy/document.ts";
import { echoPolicy } from "../policy/echo.ts";
import { isPublic } from "../policy/public.ts";
import { validateBucketPolicy } from "../policy/validate.ts";
import type { Answer, Service } from "../service.ts";
import type { Bucket } from "../state.ts";
import { bucketOf, type S3Call, type S3Operation, xmlAnswer } from "./call.ts";

/** The policy of a bucket. */
export const policyOperations: Readonly<Record<string, S3Operation>> = {
  GetBucketPolicy: { action: "s3:GetBucketPolicy", run: getPolicy },
  PutBucketPolicy: { action: "s3:PutBucketPolicy", run: putPolicy },
  DeleteBucketPolicy: { action: "s3:DeleteBucketPolicy", run: deletePolicy },
  GetBucketPolicyStatus: { action: "s3:GetBucketPolicyStatus", run: getPolicyStatus },
};

function withPolicy(call: S3Call): Bucket & { policy: string } {
  const bucket = bucketOf(call);
  if (bucket.policy === undefined) {
    throw new ServiceError("NoSuchBucketPolicy", 404, "The bucket policy does not exist", {
      fields: { BucketName: bucket.name },
    });
  }
  return bucket as Bucket & { policy: string };
}

function getPolicy(call: S3Call): Answer {
  const { state, behaviour } = call.service;
  const body = echoPolicy(withPolicy(call), state, behaviour.policyEcho);
  return { headers: { "content-type": "application/json" }, body };
}

function putPolicy(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const text = new TextDecoder().decode(call.request.body);
  const document = validateBucketPolicy(call.service, bucket.name, text);
  const isBlocked = call.service.behaviour.refusesPublicPolicies || bucket.publicAccess?.BlockPublicPolicy === true;
  if (isBlocked && isPublic(document)) {
    throw new ServiceError(
      "AccessDenied",
      403,
      `User: ${call.caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: ` +
        `"arn:aws:s3:::${bucket.name}" because public policies are blocked by the BlockPublicPolicy block public access ` +
        "setting.",
    );
  }
  bucket.policy = text;
  bucket.policyPrincipals = principalsOf(call.service, document);
  return { status: 204 };
}

function principalsOf({ state }: Service, document: PolicyDocument): Map<string, string> {
  const names = document.Statement.flatMap(({ Principal, NotPrincipal }) => {
    const principal = Principal ?? NotPrincipal;
    return isRecord(principal) ? listOf(principal.AWS).map(String) : [];
  });
  const users = [...state.users.values()].filter(({ arn }) => names.includes(arn));
  return new Map(users.map(({ arn, id }) => [arn, id]));
}

function deletePolicy(call: S3Call): Answer {
  bucketOf(call).policy = undefined;
  return { status: 204 };
}

function getPolicyStatus(call: S3Call): Answer {
  const document = parseDocument(withPolicy(call).policy);
  return xmlAnswer("PolicyStatus", { IsPublic: document !== undefined && isPublic(document) });
}
