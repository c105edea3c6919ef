import type { CommonStatus } from "../../lib/kube/object.ts";

/** A key made for this AccessKey, as the ledger annotation and the status record it. Times are RFC 3339. */
export interface RecordedKey {
  readonly id: string;
  /** The IAM user that it belongs to. */
  readonly userName: string;
  readonly createdAt: string;
  /** When its successor was published; absent for the current key. */
  readonly retiredAt?: string;
  /** When it was deactivated, to be deleted a little later; in the status alone. */
  readonly deactivatedAt?: string;
  /** The Secret that keeps its pair; absent when the pair is lost or was not kept. */
  readonly secretName?: string;
  /** The value of `rotate-at` that was served when it was published. */
  readonly request?: string;
}

/**
 * Written with an optimistic lock before CreateAccessKey, so that a key whose reply was lost can be told from others.
 */
export interface KeyIntent {
  readonly userName: string;
  /** The user's keys right before the call. */
  readonly existingIds: readonly string[];
  readonly startedAt: string;
  /** Starts of earlier calls without an answer, whose keys may still come to light. */
  readonly earlier?: readonly string[];
  readonly completedAt?: string;
  /** The new key could not be proven: the next try waits until the intent is cleared. */
  readonly failed?: boolean;
  /** More than one key may be ours: none of them is ever deleted without `discard-key`. */
  readonly unclear?: boolean;
  /** W3C `traceparent` of the span that wrote it. */
  readonly traceparent?: string;
}

/** Where a rotation stands, for people: what is, since when, and what comes next. */
export interface RotationPhase {
  readonly phase: "Settled" | "Proving" | "Overlap" | "StillUsed" | "Deactivated";
  readonly since?: string;
  readonly next: "Rotate" | "Publish" | "Deactivate" | "Delete" | "None";
  /** When that is planned; absent where it depends on the service alone. */
  readonly nextTime?: string;
  /** W3C `traceparent` of the span that began it, to which the spans of its later steps link. */
  readonly traceparent?: string;
}

/** What the status of an AccessKey records; a Secret's ledger restores what matters of it. */
export interface KeyStatus extends CommonStatus {
  readonly accessKeyId?: string;
  readonly created?: boolean;
  readonly userName?: string;
  readonly lastRotateTime?: string;
  readonly nextRotateTime?: string;
  readonly firstSeenTime?: string;
  /** The interval that `nextRotateTime` was computed from. */
  readonly rotateIntervalDays?: number;
  readonly lastRotateRequest?: string;
  /** The key that a signed call has proven. */
  readonly provenKeyId?: string;
  readonly keyIntent?: KeyIntent;
  readonly nextKey?: RecordedKey;
  readonly previousKeys?: readonly RecordedKey[];
  readonly rotation?: RotationPhase;
}

/** An access key as ListAccessKeys shows it; `createdAt` in milliseconds since the epoch. */
export interface IamKey {
  readonly id: string;
  readonly active: boolean;
  readonly createdAt?: number;
}

/** A Secret of ours as read, without its secret. */
export type SecretState =
  | { readonly kind: "absent" }
  /** Somebody else's Secret under our name. */
  | { readonly kind: "foreign" }
  | { readonly kind: "damaged"; readonly ledger?: readonly RecordedKey[] }
  | { readonly kind: "pair"; readonly id: string; readonly ledger?: readonly RecordedKey[] };

/** Everything the planner may know. */
export interface KeyInput {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly name: string;
  readonly uid: string;
  /** The IAM user that the spec asks for; when deleting, the recorded one. */
  readonly userName: string;
  readonly rotate: {
    readonly enabled: boolean;
    readonly intervalDays: number;
    readonly previousKeysRetentionDays: number;
    readonly keepWhileUsedDays?: number;
  };
  /** Annotation `discard-key`. */
  readonly discardKey?: string;
  /** Annotation `rotate-at`. */
  readonly rotateAt?: string;
  readonly status: KeyStatus;
  readonly main: SecretState;
  readonly next: SecretState;
  /** Previous Secrets by name, those that a record names. */
  readonly previous: Readonly<Record<string, SecretState>>;
  /** Keys at IAM of every user that the spec or a record names. */
  readonly iam: Readonly<Record<string, readonly IamKey[]>>;
  /** A key whose secret this process still holds because its Secret could not be written. */
  readonly fresh?: RecordedKey;
  /** The key that a signed call has just proven. */
  readonly proven?: string;
  /** The service was found not to deactivate keys. */
  readonly cannotDeactivate?: true;
  /** When IAM last saw them used, milliseconds since the epoch, by id; of old keys that it was asked about alone. */
  readonly lastUsed?: Readonly<Record<string, number>>;
  /** Ids that other AccessKeys of the users record. */
  readonly recordedElsewhere: readonly string[];
  /** Starts of other AccessKeys' unfinished intents for the same user, milliseconds since the epoch. */
  readonly otherStarts: readonly number[];
}

/** One change, as data; `apply.ts` carries it out. */
export type KeyAction =
  /** `opens`: the call follows, and begins when this is written, whatever came before. */
  | { readonly do: "writeIntent"; readonly intent: KeyIntent; readonly opens?: true }
  /** CreateAccessKey, once, and its pair at once into the Secret. */
  | {
    readonly do: "createKey";
    readonly userName: string;
    readonly into: "main" | "next";
    readonly previous: readonly RecordedKey[];
    readonly request?: string;
  }
  /** The pair of `fresh` into the Secret. */
  | {
    readonly do: "storeKey";
    readonly key: RecordedKey;
    readonly into: "main" | "next";
    readonly previous: readonly RecordedKey[];
  }
  | {
    readonly do: "preservePrevious";
    readonly key: RecordedKey;
    readonly secretName: string;
    readonly rotatedAt: string;
    /** Days that the overlap would last if the next rotation did not come first; absent where it lasts that long. */
    readonly shortenedFrom?: number;
    readonly overlapMs: number;
  }
  /** The main Secret changes in one write: pair and ledger together. */
  | {
    readonly do: "publish";
    readonly from: "next" | "previous" | "main";
    readonly key: RecordedKey;
    readonly ledger: readonly RecordedKey[];
    /** The previous Secret that the pair is read from. */
    readonly secretName?: string;
  }
  | { readonly do: "deactivate"; readonly userName: string; readonly id: string }
  | { readonly do: "revoke"; readonly userName: string; readonly id: string; readonly reason: string }
  | { readonly do: "removeSecret"; readonly name: string; readonly reason: string };

/** What keeps the keys from being in order although nothing failed; texts are fit for a condition. */
export interface KeyProblem {
  readonly kind: "waiting" | "stalled";
  readonly reason: "NoFreeKeySlot" | "KeyOwnershipUnclear" | "Conflict" | "CreationFailed" | "RotationFailed";
  readonly message: string;
  readonly conditionType?: "CreationFailed" | "RotationFailed";
}

/** What to do next: the actions in order, then the status; each action may crash before or after it took effect. */
export interface KeyDecision {
  readonly actions: readonly KeyAction[];
  /** The fields to set once all actions are through; `null` removes one. */
  readonly status: KeyStatusPatch;
  /** Look and plan again at once. */
  readonly again?: true;
  /** Look again then, milliseconds since the epoch. */
  readonly nextAt?: number;
  readonly problem?: KeyProblem;
}

export type KeyStatusPatch = { readonly [K in keyof KeyStatus]?: KeyStatus[K] | null };
