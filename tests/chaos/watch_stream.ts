/** What becomes of one line of a watch: these lines come in its place; the stream breaks; or nothing comes any more. */
export type Edited = readonly string[] | "cut" | "end" | "stall";

/** What may happen to an event of a watch, or to the stream in its place. */
export const EVENT_FATES = ["dropped", "doubled", "stalled", "cut", "ended"] as const;
export type EventFate = typeof EVENT_FATES[number];

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The answer of a watch whose lines are edited on their way. The sandbox sends a line a chunk. */
export function editWatch(response: Response, edit: (line: string) => Edited): Response {
  const reader = response.body?.getReader();
  if (!response.ok || reader === undefined) return response;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        const edited = edit(decoder.decode(value));
        if (edited === "stall") return await new Promise<void>(() => {});
        if (edited === "end") return controller.close();
        if (edited === "cut") return controller.error(new TypeError("cut by a fault"));
        if (edited.length === 0) continue;
        for (const line of edited) controller.enqueue(encoder.encode(line));
        return;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, response);
}

/** What becomes of a line that meets the fate. */
export function fateOf(line: string, fate: EventFate): Edited {
  switch (fate) {
    case "dropped":
      return [];
    case "doubled":
      return [line, line];
    case "stalled":
      return "stall";
    case "cut":
      return "cut";
    case "ended":
      return "end";
  }
}

export function isBookmark(line: string): boolean {
  return line.startsWith('{"type":"BOOKMARK"');
}
