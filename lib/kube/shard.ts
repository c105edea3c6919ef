import { createHash } from "node:crypto";
import type { KubeObject } from "./object.ts";
import { parseSelector, type Selector } from "./selector.ts";

/** Which objects are this process's to work on; it sees all others too. */
export interface Shard {
  /** In words, for messages. */
  readonly name: string;
  /** The labels that decide, which a child must have like its parent. */
  readonly keys: readonly string[];
  owns(object: Pick<KubeObject, "metadata">): boolean;
}

/** The only shard of an installation that has no selector. */
export const wholeCluster: Shard = { name: "all objects", keys: [], owns: () => true };

/** The shard of a label selector; that of all objects without one. @throws SyntaxError */
export function shardOf(text: string | undefined): Shard {
  if (text === undefined) return wholeCluster;
  const selector: Selector = parseSelector(text);
  return { name: selector.text, keys: selector.keys, owns: ({ metadata }) => selector.matches(metadata.labels) };
}

/**
 * The Lease of a shard: the operator's own name, and for a selector 8 hex digits of its SHA-256 behind it, as the chart
 * computes them too.
 */
export function leaseNameOf(name: string, selector: string | undefined): string {
  return selector === undefined ? name : `${name}-${createHash("sha256").update(selector).digest("hex").slice(0, 8)}`;
}
