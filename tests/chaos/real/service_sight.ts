import {
  GetPolicyVersionCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  type Policy,
} from "@aws-sdk/client-iam";
import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import type { Clients } from "../../sandbox/aws/contract/case.ts";
import type { MadeKeys } from "./made_keys.ts";
import type { SeenKey, SeenPolicy, Sight } from "../sight.ts";

type Seen = Omit<Sight, "objects">;

const MOST_LOOKS = 5;

/** What is at the service, as its API shows it; secrets are those that were seen when the keys were made. */
export async function seeService(clients: Pick<Clients, "s3" | "iam">, made: MadeKeys): Promise<Seen> {
  for (let look = 1;; look++) {
    try {
      return await seeOnce(clients, made);
    } catch (error) {
      // What was listed a moment ago may be gone.
      if (!isNotFound(error) || look === MOST_LOOKS) throw error;
    }
  }
}

async function seeOnce({ s3, iam }: Pick<Clients, "s3" | "iam">, made: MadeKeys): Promise<Seen> {
  const [{ Buckets = [] }, { Users = [] }, { Policies = [] }] = await Promise.all([
    s3.send(new ListBucketsCommand({})),
    iam.send(new ListUsersCommand({})),
    iam.send(new ListPoliciesCommand({ Scope: "Local" })),
  ]);
  const [buckets, users, policies] = await Promise.all([
    Promise.all(Buckets.map(async ({ Name = "" }) => [Name, await seeBucket(s3, Name)] as const)),
    Promise.all(Users.map(async ({ UserName = "" }) => [UserName, await seeUser(iam, UserName, made)] as const)),
    Promise.all(Policies.map((policy) => seePolicy(iam, policy))),
  ]);
  return { buckets: new Map(buckets), users: new Map(users), policies };
}

async function seeBucket(s3: Clients["s3"], Bucket: string): Promise<unknown> {
  const [policy, tags, cors, lifecycle, encryption, versioning, publicAccess, objects, uploads] = await Promise.all([
    orNothing(s3.send(new GetBucketPolicyCommand({ Bucket }))),
    orNothing(s3.send(new GetBucketTaggingCommand({ Bucket }))),
    orNothing(s3.send(new GetBucketCorsCommand({ Bucket }))),
    orNothing(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    orNothing(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
    orNothing(s3.send(new GetBucketVersioningCommand({ Bucket }))),
    orNothing(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
    s3.send(new ListObjectVersionsCommand({ Bucket })),
    s3.send(new ListMultipartUploadsCommand({ Bucket })),
  ]);
  return {
    policy: policy?.Policy,
    tags: tags?.TagSet,
    cors: cors?.CORSRules,
    lifecycle: lifecycle?.Rules,
    encryption: encryption?.ServerSideEncryptionConfiguration,
    versioning: versioning?.Status,
    publicAccess: publicAccess?.PublicAccessBlockConfiguration,
    objects: objects.Versions?.map(({ Key }) => Key),
    uploads: uploads.Uploads?.map(({ Key }) => Key),
  };
}

async function seeUser(iam: Clients["iam"], UserName: string, made: MadeKeys) {
  const [{ AccessKeyMetadata = [] }, { PolicyNames = [] }, { AttachedPolicies = [] }, { Tags = [] }] = await Promise
    .all([
      iam.send(new ListAccessKeysCommand({ UserName })),
      iam.send(new ListUserPoliciesCommand({ UserName })),
      iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
      iam.send(new ListUserTagsCommand({ UserName })),
    ]);
  const inline = await Promise.all(PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
    return [PolicyName, PolicyDocument] as const;
  }));
  const keys = AccessKeyMetadata.map(({ AccessKeyId: id = "", Status: status = "" }): SeenKey => {
    return { id, status, secret: made.secretOf(id) ?? "somebody's", created: made.rankOf(id) };
  });
  return { keys, inline: Object.fromEntries(inline), attached: AttachedPolicies, tags: Tags };
}

async function seePolicy(
  iam: Clients["iam"],
  { PolicyName = "", Arn, DefaultVersionId }: Policy,
): Promise<SeenPolicy> {
  const [{ PolicyVersion }, { Tags }] = await Promise.all([
    iam.send(new GetPolicyVersionCommand({ PolicyArn: Arn, VersionId: DefaultVersionId })),
    iam.send(new ListPolicyTagsCommand({ PolicyArn: Arn })),
  ]);
  return { name: PolicyName, document: PolicyVersion?.Document, tags: Tags };
}

/** What is not set is answered with 404. */
async function orNothing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;
}
