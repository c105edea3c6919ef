import type { KeyDecision, KeyInput } from "../../../handlers/access_key/state.ts";

/** What may go wrong at one step; overtaken: the call is on its way while another leader takes over. */
export type Fault = "crash before" | "crash after" | "reply lost" | "refused" | "overtaken";

/** What a worker sees when it looks. */
export interface LookOptions {
  readonly staleIam?: boolean;
  readonly staleStatus?: boolean;
  /** Whether the service takes new keys yet. */
  readonly accepts?: boolean;
}

/** What a seeded bug changes. */
export interface Seed {
  readonly decide?: (decision: KeyDecision, input: KeyInput) => KeyDecision;
  readonly input?: (input: KeyInput) => KeyInput;
  /** A plan from a stale status is carried out. */
  readonly unlocked?: true;
  /** Other objects' open intents are not looked at, and two workers may be at the keys of one user. */
  readonly together?: true;
}
