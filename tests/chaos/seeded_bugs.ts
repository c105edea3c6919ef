import type { Next, Passing } from "./gate.ts";

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
