import { GetUserCommand } from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { AwsError, type Connection } from "../../lib/aws/api.ts";
import type { Problem } from "../plan.ts";

/** What a look at a Provider's services found. */
export interface Check {
  /** Why the credentials do not work. */
  readonly auth?: Problem | undefined;
  /** Why the endpoint does not answer as S3 does. */
  readonly endpoint?: Problem | undefined;
  /** True when the endpoint was asked at all. */
  readonly asked?: boolean;
  /** Account of the credentials, where IAM tells it. */
  readonly accountId?: string;
  /** The operator's own user, which it must never touch. */
  readonly callerArn?: string;
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
  if (iam === undefined) return {};
  try {
    const { User } = await iam.send(new GetUserCommand({}), { signal });
    const accountId = User?.Arn?.split(":")[4];
    return { ...(accountId ? { accountId } : {}), ...(User?.Arn ? { callerArn: User.Arn } : {}) };
  } catch (error) {
    if (error instanceof AwsError) return {};
    throw error;
  }
}
