import { untilAborted } from "../until_aborted.ts";

/**
 * The text of a body as it comes. It ends with the signal's reason when that aborts, whatever fetch does: Deno holds
 * the signal that it derives from ours weakly, so that a garbage collection between headers and abort leaves the body
 * open for ever (measured on 2.9.6; docs/adr/0011). Ending early, for whatever reason, frees the socket.
 */
export async function* textOf({ body }: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The whole body as JSON. @throws SyntaxError, what fetch rejects with, or the signal's reason */
export async function readJson<T>(response: Response, signal: AbortSignal): Promise<T> {
  const parts: string[] = [];
  for await (const part of textOf(response, signal)) parts.push(part);
  return JSON.parse(parts.join("")) as T;
}
