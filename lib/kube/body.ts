import { chunksOf } from "../chunks.ts";

/** The text of a body as it comes; it ends with the signal's reason when that aborts. */
export async function* textOf(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunksOf(response, signal)) yield decoder.decode(chunk, { stream: true });
}

/** The whole body as JSON. @throws SyntaxError, what fetch rejects with, or the signal's reason */
export async function readJson<T>(response: Response, signal: AbortSignal): Promise<T> {
  const parts: string[] = [];
  for await (const part of textOf(response, signal)) parts.push(part);
  return JSON.parse(parts.join("")) as T;
}
