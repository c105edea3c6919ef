/** Bugs that the operator could have, put between it and its servers. */
import type { Meddler, Next, Passing } from "./gate.ts";

const OURS = /^PATCH \/apis\/s3\.cloud37\.dev\//;

/** A key whose creation was cut off is not deleted, although the service is said to have done so. */
export async function sweepsNothing({ name }: Passing, next: Next): Promise<Response> {
  if (!name.startsWith("iam:DeleteAccessKey")) return await next();
  const id = "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>";
  const headers = { "content-type": "text/xml", "x-amzn-requestid": "1" };
  return new Response(`<DeleteAccessKeyResponse>${id}</DeleteAccessKeyResponse>`, { headers });
}

/** The finalizer comes without the record that a creation is about to follow. */
export async function forgetsCreation(passing: Passing, next: Next): Promise<Response> {
  if (!isJsonPatch(passing)) return await next();
  return await next(
    await edited(passing.request, (body) => (body as Operation[]).filter((each) => !isOf(each, "annotations"))),
  );
}

/** The finalizer comes after the creation, not before it. */
export async function comesLate(passing: Passing, next: Next): Promise<Response> {
  if (!isJsonPatch(passing)) return await next();
  const request = await edited(passing.request, (body) => {
    const operations = body as Operation[];
    const claims = operations.some((each) => isOf(each, "annotations"));
    return claims ? operations.filter((each) => !isOf(each, "finalizers")) : operations;
  });
  return await next(request);
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

function isOf({ path }: Operation, part: string): boolean {
  return path.startsWith(`/metadata/${part}`);
}

function isJsonPatch({ name, request }: Passing): boolean {
  return OURS.test(name) && request.headers.get("content-type") === "application/json-patch+json";
}

async function edited(request: Request, edit: (body: unknown) => unknown): Promise<Request> {
  const body = JSON.stringify(edit(await request.clone().json()));
  return new Request(request.url, { method: request.method, headers: request.headers, body });
}
