/** The part of the SDK's requests that is looked at here. */
export interface HttpRequest {
  readonly method: string;
}

/** The part of the SDK's answers that is looked at here. */
export interface HttpResponse {
  readonly statusCode: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A web stream, a Node stream, or what the SDK reads whole. */
  body?: (AsyncIterable<Uint8Array> | Blob) & { cancel?(): Promise<void>; destroy?(): void };
}

/** The part of the SDK's request handlers that is used here. */
export interface RequestHandler {
  handle(request: HttpRequest, options?: unknown): Promise<{ readonly response: HttpResponse }>;
}

/** The same request handler, but for how it handles requests. */
export function handlingBy<Handler extends RequestHandler>(
  handler: Handler,
  handle: RequestHandler["handle"],
): Handler {
  return Object.assign(Object.create(handler), { handle });
}
