import type { Attributes } from "../telemetry/tracing/api.ts";
import { serverAttributes } from "../telemetry/tracing/server_attributes.ts";

/** What a call is, before it is sent. */
interface Call {
  readonly api: "s3" | "iam";
  readonly endpoint: string;
  readonly operation: string;
  /** Only the bucket's name is told of it. */
  readonly input: object;
}

/** Attributes of OpenTelemetry's conventions for the AWS SDK and S3 (opentelemetry.io/docs/specs/semconv). */
export function callAttributes({ api, endpoint, operation, input }: Call): Attributes {
  const bucket = (input as { readonly Bucket?: unknown }).Bucket;
  return {
    "rpc.system": "aws-api",
    "rpc.service": api.toUpperCase(),
    "rpc.method": operation,
    ...serverAttributes(endpoint),
    ...(typeof bucket === "string" ? { "aws.s3.bucket": bucket } : {}),
  };
}

/** What an answer says of itself, be it one of success or of an error. */
export function answerAttributes(answer: unknown): Attributes {
  const { httpStatusCode, requestId } = (answer as {
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  } | undefined)?.$metadata ?? {};
  return {
    ...(httpStatusCode === undefined ? {} : { "http.response.status_code": httpStatusCode }),
    ...(requestId === undefined ? {} : { "aws.request_id": requestId }),
  };
}
