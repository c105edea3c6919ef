import type { Next, Passing } from "./gate.ts";

const OURS = /^PATCH \/apis\/s3\.cloud37\.dev\//;

/** Before CreateAccessKey nothing is recorded: the intent is taken out of what is written. */
export async function forgetsIntent(passing: Passing, next: Next): Promise<Response> {
  if (!isWriteTo(passing, /\/accesskeys\/[^/]+\/status$/)) return await next();
  return await next(await edited(passing.request, (body) => withoutIntent(body as StatusPatch)));
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

interface StatusPatch {
  readonly status?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly op: string;
  readonly path: string;
}

function withoutIntent({ status, ...rest }: StatusPatch): unknown {
  const { keyIntent: _, ...others } = status ?? {};
  return { ...rest, status: others };
}

function isOf({ path }: Operation, part: string): boolean {
  return path.startsWith(`/metadata/${part}`);
}

function isWriteTo({ name }: Passing, path: RegExp): boolean {
  return OURS.test(name) && path.test(name);
}

function isJsonPatch({ name, request }: Passing): boolean {
  return OURS.test(name) && request.headers.get("content-type") === "application/json-patch+json";
}

async function edited(request: Request, edit: (body: unknown) => unknown): Promise<Request> {
  const body = JSON.stringify(edit(await request.clone().json()));
  return new Request(request.url, { method: request.method, headers: request.headers, body });
}
