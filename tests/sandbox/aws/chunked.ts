import { malformedXml, notImplemented } from "./errors.ts";
import type { RawRequest } from "./sigv4.ts";

/**
 * The object's bytes: undoes `aws-chunked`, which the SDKs use to send a checksum after the body. Chunk signatures
 * (`STREAMING-AWS4-…`) are refused rather than left unchecked.
 */
export function payload({ headers, body }: RawRequest): Uint8Array {
  const hash = headers.get("x-amz-content-sha256") ?? "";
  if (!hash.startsWith("STREAMING-")) return body;
  if (!hash.startsWith("STREAMING-UNSIGNED-PAYLOAD")) throw notImplemented("A signature per chunk");
  const chunks: Uint8Array[] = [];
  for (let at = 0;;) {
    const lineEnd = body.indexOf(0x0d, at);
    const size = parseInt(new TextDecoder().decode(body.subarray(at, lineEnd)), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw malformedXml();
    if (size === 0) return concat(chunks);
    const start = lineEnd + 2;
    chunks.push(body.subarray(start, start + size));
    at = start + size + 2;
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
