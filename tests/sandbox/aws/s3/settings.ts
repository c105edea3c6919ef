import { invalidArgument, malformedXml, ServiceError } from "../errors.ts";
import type { Answer } from "../service.ts";
import type { Bucket } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { defaultEncryption } from "./buckets.ts";
import { bucketOf, listAt, objectOf, type S3Call, type S3Operation, xmlAnswer, xmlBody } from "./call.ts";

/** Versioning, encryption, public access block and tags of a bucket. */
export const settingOperations: Readonly<Record<string, S3Operation>> = {
  GetBucketVersioning: { action: "s3:GetBucketVersioning", run: getVersioning },
  PutBucketVersioning: { action: "s3:PutBucketVersioning", run: putVersioning },
  GetBucketEncryption: { action: "s3:GetEncryptionConfiguration", run: getEncryption },
  PutBucketEncryption: { action: "s3:PutEncryptionConfiguration", run: putEncryption },
  DeleteBucketEncryption: { action: "s3:PutEncryptionConfiguration", run: deleteEncryption },
  GetPublicAccessBlock: { action: "s3:GetBucketPublicAccessBlock", run: getPublicAccess },
  PutPublicAccessBlock: { action: "s3:PutBucketPublicAccessBlock", run: putPublicAccess },
  DeletePublicAccessBlock: { action: "s3:PutBucketPublicAccessBlock", run: deletePublicAccess },
  GetBucketTagging: { action: "s3:GetBucketTagging", run: getTagging },
  PutBucketTagging: { action: "s3:PutBucketTagging", run: putTagging },
  DeleteBucketTagging: { action: "s3:PutBucketTagging", run: deleteTagging },
};

function getVersioning(call: S3Call): Answer {
  const { versioning } = bucketOf(call);
  const isTold = call.service.behaviour.echoesDefaults && versioning !== undefined;
  return xmlAnswer("VersioningConfiguration", { Status: versioning, MfaDelete: isTold ? "Disabled" : undefined });
}

function putVersioning(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const { Status, MfaDelete } = xmlBody(call, "VersioningConfiguration");
  if (Status !== "Enabled" && Status !== "Suspended") throw illegalVersioning();
  if (MfaDelete === "Enabled") {
    throw new ServiceError("InvalidRequest", 400, "MFA delete needs the root user's device: x-amz-mfa is missing");
  }
  if (bucket.objectLock && Status === "Suspended") {
    throw new ServiceError("InvalidBucketState", 409, "Object Lock is enabled; versioning cannot be suspended");
  }
  bucket.versioning = Status;
  return {};
}

function illegalVersioning(): ServiceError {
  return new ServiceError("IllegalVersioningConfigurationException", 400, "The versioning configuration is not valid");
}

const ENCRYPTION = { lists: ["Rule"], booleans: ["BucketKeyEnabled"] };

function getEncryption(call: S3Call): Answer {
  const { encryption } = bucketOf(call);
  if (encryption === undefined) {
    throw new ServiceError(
      "ServerSideEncryptionConfigurationNotFoundError",
      404,
      "The server side encryption configuration was not found",
    );
  }
  return xmlAnswer("ServerSideEncryptionConfiguration", { Rule: encryption });
}

function putEncryption(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const rules = listAt(xmlBody(call, "ServerSideEncryptionConfiguration", ENCRYPTION), "Rule");
  if (rules.length !== 1) throw malformedXml();
  bucket.encryption = rules.map((rule) => {
    const applied = objectOf(rule.ApplyServerSideEncryptionByDefault ?? "");
    checkAlgorithm(call, applied);
    return { BucketKeyEnabled: false, ...rule };
  });
  return {};
}

function checkAlgorithm(call: S3Call, { SSEAlgorithm, KMSMasterKeyID }: XmlObject): void {
  if (!["AES256", "aws:kms", "aws:kms:dsse"].includes(String(SSEAlgorithm))) throw malformedXml();
  if (SSEAlgorithm === "AES256" && KMSMasterKeyID !== undefined) {
    throw invalidArgument("a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms");
  }
  if (SSEAlgorithm !== "AES256" && call.service.behaviour.mode === "wasabi") {
    throw new ServiceError("NotImplemented", 501, "There is no key management service here");
  }
}

