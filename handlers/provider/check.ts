import { GetUserCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { AwsError, type Connection } from "../../lib/aws/api.ts";
import { isAwsError } from "../../lib/aws/errors.ts";
import type { Problem } from "../plan.ts";

/** What a look at a Provider's services found. */
export interface Check {
  /** Why the credentials do not work. */
  readonly auth?: Problem | undefined;
  /** Why the endpoint does not answer as S3 does. */
  readonly endpoint?: Problem | undefined;
  /** True when the endpoint was asked at all. */
  readonly asked?: boolean;
  /** Account of the credentials, where IAM tells it; `null` where it does not, absent where it was not heard. */
  readonly accountId?: string | null;
  /** The operator's own user, which it must never touch. */
  readonly callerArn?: string | null;
}

/** Asks S3 for the list of buckets: an answer, even a refusal of the right to list, proves endpoint and credentials. */
export async function checkConnection(connection: Connection, signal: AbortSignal): Promise<Check> {
  try {
    const { Buckets, Owner } = await connection.s3.send(new ListBucketsCommand({}), { signal });
    // A web page that is answered with 200 has neither: the SDK reads any document as an empty answer.
    if (Buckets === undefined && Owner === undefined) return { asked: true, endpoint: notS3(connection) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { errorClass, code, message } = error;
    if (errorClass === "credentials") {
      return { asked: true, auth: { kind: "stalled", reason: "CredentialsInvalid", message } };
    }
    // A user without s3:ListAllMyBuckets may still do all its work. A refusal without a code is a proxy's.
    if (errorClass !== "denied" || code === "Forbidden") {
      return { asked: true, endpoint: { kind: "waiting", reason: "EndpointUnreachable", message, loud: true } };
    }
  }
  return { asked: true, ...await caller(connection, signal) };
}

function notS3({ settings: { endpoint } }: Connection): Problem {
  const message = `${endpoint} answers, but not as S3 does: check spec.endpoint`;
  return { kind: "waiting", reason: "EndpointUnreachable", message, loud: true };
}

/** Who the credentials are, as far as IAM tells; a refusal is no problem, IAM work will say so itself. */
async function caller({ iam }: Connection, signal: AbortSignal): Promise<Pick<Check, "accountId" | "callerArn">> {
  if (iam === undefined) return UNKNOWN;
  try {
    const { User } = await iam.send(new GetUserCommand({}), { signal });
    return { accountId: User?.Arn?.split(":")[4] || null, callerArn: User?.Arn ?? null };
  } catch (error) {
    if (isAwsError(error, "transient", "throttled")) return {};
    // What was known of other credentials must not stay: two accounts could be taken for one.
    if (error instanceof AwsError) return UNKNOWN;
    throw error;
  }
}

const UNKNOWN = { accountId: null, callerArn: null } as const;
