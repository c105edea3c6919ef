import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { AwsError, type Connection, type ConnectionSettings, type Credentials } from "../../lib/aws/api.ts";

/** How the services say that they do not know a key (yet); any other refusal means that they know it. */
const UNKNOWN_KEY = new Set(["InvalidAccessKeyId", "InvalidClientTokenId", "SignatureDoesNotMatch"]);

/** Bound on the one call, milliseconds. */
const PROOF_TIMEOUT_MS = 5_000;

export interface ProveOptions {
  readonly settings: ConnectionSettings;
  readonly connect: (settings: ConnectionSettings) => Connection;
  readonly signal: AbortSignal;
}

/**
 * Whether the service takes a signed call with the pair: IAM is eventually consistent, and a key is fit for use only
 * once S3 answers it. Without an answer that says so, it counts as not yet.
 */
export async function prove(credentials: Credentials, { settings, connect, signal }: ProveOptions): Promise<boolean> {
  const { accessKeyId, secretAccessKey } = credentials;
  const connection = connect({
    ...settings,
    credentials: { accessKeyId, secretAccessKey },
    retry: { ...settings.retry, maxAttempts: 1 },
  });
  try {
    await connection.s3.send(new ListBucketsCommand({}), { signal, timeoutMs: PROOF_TIMEOUT_MS });
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.status > 0 && error.status < 500 && error.errorClass !== "throttled" && !UNKNOWN_KEY.has(error.code);
  } finally {
    connection.close();
  }
}
