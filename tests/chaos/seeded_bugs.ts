/** Bugs that the operator could have, put between it and its servers. */
import type { Meddler, Next, Passing } from "./gate.ts";

const OURS = /^PATCH \/apis\/s3\.cloud37\.dev\//;
/** Objects that record a creation. */
const CREATING = /\/(buckets|users|iampolicies|bucketpolicies)\/[^/]+$/;

/** A key whose creation was cut off is not deleted, although the service is said to have done so. */
export async function sweepsNothing({ name }: Passing, next: Next): Promise<Response> {
  if (!name.startsWith("iam:DeleteAccessKey")) return await next();
  const id = "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>";
  const headers = { "content-type": "text/xml", "x-amzn-requestid": "1" };
  return new Response(`<DeleteAccessKeyResponse>${id}</DeleteAccessKeyResponse>`, { headers });
}

/** There is no record that a creation is about to follow. */
export async function forgetsCreation({ name, request }: Passing, next: Next): Promise<Response> {
  if (!OURS.test(name) || !name.endsWith("/status")) return await next();
  const { status, ...rest } = await request.clone().json();
  const { creating: _, ...forgetful } = status;
  return await next(withBody(request, { ...rest, status: forgetful }));
}

/** The finalizer comes after the creation, not before it. */
export async function comesLate(passing: Passing, next: Next): Promise<Response> {
  const { name, request } = passing;
  if (!isJsonPatch(passing) || !CREATING.test(name)) return await next();
  const operations: Operation[] = await request.clone().json();
  if (!operations.some(({ op, path }) => op === "add" && path.startsWith("/metadata/finalizers"))) return await next();
  const live = await next(new Request(request.url, { headers: request.headers }));
  const { status } = await live.clone().json();
  return status.creating === undefined && status.ownership === undefined ? live : await next();
}

/** Whatever fails is not there. */
export async function takesFailuresForAbsence({ name }: Passing, next: Next): Promise<Response> {
  const response = await next();
  if (response.ok || !name.startsWith("s3:HEAD")) return response;
  return new Response(null, { status: 404, headers: { "x-amz-request-id": "1" } });
}

/** What was listed last is believed, whatever has become of it since. */
export function believesLists(): Meddler {
  const lists = new Map<string, string>();
  return async ({ request, name }, next) => {
    const { pathname, searchParams } = new URL(request.url);
    if (!name.startsWith("GET /apis/s3.cloud37.dev/") || searchParams.has("watch")) return await next();
    const single = /^(.*)\/namespaces\/[^/]+\/([^/]+)\/([^/]+)$/.exec(pathname);
    if (single) return fromList(lists.get(`${single[1]}/${single[2]}`), single[3]) ?? await next();
    const response = await next();
    lists.set(pathname, await response.clone().text());
    return response;
  };
}

/** A web page in place of the user's keys is a list without any. */
export async function readsWebPages({ name }: Passing, next: Next): Promise<Response> {
  const response = await next();
  const isPage = response.headers.get("content-type") === "text/html";
  if (!isPage || !name.startsWith("iam:ListAccessKeys")) return response;
  const result = "<ListAccessKeysResult><AccessKeyMetadata/><IsTruncated>false</IsTruncated></ListAccessKeysResult>";
  return new Response(`<ListAccessKeysResponse>${result}</ListAccessKeysResponse>`, {
    headers: { "content-type": "text/xml", "x-amzn-requestid": "1" },
  });
}

function fromList(list: string | undefined, name: string | undefined): Response | undefined {
  const items: { metadata: { name: string } }[] = list === undefined ? [] : JSON.parse(list).items;
  const found = items.find(({ metadata }) => metadata.name === name);
  return found && Response.json(found);
}

interface Operation {
  readonly op: string;
  readonly path: string;
}

function isJsonPatch({ name, request }: Passing): boolean {
  return OURS.test(name) && request.headers.get("content-type") === "application/json-patch+json";
}

function withBody({ url, method, headers }: Request, body: unknown): Request {
  return new Request(url, { method, headers, body: JSON.stringify(body) });
}
