import { fingerprint } from "./fingerprint.ts";
import type { Seed } from "./faults.ts";
import type { Move } from "./moves.ts";
import { settle } from "./settle.ts";
import { copyOf, Violation, type World } from "./world.ts";

/** What an exploration found. */
export interface Findings {
  /** Different situations that were met. */
  readonly states: number;
  /** Moves that were tried. */
  readonly transitions: number;
  /** A script that breaks an invariant; its beginnings do not. */
  readonly violation?: { readonly script: readonly string[]; readonly message: string };
}

interface Node {
  readonly w: World;
  readonly disturbed: number;
  /** Whether it comes to rest is not known yet. */
  readonly isOpen: boolean;
  readonly parent?: Node;
  readonly name?: string;
}

export interface ExploreOptions {
  readonly all: readonly Move[];
  /** Most moves in a script. */
  readonly depth: number;
  /** Most moves in a script that are not usual ones; all may be by default. */
  readonly disturbances?: number;
  readonly seed?: Seed;
}

/** Tries all sequences of moves, breadth first, each situation once, and lets every one come to rest. */
export function explore(
  start: World,
  { all, depth, disturbances = Infinity, seed = {} }: ExploreOptions,
): Findings {
  // With the fewest disturbances that led there: with more of them left, more may follow.
  const seen = new Map([[fingerprint(start), 0]]);
  const settled = new Set<number>();
  let frontier: Node[] = [{ w: start, disturbed: 0, isOpen: true }];
  let transitions = 0;
  for (let level = 1; level <= depth && frontier.length > 0; level++) {
    const following: Node[] = [];
    for (const node of frontier) {
      // What a worker does next leads to a situation that is new: where that one comes to rest, this one does.
      let goesOn = false;
      for (const move of all) {
        const disturbed = node.disturbed + (move.usual ? 0 : 1);
        if (disturbed > disturbances) continue;
        const w = copyOf(node.w);
        const next = { w, disturbed, isOpen: false, parent: node, name: move.name };
        try {
          if (!move.apply(w, seed)) continue;
          transitions++;
          const print = fingerprint(w);
          const before = seen.get(print);
          if (before !== undefined && (before <= disturbed || disturbances === Infinity)) continue;
          seen.set(print, disturbed);
          const isNew = before === undefined;
          if (isNew && move.settles) goesOn = true;
          if (level < depth) following.push({ ...next, isOpen: isNew });
          else if (isNew) settle(copyOf(w), seed, settled);
        } catch (error) {
          return { states: seen.size, transitions, violation: violationOf(error, next, seed) };
        }
      }
      try {
        if (node.isOpen && !goesOn) settle(copyOf(node.w), seed, settled);
      } catch (error) {
        return { states: seen.size, transitions, violation: violationOf(error, node, seed) };
      }
    }
    frontier = following;
  }
  return { states: seen.size, transitions };
}

/** What broke, by the shortest beginning of the script that does not come to rest either. @throws what is no violation */
function violationOf(error: unknown, node: Node, seed: Seed): NonNullable<Findings["violation"]> {
  if (!(error instanceof Violation)) throw error;
  const earlier = node.parent && unrest(node.parent, seed);
  if (earlier) return violationOf(earlier, node.parent!, seed);
  return { script: scriptOf(node), message: error.message };
}

/** Why a situation does not come to rest; `undefined` where it does. */
function unrest({ w }: Node, seed: Seed): unknown {
  try {
    settle(copyOf(w), seed);
    return undefined;
  } catch (error) {
    return error;
  }
}

function scriptOf({ parent, name }: Node): readonly string[] {
  return parent ? [...scriptOf(parent), name!] : [];
}