function deleteEncryption(call: S3Call): Answer {
  bucketOf(call).encryption = call.service.behaviour.newBucketDefaults ? defaultEncryption() : undefined;
  return { status: 204 };
}

const ACCESS_FIELDS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] as const;

function getPublicAccess(call: S3Call): Answer {
  const { publicAccess } = bucketOf(call);
  if (publicAccess === undefined) {
    throw new ServiceError(
      "NoSuchPublicAccessBlockConfiguration",
      404,
      "The public access block configuration was not found",
    );
  }
  return xmlAnswer("PublicAccessBlockConfiguration", { ...publicAccess });
}

function putPublicAccess(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const body = xmlBody(call, "PublicAccessBlockConfiguration", { booleans: ACCESS_FIELDS });
  const [acls, ignore, policy, restrict] = ACCESS_FIELDS.map((field) => body[field] === true);
  bucket.publicAccess = {
    BlockPublicAcls: acls ?? false,
    IgnorePublicAcls: ignore ?? false,
    BlockPublicPolicy: policy ?? false,
    RestrictPublicBuckets: restrict ?? false,
  };
  return {};
}

function deletePublicAccess(call: S3Call): Answer {
  bucketOf(call).publicAccess = undefined;
  return { status: 204 };
}

/** What a service may add by itself; a client cannot set, change or remove it, but may send it along as it is. */
const SYSTEM_TAGS: Readonly<Record<string, string>> = { "aws:createdBy": "sandbox" };

function shownTags(call: S3Call): Record<string, string> {
  return { ...(call.service.behaviour.echoesDefaults ? SYSTEM_TAGS : {}), ...bucketOf(call).tags };
}

function getTagging(call: S3Call): Answer {
  const tags = shownTags(call);
  const entries = Object.entries(tags);
  if (entries.length === 0) throw new ServiceError("NoSuchTagSet", 404, "The TagSet does not exist");
  return xmlAnswer("Tagging", { TagSet: { Tag: entries.map(([Key, Value]) => ({ Key, Value })) } });
}

function putTagging(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const system = Object.entries(shownTags(call)).filter(([key]) => key.startsWith("aws:"));
  const tags = tagsIn(xmlBody(call, "Tagging", { lists: ["Tag"] }), Object.fromEntries(system));
  if (Object.keys(bucket.tags ?? {}).some((key) => key.startsWith("aws:") && !(key in tags))) {
    throw new ServiceError("InvalidTag", 400, "System tags cannot be removed by requester");
  }
  bucket.tags = tags;
  return { status: 204 };
}

function tagsIn(body: XmlObject, system: Readonly<Record<string, string>>): NonNullable<Bucket["tags"]> {
  const tags: Record<string, string> = {};
  const invalid = (message: string) => new ServiceError("InvalidTag", 400, message);
  for (const tag of listAt(objectOf(body.TagSet ?? ""), "Tag")) {
    const key = String(tag.Key ?? "");
    if (key === "" || key.length > 128) throw invalid("The TagKey you have provided is invalid");
    if (String(tag.Value ?? "").length > 256) throw invalid("The TagValue you have provided is invalid");
    if (key.startsWith("aws:") && system[key] !== tag.Value) {
      throw invalid("System tags cannot be added/updated by requester");
    }
    if (Object.hasOwn(tags, key)) throw invalid("Cannot provide multiple Tags with the same key");
    tags[key] = String(tag.Value ?? "");
  }
  if (Object.keys(tags).length > 50) {
    throw new ServiceError("BadRequest", 400, "Bucket tag count cannot be greater than 50");
  }
  return tags;
}

function deleteTagging(call: S3Call): Answer {
  bucketOf(call).tags = undefined;
  return { status: 204 };
}
