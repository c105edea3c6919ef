import { handlingBy, type RequestHandler } from "./request_handler.ts";

/** Headers that a service of S3's or IAM's kind puts on every answer, and that no proxy makes up. */
const REQUEST_ID = ["x-amz-request-id", "x-amzn-requestid", "x-amz-id-2"];

/** True where an answer's headers have a request id: S3 or IAM itself has answered. Names are in lower case. */
export function hasRequestId(headers: Readonly<Record<string, string>> = {}): boolean {
  return REQUEST_ID.some((name) => headers[name]);
}

/** An answer that is no answer of S3 or IAM, in the form of the SDK's errors. */
export class UnreadableAnswerError extends Error {
  override readonly name = "UnreadableAnswerError";
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(status: number) {
    super("The answer is a web page, empty, or about something else");
    this.$metadata = { httpStatusCode: status };
  }
}

/** Requests that S3 and IAM answer with something, be it an empty list. */
const QUESTIONS: readonly string[] = ["GET", "POST"];

/**
 * A request handler that takes a web page with status 200, or an empty answer to a question, for what it is: an endpoint
 * that is a console, or a proxy's. The SDK would read it as success with nothing in it: no keys, no policy.
 */
export function refuseWebPages<Handler extends RequestHandler>(handler: Handler): Handler {
  return handlingBy(handler, async (request, options) => {
    const result = await handler.handle(request, options);
    const { statusCode, headers, body } = result.response;
    const isPage = /^text\/html\b/i.test(headers["content-type"] ?? "");
    const isEmpty = QUESTIONS.includes(request.method) && headers["content-length"] === "0";
    if (statusCode >= 300 || !(isPage || isEmpty) || hasRequestId(headers)) return result;
    await body?.cancel?.();
    body?.destroy?.();
    throw new UnreadableAnswerError(statusCode);
  });
}
