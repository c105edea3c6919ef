import type { KeyDecision, KeyInput } from "../../../handlers/access_key/state.ts";

/** What may go wrong at one action of a pass. */
export type Fault = "crash before" | "crash after" | "reply lost" | "refused" | "not stored";

export interface PassOptions {
  readonly fault?: { readonly at: number; readonly kind: Fault };
  readonly staleIam?: boolean;
  readonly staleStatus?: boolean;
  /** Whether the service takes new keys yet. */
  readonly accepts?: boolean;
}

/** What a seeded bug changes. */
export interface Seed {
  readonly decide?: (decision: KeyDecision, input: KeyInput) => KeyDecision;
  /** The intent is written without the optimistic lock. */
  readonly unlocked?: true;
  /** Other objects' open intents are not looked at, and a second worker runs while a call is under way. */
  readonly together?: true;
}
