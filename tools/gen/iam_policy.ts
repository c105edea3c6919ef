/** Some actions that the operator must be allowed at S3 or IAM: the source of deploy/iam-policy*.json. */
export interface Grant {
  readonly sid: string;
  /** What the actions are about, with the prefix that names begin with. */
  readonly resources: (prefix: string) => readonly string[];
  /** By its name, what the operator needs an action for. */
  readonly actions: Readonly<Record<string, string>>;
}

/** A statement as IAM takes it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}

/** An IAM policy document. */
export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** Stands for the prefix of names in deploy/iam-policy-prefix.json. No bucket can have capitals in its name. */
export const PREFIX = "PREFIX-";

/** By what they are about. */
export const GRANTS: readonly Grant[] = [
  {
    sid: "Buckets",
    resources: (prefix) => [`arn:aws:s3:::${prefix}*`],
    actions: {
      "s3:CreateBucket": "make a bucket",
      "s3:ListBucket": "see whether a bucket is there; list what is in it before `forceDelete`",
      "s3:DeleteBucket": "`deletionPolicy: Delete`",
      "s3:GetBucketVersioning": "`versioning`",
      "s3:PutBucketVersioning": "`versioning`",
      "s3:GetEncryptionConfiguration": "`encryption`",
      "s3:PutEncryptionConfiguration": "`encryption`",
      "s3:GetBucketPublicAccessBlock": "`publicAccess`",
      "s3:PutBucketPublicAccessBlock": "`publicAccess`",
      "s3:GetLifecycleConfiguration": "`lifecycle`",
      "s3:PutLifecycleConfiguration": "`lifecycle`",
      "s3:GetBucketCORS": "`cors`",
      "s3:PutBucketCORS": "`cors`",
      "s3:GetBucketTagging": "`tagging`",
      "s3:PutBucketTagging": "`tagging`",
      "s3:GetBucketPolicy": "BucketPolicy",
      "s3:PutBucketPolicy": "BucketPolicy",
      "s3:DeleteBucketPolicy": "BucketPolicy",
      "s3:ListBucketVersions": "`forceDelete`",
      "s3:ListBucketMultipartUploads": "`forceDelete`",
    },
  },
  {
    sid: "Objects",
    resources: (prefix) => [`arn:aws:s3:::${prefix}*/*`],
    actions: {
      "s3:DeleteObject": "`forceDelete`",
      "s3:DeleteObjectVersion": "`forceDelete`",
      "s3:AbortMultipartUpload": "`forceDelete`",
    },
  },
  {
    sid: "Users",
    resources: (prefix) => [`arn:aws:iam::*:user/${prefix}*`],
    actions: {
      "iam:GetUser": "see whether a user is there",
      "iam:CreateUser": "make a user",
      "iam:DeleteUser": "delete a user that was made here",
      "iam:GetUserPolicy": "the inline policy",
      "iam:PutUserPolicy": "the inline policy",
      "iam:DeleteUserPolicy": "the inline policy",
      "iam:ListAttachedUserPolicies": "`policyRef`",
      "iam:AttachUserPolicy": "`policyRef`",
      "iam:DetachUserPolicy": "`policyRef`",
      "iam:ListUserTags": "`tags` of a User",
      "iam:TagUser": "`tags` of a User",
      "iam:UntagUser": "`tags` of a User",
      "iam:ListAccessKeys": "AccessKey",
      "iam:CreateAccessKey": "AccessKey",
      "iam:UpdateAccessKey": "deactivate an old key before it is deleted",
      "iam:DeleteAccessKey": "AccessKey",
      "iam:ListUserPolicies": "name what a person put on a user that is to be deleted",
      "iam:ListGroupsForUser": "name the groups of a user that is to be deleted",
      "iam:GetLoginProfile": "name the password of a user that is to be deleted",
    },
  },
  {
    sid: "Policies",
    resources: (prefix) => [`arn:aws:iam::*:policy/${prefix}*`],
    actions: {
      "iam:GetPolicy": "see whether a managed policy is there",
      "iam:CreatePolicy": "make a managed policy",
      "iam:DeletePolicy": "delete a managed policy that was made here",
      "iam:GetPolicyVersion": "the document",
      "iam:ListPolicyVersions": "IAM keeps five versions at most",
      "iam:CreatePolicyVersion": "the document",
      "iam:DeletePolicyVersion": "IAM keeps five versions at most",
      "iam:ListEntitiesForPolicy": "`status.attachedUsers`",
      "iam:ListPolicyTags": "`tags` of an IAMPolicy",
      "iam:TagPolicy": "`tags` of an IAMPolicy",
      "iam:UntagPolicy": "`tags` of an IAMPolicy",
    },
  },
  {
    sid: "Keys",
    // IAM finds the user of a key only after it was asked.
    resources: () => ["*"],
    actions: { "iam:GetAccessKeyLastUsed": "`rotate.keepWhileUsedDays`; whose key 0.2.x has left" },
  },
];

/** Who the operator is itself, asked without a name; only where the names of users are limited is it a right apart. */
const OWN: Grant = {
  sid: "Own",
  resources: () => ["arn:aws:iam::*:user/${aws:username}"],
  actions: { "iam:GetUser": "know its own user and account" },
};

/** The least that the credentials of a Provider must allow; with a prefix only for names that begin with it. */
export function iamPolicy({ prefix = "" }: { readonly prefix?: string } = {}): Policy {
  const grants = prefix === "" ? GRANTS : [...GRANTS, OWN];
  const statements = grants.map(({ sid, resources, actions }): Statement => {
    const [first = "", ...more] = resources(prefix);
    return {
      Sid: sid,
      Effect: "Allow",
      Action: Object.keys(actions),
      Resource: more.length === 0 ? first : [first, ...more],
    };
  });
  return { Version: "2012-10-17", Statement: statements };
}
