import { redactText } from "../telemetry/redact_text.ts";
import { AwsError } from "./api.ts";
import { classify } from "./errors.ts";
import { hasRequestId } from "./web_page.ts";

/** The parts of an SDK error that tell something. */
interface SdkError {
  readonly name?: string;
  readonly Code?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** Names that the SDK makes up where the service named no code. */
const NAMELESS = /^(Error|SyntaxError|TypeError|Unknown|UnknownError|\d{3})$/;

/** Codes for answers without a body, as HEAD gives them. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  301: "PermanentRedirect",
  400: "BadRequest",
  403: "Forbidden",
  405: "MethodNotAllowed",
  429: "TooManyRequests",
  500: "InternalError",
  501: "NotImplemented",
  503: "ServiceUnavailable",
};

/** A condition's message must stay readable, whatever a service sends. */
const MOST_LENGTH = 1_000;

/**
 * An SDK error as ours. What varies from call to call (request ids, times, hosts) is left out of the message, so that a
 * condition with it does not change from try to try.
 */
export function translate(api: "s3" | "iam", operation: string, endpoint: string, error: unknown): AwsError {
  const sdk = error as SdkError;
  const status = sdk.$metadata?.httpStatusCode ?? sdk.$response?.statusCode ?? 0;
  const own = { cause: error };
  if (status === 0 || (status < 300 && status > 0)) return withoutAnswer(api, operation, endpoint, status, sdk);
  const given = sdk.Code || (isMadeUp(operation, status, sdk) ? "Unknown" : sdk.name || "Unknown");
  const isProxy = status === 405 && !hasRequestId(sdk.$response?.headers);
  const code = NAMELESS.test(given)
    ? (!isProxy && CODE_OF_STATUS[status]) || `Http${status}`
    : given.replace(/Exception$/, "");
  const region = sdk.$response?.headers?.["x-amz-bucket-region"];
  const text = code === "PermanentRedirect" && region
    ? `the bucket is in region ${region}: use a Provider for that region`
    : NAMELESS.test(given) || NAMELESS.test(sdk.message ?? "")
    ? `the service answered with status ${status}`
    : sanitize(sdk.message ?? "");
  return new AwsError(
    api,
    operation,
    classify(code, status),
    code,
    status,
    `${operation}: ${code}${text ? `: ${text}` : ""}`,
    own,
  );
}

/**
 * The SDK calls every 404 that it cannot read "NotFound", be it an error page of a proxy. Only to a HEAD, which has no
 * body, it may be the service's own word, and then the answer has a request id.
 */
function isMadeUp(operation: string, status: number, { Code, name, $response }: SdkError): boolean {
  if (status !== 404 || Code !== undefined || name !== "NotFound") return false;
  return !operation.startsWith("Head") || !hasRequestId($response?.headers);
}

/** Nothing that can be read came back: no connection, a cut body, an answer that is no XML. */
function withoutAnswer(
  api: "s3" | "iam",
  operation: string,
  endpoint: string,
  status: number,
  sdk: SdkError,
): AwsError {
  const host = URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
  const timeout = (sdk.name === "TimeoutError" || sdk.name === "AbortError") && !CUT.has(sdk.code);
  const code = timeout ? "TimeoutError" : status > 0 ? "UnreadableAnswer" : "NetworkError";
  const text = timeout
    ? `${host} did not answer in time`
    : status > 0
    ? `${host} does not answer as ${api === "s3" ? "S3" : "IAM"} does`
    : `Cannot reach ${host}: ${networkCause(sdk)}`;
  return new AwsError(api, operation, "transient", code, 0, `${operation}: ${text}`, { cause: sdk });
}

/** A connection that was cut, which the SDK calls a time-out where Node's client is under it. */
const CUT: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE"]);

/** The innermost cause in words, without addresses and ports, which may vary. */
function networkCause(error: SdkError): string {
  const text = [error.message ?? "", error.cause instanceof Error ? error.cause.message : ""].join(" ").toLowerCase()
    // A bucket's name in a URL says nothing of the cause.
    .replaceAll(/https?:\/\/\S*/g, "");
  // Deno's words; what is denied are the addresses of docs/adr/0016.
  if (/requires net access/.test(text)) return "addresses where clouds hand out credentials are denied to the operator";
  if (/certificate|tls|ssl|unknownissuer|self.signed/.test(text)) {
    return "its TLS certificate is not trusted; see spec.tls";
  }
  if (/dns|lookup|resolve|enotfound|name or service not known/.test(text)) return "its name cannot be resolved";
  if (/refused/.test(text)) return "connection refused";
  if (/reset|closed|incomplete|eof|body|hang up|epipe/.test(text)) return "the connection was cut";
  return "no connection";
}

/** What varies from call to call. */
const VARYING: readonly RegExp[] = [
  /\s*\(?\b(request|host|trace)[ -]?id\b[:=]?\s*[\w+/=-]+[,;]?\)?/gi,
  /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  // 2026-01-31T12:00:00Z, 20260131T120000Z, and Sat, 31 Jan 2026 12:00:00 GMT.
  /\b\d{4}-\d\d-\d\d[T ][\d:.]+(Z|[+-]\d\d:?\d\d)?/g,
  /\b\d{8}T\d{6}Z?/g,
  /\b[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} [\d:]+ (GMT|UTC)\b/g,
];

/** Removes request ids, host ids, times, query strings and secrets; masks access key ids. */
function sanitize(message: string): string {
  const steady = VARYING.reduce((text, pattern) => text.replaceAll(pattern, ""), message.slice(0, MOST_LENGTH));
  return redactText(steady.replaceAll(/(https?:\/\/[^\s?]+)\?\S*/g, "$1"))
    .replaceAll(/\s+/g, " ")
    .trim();
}
