import { malformedXml, ServiceError } from "../errors.ts";
import { authorize } from "../policy/authorize.ts";
import type { Answer } from "../service.ts";
import type { Bucket } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { bucketOf, listAt, type S3Call, type S3Operation, xmlAnswer, xmlBody } from "./call.ts";
import { removeObject } from "./objects.ts";

/** Many objects at once; each is allowed or refused by itself, so the request as a whole needs no permission. */
export const deleteObjects: S3Operation = { action: "", run };

function run(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const body = xmlBody(call, "Delete", { lists: ["Object"], booleans: ["Quiet"] });
  const entries = listAt(body, "Object");
  if (entries.length === 0 || entries.length > 1000) throw malformedXml();
  const results = entries.map((entry) => remove(call, bucket, entry));
  return xmlAnswer("DeleteResult", {
    Deleted: body.Quiet === true ? [] : results.flatMap(({ deleted }) => deleted ?? []),
    Error: results.flatMap(({ error }) => error ?? []),
  });
}

function remove(call: S3Call, bucket: Bucket, entry: XmlObject): { deleted?: XmlObject; error?: XmlObject } {
  const Key = String(entry.Key ?? "");
  const versionId = entry.VersionId === undefined ? undefined : String(entry.VersionId);
  const bypass = call.request.headers.get("x-amz-bypass-governance-retention")?.toLowerCase() === "true";
  try {
    const action = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
    authorize(call, { action, resource: `arn:aws:s3:::${bucket.name}/${Key}`, bucket });
    const removed = removeObject(call.service, bucket, Key, { versionId, bypass });
    const marker = removed.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: removed.versionId } : {};
    return { deleted: { Key, VersionId: versionId, ...marker } };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { error: { Key, VersionId: versionId, Code: error.code, Message: error.message } };
  }
}
