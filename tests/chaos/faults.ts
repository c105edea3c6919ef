import type { Next, Passing } from "./gate.ts";
import { Gate } from "./gate.ts";

/** How a request is answered instead. */
export interface ChaosFault {
  readonly name: string;
  /** The request is carried out all the same; whoever refuses does not. */
  readonly after: boolean;
  answer(passing: Passing): Response | Promise<Response>;
}

/** Refusals and failures as S3, IAM and Kubernetes put them; 404 is a proxy's, for the service's own would be the truth. */
const REFUSALS = {
  "400 RequestRateLimitExceeded": refusal(400, "RequestRateLimitExceeded"),
  "403": refusal(403, "AccessDenied", "Forbidden"),
  "404 of a proxy": () => page(404),
  "409": refusal(409, "OperationAborted", "Conflict"),
  "410": refusal(410, "Gone", "Expired"),
  "429 with Retry-After": refusal(429, "SlowDown", "TooManyRequests"),
  "501": refusal(501, "NotImplemented", "NotImplemented"),
} as const;

const FAILURES = {
  "500": refusal(500, "InternalError", "InternalError"),
  "503": refusal(503, "ServiceUnavailable", "ServiceUnavailable"),
  "a cut body": () => cut(),
  "a reset": () => Promise.reject(new TypeError("connection reset by a fault")),
  "no answer": () => Gate.never(),
} as const;

/** Success, and a body that says something else. */
const BODIES = {
  "a web page": () => page(200),
  "a body of another kind": ({ side }: Passing) => side === "kube" ? Response.json({ kind: "Other" }) : other(),
} as const;

/** Success, and a body that says nothing: it is the service's own answer to many changes, so these are carried out. */
const NOTHING = {
  "an empty body": () => new Response("", { headers: { "content-type": "application/xml", "content-length": "0" } }),
} as const;

function faultsOf(answers: Readonly<Record<string, ChaosFault["answer"]>>, after: boolean): ChaosFault[] {
  const suffix = after ? ", carried out" : "";
  return Object.entries(answers).map(([name, answer]) => ({ name: `${name}${suffix}`, after, answer }));
}

/** All ways in which a single request can go wrong. */
export const allFaults: readonly ChaosFault[] = [
  ...faultsOf(REFUSALS, false),
  ...faultsOf(FAILURES, false),
  ...faultsOf(FAILURES, true),
  ...faultsOf(BODIES, false),
  ...faultsOf(BODIES, true),
  ...faultsOf(NOTHING, true),
];

/** Answers a request by the fault. */
export async function fail(fault: ChaosFault, passing: Passing, next: Next): Promise<Response> {
  if (fault.after) await (await next()).body?.cancel();
  return await fault.answer(passing);
}

function refusal(status: number, code: string, reason = code): ChaosFault["answer"] {
  return ({ side, request }) => {
    const headers = { "retry-after": "3", "x-amz-request-id": "fault" };
    const message = "told to fail";
    if (side === "kube") {
      const body = { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, code: status };
      return Response.json(body, { status, headers });
    }
    const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    const iam = `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    const isS3 = !new URL(request.url).pathname.endsWith("/") || request.method !== "POST";
    const body = request.method === "HEAD" ? null : isS3 ? xml : iam;
    return new Response(body, { status, headers: { ...headers, "content-type": "application/xml" } });
  };
}

function page(status: number): Response {
  return new Response("<html>nothing to see here</html>", { status, headers: { "content-type": "text/html" } });
}

function other(): Response {
  const body = '<?xml version="1.0"?><Other><Thing>1</Thing></Other>';
  return new Response(body, { headers: { "content-type": "application/xml", "x-amz-request-id": "fault" } });
}

/** Some bytes of a body, then the end of the connection. */
function cut(): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("<?xml version")),
    pull: (controller) => controller.error(new TypeError("cut by a fault")),
  });
  return new Response(body, { headers: { "content-type": "application/xml", "content-length": "1000" } });
}
