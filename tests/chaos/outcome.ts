import type { Broken } from "./invariants.ts";

/** What went wrong in one run; nothing where the lists are empty. */
export interface Outcome {
  readonly broken: readonly Broken[];
  /** Objects that are neither Ready nor gone. */
  readonly unsettled: readonly string[];
  /** How the end differs from that of an undisturbed run. */
  readonly difference: readonly string[];
  /** The operator's last words. */
  readonly log: readonly string[];
}

/** What is wrong, in words; empty where nothing is. */
export function complaints({ broken, unsettled, difference }: Outcome): string[] {
  return [...broken.map(({ rule, what }) => `${rule}: ${what}`), ...unsettled, ...difference];
}
