import type { Loose } from "../../scenarios/admin.ts";
import { complaints, type Outcome } from "../outcome.ts";
import type { Move, Script } from "./script.ts";

/** Real time that is spent on a failure, milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * The shortest script found that fails in the same way: without moves, then without parts of them. fast-check would
 * shrink what the moves were made of; they are data, and so are their parts, which takes fewer runs.
 */
export async function shortest(
  script: Script,
  { outcome, play }: { readonly outcome: Outcome; readonly play: (script: Script) => Promise<Outcome> },
): Promise<Script> {
  const end = Date.now() + PATIENCE_MS;
  const wanted = new Set(complaints(outcome).map(shapeOf));
  const fails = async (candidate: Script) => {
    const failure = complaints(await play(candidate).catch(failedToPlay)).map(shapeOf);
    return failure.some((each) => wanted.has(each));
  };
  let best = script;
  for (let found = true; found;) {
    found = false;
    // After a success the next candidate has come to the same place.
    for (let at = 0, candidate; (candidate = [...shorterThan(best)][at]) !== undefined && Date.now() < end;) {
      if (await fails(candidate)) [best, found] = [candidate, true];
      else at++;
    }
  }
  return best;
}

/** A run that ended with an error, as an outcome. */
export function failedToPlay(error: unknown): Outcome {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return { broken: [], unsettled: [], difference: [`not played to its end: ${text}`], log: [] };
}

/** What a complaint is about, whichever names and numbers are in it. */
function shapeOf(complaint: string): string {
  return complaint.replaceAll(/"[^"]*"|\S*[/\d…]\S*/g, "").slice(0, 60);
}

/** Many moves fewer first, as most have nothing to do with it. */
function* shorterThan(script: Script): Generator<Script> {
  const { moves } = script;
  for (let size = Math.ceil(moves.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = moves.length - size; from > -size; from -= size) {
      yield { ...script, moves: moves.filter((_, index) => index < from || index >= from + size) };
    }
  }
  if (script.restarts) yield { ...script, restarts: false };
  for (const [index, move] of moves.entries()) {
    for (const less of plainerThan(move)) yield { ...script, moves: moves.with(index, less) };
  }
}

function* plainerThan({ then, ...move }: Move & { readonly then?: number }): Generator<Script["moves"][number]> {
  if (then !== undefined) yield move;
  const pause = then === undefined ? {} : { then };
  if ("spec" in move) { for (const spec of without(move.spec)) yield { ...move, spec, ...pause }; }
}

/** The value without one of its members, however deep. */
function* without(value: Loose): Generator<Loose> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const index of value.keys()) yield value.toSpliced(index, 1);
    for (const [index, each] of value.entries()) for (const less of without(each)) yield value.with(index, less);
    return;
  }
  for (const key of Object.keys(value)) {
    yield Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  }
  for (const [key, each] of Object.entries(value)) for (const less of without(each)) yield { ...value, [key]: less };
}
