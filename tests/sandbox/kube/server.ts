import { discover } from "./discovery.ts";
import { StatusError } from "./errors.ts";
import { type JsonObject, jsonOf, type KubeObject } from "./object.ts";
import { openApi } from "./openapi.ts";
import { fromProtobuf } from "./protobuf.ts";
import { get, list, listText, servedOf } from "./read.ts";
import { remove, removeAll } from "./remove.ts";
import { isWatch, REVIEW, type Target } from "./route.ts";
import type { Call, Service } from "./service.ts";
import { metadataList, metadataOnly, table, viewOf } from "./table.ts";
import type { Watches } from "./watch.ts";
import { create, patch, replace, type Written } from "./write.ts";

/** A request with its body read and its target known. */
export interface Routed {
  readonly request: Request;
  readonly url: URL;
  readonly body: string;
  readonly target: Target | undefined;
}

const JSON_TYPE = { "content-type": "application/json" };

/** Runs the request, to the end or to its error. Never throws. */
export function respond(service: Service, watches: Watches, routed: Routed): Response {
  const warnings: string[] = [];
  try {
    const response = run(service, watches, { ...routed, warnings });
    for (const text of warnings) response.headers.append("warning", `299 - ${JSON.stringify(text)}`);
    return response;
  } catch (thrown) {
    const error = thrown instanceof StatusError
      ? thrown
      : new StatusError(500, "InternalError", `Internal error occurred: ${(thrown as Error).stack}`);
    return failure(error);
  }
}

/** An error as the server sends it. */
export function failure(error: StatusError): Response {
  return answer(JSON.stringify(error.body()), error.code);
}

function run(service: Service, watches: Watches, routed: Routed & { readonly warnings: string[] }): Response {
  const { request, url, body, target, warnings } = routed;
  if (url.pathname === REVIEW && request.method === "POST") {
    return answer(JSON.stringify(review(JSON.parse(body))), 201);
  }
  if (target === undefined) return elsewhere(service, url.pathname);
  const call: Call = {
    service,
    ...target,
    query: url.searchParams,
    body,
    headers: request.headers,
    warnings,
  };
  const { method } = request;
  if (target.name === undefined) return collection(call, watches, method);
  if (method === "GET") return isWatch(call.query) ? watches.open(oneWatch(call)) : shown(call, get(call));
  if (method === "PUT") return written(call, replace(call));
  if (method === "PATCH") return written(call, patch(call));
  if (method === "DELETE" && target.subresource === undefined) return removed(call);
  throw notAllowed();
}

function collection(call: Call, watches: Watches, method: string): Response {
  if (method === "GET") return isWatch(call.query) ? watches.open(call) : listed(call);
  if (call.namespace === undefined && call.resource.namespaced) throw notAllowed();
  if (method === "POST") return written(call, create(call));
  if (method === "DELETE") {
    const page = { objects: removeAll(call), metadata: { resourceVersion: String(call.service.storage.revision) } };
    return answer(listText(call.resource, page));
  }
  throw notAllowed();
}

/** A watch of one object is one of the list with a field selector. */
function oneWatch(call: Call): Call {
  const query = new URLSearchParams(call.query);
  query.set("fieldSelector", `metadata.name=${call.name}`);
  return { ...call, query };
}

function elsewhere({ resources }: Service, path: string): Response {
  if (path === "/healthz" || path === "/readyz" || path === "/livez") {
    return new Response("ok", { headers: { "content-type": "text/plain; charset=utf-8" } });
  }
  const found = discover(path.replace(/(.)\/$/, "$1"), resources) ?? openApi(path, resources);
  if (found !== undefined) return answer(JSON.stringify(found));
  return new Response("404 page not found\n", {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}

/** Everybody may do everything here. */
function review(asked: JsonObject): JsonObject {
  const all = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };
  const nonResource = { verbs: ["*"], nonResourceURLs: ["*"] };
  return { ...asked, status: { resourceRules: [all], nonResourceRules: [nonResource], incomplete: false } };
}

function listed(call: Call): Response {
  const { resource, query, headers, service } = call;
  const page = list(call);
  const view = viewOf(headers.get("accept") ?? "");
  if (view === "object") return answer(listText(resource, page));
  if (view === "metadata") return answer(JSON.stringify(metadataList(page.objects, page.metadata)));
  const include = query.get("includeObject") ?? "Metadata";
  return answer(JSON.stringify(table({ resource, ...page, include, now: service.now() })));
}

function shown({ resource, query, headers, service }: Call, object: KubeObject, status = 200): Response {
  const view = viewOf(headers.get("accept") ?? "");
  if (view === "object") return answer(jsonOf(object), status);
  if (view === "metadata") return answer(JSON.stringify(metadataOnly(object)), status);
  const { resourceVersion } = object.metadata;
  const include = query.get("includeObject") ?? "Metadata";
  const options = { resource, objects: [object], metadata: { resourceVersion }, include, now: service.now() };
  return answer(JSON.stringify(table(options)), status);
}

function written(call: Call, { created, object }: Written): Response {
  return shown(call, servedOf(call.resource, object), created ? 201 : 200);
}

function removed(call: Call): Response {
  const result = remove(call);
  return isStatus(result) ? answer(JSON.stringify(result)) : shown(call, servedOf(call.resource, result as KubeObject));
}

function isStatus(result: KubeObject | JsonObject): boolean {
  return result["kind"] === "Status";
}

function notAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError(405, "MethodNotAllowed", message, {});
}

function answer(text: string, status = 200): Response {
  return new Response(text, { status, headers: JSON_TYPE });
}

/** Reads the body, which only writes have, as the text of a JSON value. @throws StatusError */
export async function readBody(request: Request): Promise<string> {
  if (request.method === "GET") return "";
  const isProtobuf = request.headers.get("content-type")?.includes("protobuf") ?? false;
  if (!isProtobuf) return await request.text();
  const bytes = await request.bytes();
  return bytes.length === 0 ? "" : JSON.stringify(fromProtobuf(bytes));
}
