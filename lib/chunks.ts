import { untilAborted } from "./until_aborted.ts";

/**
 * The bytes of a body as they come. It ends with the signal's reason when that aborts, whatever fetch does: Deno holds
 * the signal that it derives from ours weakly, so that a garbage collection between headers and abort leaves the body
 * open for ever (measured on 2.9.6; docs/adr/0011). Ending early, for whatever reason, frees the socket.
 */
export async function* chunksOf({ body }: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
