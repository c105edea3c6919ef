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
  /** The shortest script that breaks an invariant. */
  readonly violation?: { readonly script: readonly string[]; readonly message: string };
}

interface Node {
  readonly w: World;
  readonly disturbed: number;
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
  let frontier: Node[] = [{ w: start, disturbed: 0 }];
  let transitions = 0;
  for (let level = 0; level < depth && frontier.length > 0; level++) {
    const following: Node[] = [];
    for (const node of frontier) {
      for (const move of all) {
        const disturbed = node.disturbed + (move.usual ? 0 : 1);
        if (disturbed > disturbances) continue;
        const w = copyOf(node.w);
        try {
          if (!move.apply(w, seed)) continue;
          transitions++;
          const print = fingerprint(w);
          const before = seen.get(print);
          if (before !== undefined && (before <= disturbed || disturbances === Infinity)) continue;
          seen.set(print, disturbed);
          if (before === undefined) settle(copyOf(w), seed, settled);
        } catch (error) {
          if (!(error instanceof Violation)) throw error;
          const violation = { script: [...scriptOf(node), move.name], message: error.message };
          return { states: seen.size, transitions, violation };
        }
        if (level < depth - 1) following.push({ w, disturbed, parent: node, name: move.name });
      }
    }
    frontier = following;
  }
  return { states: seen.size, transitions };
}

function scriptOf({ parent, name }: Node): readonly string[] {
  return parent ? [...scriptOf(parent), name!] : [];
}
