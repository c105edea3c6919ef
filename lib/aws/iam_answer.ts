import { handlingBy, type RequestHandler } from "./request_handler.ts";
import { hasRequestId, UnreadableAnswerError } from "./web_page.ts";

/** `<DeleteUserResponse …>`, after a declaration; not `<ErrorResponse …>`. */
const RESPONSE = /^\s*(<\?[^>]*>\s*)?<(\w+:)?(?!ErrorResponse\b)\w+Response[\s/>]/;

/**
 * A request handler that takes a document with status 200 that is no IAM response for what it is. Every answer of IAM
 * has a root element `…Response` (IAM API Reference, "Making query requests"); the SDK reads any other as success with
 * nothing in it, also for a deletion that never was.
 */
export function expectIamResponses<Handler extends RequestHandler>(handler: Handler): Handler {
  return handlingBy(handler, async (request, options) => {
    const result = await handler.handle(request, options);
    const { response } = result;
    if (response.statusCode >= 300 || response.body === undefined) return result;
    const body = await collect(response.body);
    const text = await body.text();
    const isIam = text.trim() === "" ? hasRequestId(response.headers) : RESPONSE.test(text);
    if (!isIam) throw new UnreadableAnswerError(response.statusCode);
    response.body = body.stream();
    return result;
  });
}

async function collect(body: AsyncIterable<Uint8Array> | Blob): Promise<Blob> {
  if (body instanceof Blob) return body;
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return new Blob(parts as BlobPart[]);
}
