import { invalidArgument, malformedXml, ServiceError } from "../errors.ts";
import type { Answer } from "../service.ts";
import type { XmlObject } from "../xml.ts";
import { bucketOf, listAt, objectOf, type S3Call, type S3Operation, xmlAnswer, xmlBody } from "./call.ts";

/** Lifecycle and CORS rules of a bucket. */
export const ruleOperations: Readonly<Record<string, S3Operation>> = {
  GetBucketLifecycleConfiguration: { action: "s3:GetLifecycleConfiguration", run: getLifecycle },
  PutBucketLifecycleConfiguration: { action: "s3:PutLifecycleConfiguration", run: putLifecycle },
  DeleteBucketLifecycle: { action: "s3:PutLifecycleConfiguration", run: deleteLifecycle },
  GetBucketCors: { action: "s3:GetBucketCORS", run: getCors },
  PutBucketCors: { action: "s3:PutBucketCORS", run: putCors },
  DeleteBucketCors: { action: "s3:PutBucketCORS", run: deleteCors },
};

const LIFECYCLE = {
  lists: ["Rule", "Transition", "NoncurrentVersionTransition", "Tag"],
  numbers: [
    "Days",
    "NoncurrentDays",
    "NewerNoncurrentVersions",
    "DaysAfterInitiation",
    "ObjectSizeGreaterThan",
    "ObjectSizeLessThan",
  ],
  booleans: ["ExpiredObjectDeleteMarker"],
};

/** The header that S3 sends with every answer about lifecycle, and that others drop. */
const SIZE_HEADER = "x-amz-transition-default-minimum-object-size";

function getLifecycle(call: S3Call): Answer {
  const { lifecycle } = bucketOf(call);
  if (lifecycle === undefined) {
    throw new ServiceError("NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist");
  }
  const rules = call.service.behaviour.echoesDefaults ? lifecycle.map(withDefaults) : lifecycle;
  return xmlAnswer("LifecycleConfiguration", { Rule: rules }, sizeHeader(call));
}

function sizeHeader(call: S3Call): Record<string, string> {
  const { rewritesLifecycle, mode } = call.service.behaviour;
  return rewritesLifecycle || mode === "wasabi" ? {} : { [SIZE_HEADER]: "all_storage_classes_128K" };
}

function withDefaults(rule: XmlObject): XmlObject {
  return { Prefix: "", ...rule, Filter: rule.Filter ?? { Prefix: "" } };
}

function putLifecycle(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const rules = listAt(xmlBody(call, "LifecycleConfiguration", LIFECYCLE), "Rule");
  if (rules.length === 0 || rules.length > 1000) throw malformedXml();
  for (const rule of rules) checkRule(call, rule);
  const ids = rules.flatMap(({ ID }) => ID ?? []);
  if (new Set(ids).size < ids.length) {
    throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule");
  }
  const named = rules.map((rule) => rule.ID === undefined ? { ID: call.service.ids.versionId(), ...rule } : rule);
  bucket.lifecycle = call.service.behaviour.rewritesLifecycle ? named.map(oldForm).reverse() : named;
  return { headers: sizeHeader(call) };
}

const ACTIONS = [
  "Expiration",
  "Transition",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
  "AbortIncompleteMultipartUpload",
];

function checkRule(call: S3Call, rule: XmlObject): void {
  if (rule.Status !== "Enabled" && rule.Status !== "Disabled") throw malformedXml();
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml();
  if (String(rule.ID ?? "").length > 255) throw invalidArgument("ID length should not exceed allowed limit of 255");
  if (!ACTIONS.some((action) => action in rule)) {
    throw new ServiceError("InvalidRequest", 400, "At least one action needs to be specified in a rule");
  }
  checkExpiration(rule);
  const transitions = listAt(rule, "Transition");
  if (transitions.length > 0 && !call.service.behaviour.storageClasses) {
    throw invalidArgument("There is one storage class only; transitions are not supported");
  }
  for (const transition of transitions) checkTransition(transition);
}

function checkExpiration(rule: XmlObject): void {
  if (rule.Expiration === undefined) return;
  const { Days, Date: date, ExpiredObjectDeleteMarker } = objectOf(rule.Expiration);
  const given = [Days, date, ExpiredObjectDeleteMarker].filter((value) => value !== undefined);
  if (given.length !== 1) throw malformedXml();
  if (Days !== undefined && Number(Days) < 1) {
    throw invalidArgument("'Days' for Expiration action must be a positive integer");
  }
  if (date !== undefined && !/T00:00:00(\.0+)?Z$/.test(String(date))) {
    throw invalidArgument("'Date' must be at midnight GMT");
  }
}

const CLASSES = ["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"];

function checkTransition({ Days, Date: date, StorageClass }: XmlObject): void {
  if (!CLASSES.includes(String(StorageClass))) throw malformedXml();
  if ((Days === undefined) === (date === undefined)) throw malformedXml();
  if (String(StorageClass).endsWith("_IA") && Days !== undefined && Number(Days) < 30) {
    throw invalidArgument("'Days' in Transition action must be greater than or equal to 30 for this storage class");
  }
}

/** `Filter.Prefix` back to the deprecated `Prefix`. */
function oldForm(rule: XmlObject): XmlObject {
  const { Filter, ...rest } = rule;
  const filter = Filter === undefined ? {} : objectOf(Filter);
  if (Object.keys(filter).some((name) => name !== "Prefix")) return rule;
  return { Prefix: filter.Prefix ?? rule.Prefix ?? "", ...rest };
}

function deleteLifecycle(call: S3Call): Answer {
  bucketOf(call).lifecycle = undefined;
  return { status: 204 };
}

const CORS = {
  lists: ["CORSRule", "AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader"],
  numbers: ["MaxAgeSeconds"],
};

function getCors(call: S3Call): Answer {
  const { cors } = bucketOf(call);
  if (cors === undefined) {
    throw new ServiceError("NoSuchCORSConfiguration", 404, "The CORS configuration does not exist");
  }
  const rules = call.service.behaviour.echoesDefaults ? cors.map((rule) => ({ MaxAgeSeconds: 0, ...rule })) : cors;
  return xmlAnswer("CORSConfiguration", { CORSRule: rules });
}

function putCors(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const rules = listAt(xmlBody(call, "CORSConfiguration", CORS), "CORSRule");
  if (rules.length === 0 || rules.length > 100) throw malformedXml();
  for (const { AllowedMethod, AllowedOrigin } of rules) {
    if (!Array.isArray(AllowedMethod) || !Array.isArray(AllowedOrigin)) throw malformedXml();
    const wrong = AllowedMethod.find((method) => !["GET", "PUT", "POST", "DELETE", "HEAD"].includes(String(method)));
    if (wrong !== undefined) {
      throw new ServiceError("InvalidRequest", 400, `Found unsupported HTTP method in CORS config: ${String(wrong)}`);
    }
  }
  bucket.cors = rules;
  return {};
}

function deleteCors(call: S3Call): Answer {
  bucketOf(call).cors = undefined;
  return { status: 204 };
}
