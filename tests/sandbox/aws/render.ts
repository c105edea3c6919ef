import { ServiceError } from "./errors.ts";
import type { Answer } from "./service.ts";
import { writeXml } from "./xml.ts";

export type Api = "s3" | "iam" | "sts";

/** The answer over HTTP. S3 and IAM each have their own header for the request id. */
export function renderAnswer(api: Api, method: string, requestId: string, answer: Answer): Response {
  const headers = new Headers(answer.headers);
  headers.set(api === "s3" ? "x-amz-request-id" : "x-amzn-requestid", requestId);
  const status = answer.status ?? 200;
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
  return new Response(hasBody ? answer.body as BodyInit ?? "" : null, { status, headers });
}

/** An error in the form of its API: S3's `<Error>`, the query protocol's `<ErrorResponse>`; a HEAD has no body. */
export function renderError(api: Api, method: string, requestId: string, error: ServiceError): Response {
  const { code, message, status, options } = error;
  const isSender = status < 500;
  const body = api === "s3"
    ? writeXml("Error", { Code: code, Message: message, ...options.fields, RequestId: requestId, HostId: "sandbox" })
    : writeXml("ErrorResponse", {
      Error: { Type: isSender ? "Sender" : "Receiver", Code: code, Message: message },
      RequestId: requestId,
    });
  const headers = { "content-type": api === "s3" ? "application/xml" : "text/xml", ...options.headers };
  return renderAnswer(api, method, requestId, { status, headers, body });
}

/** What goes wrong in the sandbox itself: said to the client, with the message, so that a test shows it. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError("InternalError", 500, `The sandbox failed: ${error instanceof Error ? error.stack : error}`);
}
