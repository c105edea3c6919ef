import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryptionByDefault,
} from "@aws-sdk/client-s3";
import { orEmpty } from "../../lib/aws/errors.ts";
import type { Bucket } from "../kinds.ts";
import { aspect } from "./aspect.ts";

interface State {
  readonly algorithm: string;
  readonly kmsKeyId?: string;
}

const NONE: State = { algorithm: "none" };

/**
 * Default encryption. Services encrypt at rest with AES256 unasked, so "none" and AES256 both satisfy "not enabled".
 */
export const encryption = aspect<NonNullable<Bucket["spec"]["encryption"]>, State>({
  field: "encryption",
  label: "encryption",
  operations: { observe: "GetBucketEncryption", apply: "PutBucketEncryption", remove: "DeleteBucketEncryption" },
  initial: NONE,
  knownAtBirth: true,
  desired({ enabled, algorithm, kmsKeyId }) {
    if (!enabled) return NONE;
    // An empty id is none: the service takes its own key.
    return { algorithm, ...(algorithm === "aws:kms" && kmsKeyId ? { kmsKeyId } : {}) };
  },
  satisfies(desired, observed) {
    if (desired.algorithm === "none") return observed.algorithm === "none" || observed.algorithm === "AES256";
    if (desired.algorithm !== observed.algorithm) return false;
    // The service may answer with the key's ARN where its id was given.
    return desired.kmsKeyId === undefined || observed.kmsKeyId === desired.kmsKeyId ||
      observed.kmsKeyId?.endsWith(`/${desired.kmsKeyId}`) === true;
  },
  impliedWithoutFeature: ({ algorithm }) => algorithm !== "aws:kms",
  isRemoval: ({ algorithm }) => algorithm === "none",
  async observe({ s3, bucket: Bucket, signal }) {
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }), { signal })
      .catch(
        orEmpty({ ServerSideEncryptionConfiguration: undefined }, "ServerSideEncryptionConfigurationNotFoundError"),
      );
    const rule = ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
    if (!rule?.SSEAlgorithm) return NONE;
    return { algorithm: rule.SSEAlgorithm, ...(rule.KMSMasterKeyID ? { kmsKeyId: rule.KMSMasterKeyID } : {}) };
  },
  async apply({ s3, bucket: Bucket, signal }, { algorithm, kmsKeyId }) {
    if (algorithm === "none") {
      await s3.send(new DeleteBucketEncryptionCommand({ Bucket }), { signal });
      return;
    }
    const rule = {
      SSEAlgorithm: algorithm,
      ...(kmsKeyId ? { KMSMasterKeyID: kmsKeyId } : {}),
    } as ServerSideEncryptionByDefault;
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }), { signal });
  },
});
