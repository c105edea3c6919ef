import { authenticate } from "./authenticate.ts";
import { codeFor, ServiceError } from "./errors.ts";
import { answerQuery } from "./iam/mod.ts";
import { type Api, asServiceError, renderAnswer, renderError } from "./render.ts";
import { answerS3 } from "./s3/mod.ts";
import { routeS3 } from "./s3/route.ts";
import type { Answer, Service } from "./service.ts";
import { type RawRequest, readSignature } from "./sigv4.ts";

/** A request with its body read and its operation known. */
export interface Routed {
  readonly api: Api;
  /** Such as `PutBucketTagging` or `CreateAccessKey`. */
  readonly operation: string;
  readonly request: RawRequest;
}

/** Reads the body and tells S3, IAM and STS apart: by the service that the request is signed for, else by its form. */
export async function route(request: Request): Promise<Routed> {
  const raw: RawRequest = {
    method: request.method,
    url: new URL(request.url),
    headers: request.headers,
    body: new Uint8Array(await request.arrayBuffer()),
  };
  const signed = readSignature(raw)?.service;
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const api = signed === "iam" || signed === "sts" ? signed : signed === undefined && isForm ? "iam" : "s3";
  const operation = api === "s3" ? routeS3(raw).operation : formOf(raw).get("Action") ?? "Unknown";
  return { api, operation, request: raw };
}

function formOf({ method, url, body }: RawRequest): URLSearchParams {
  return method === "POST" ? new URLSearchParams(new TextDecoder().decode(body)) : url.searchParams;
}

/** Runs the request, to the end or to its error. Never throws. */
export function respond(service: Service, routed: Routed): Response {
  const { api, request } = routed;
  const requestId = service.ids.requestId();
  const date = new Date(service.now()).toUTCString();
  try {
    const { headers, ...answer } = run(service, routed, requestId);
    return renderAnswer(api, request.method, requestId, { ...answer, headers: { date, ...headers } });
  } catch (thrown) {
    const { code, status, message, options } = asServiceError(thrown);
    const headers = { date, ...options.headers };
    const error = new ServiceError(codeFor(service.behaviour.mode, code), status, message, { ...options, headers });
    return renderError(api, request.method, requestId, error);
  }
}

function run(service: Service, { api, operation, request }: Routed, requestId: string): Answer {
  const { caller, region } = authenticate(service, request);
  if (api !== "s3") {
    return answerQuery({ service, caller, region, request, operation, parameters: formOf(request) }, requestId);
  }
  const endpoint = service.behaviour.region ?? region;
  if (region !== endpoint) {
    throw new ServiceError(
      "AuthorizationHeaderMalformed",
      400,
      `The authorization header is malformed; the region '${region}' is wrong; expecting '${endpoint}'`,
      { fields: { Region: endpoint } },
    );
  }
  return answerS3({ service, caller, region: endpoint, request, ...routeS3(request) });
}
