import type { Admin, Loose } from "../scenarios/admin.ts";

/** At once, or later. */
export type Soon<T> = T | Promise<T>;

/** Where scenarios play: a cluster and a service, and the time that both live in. */
export interface Place {
  readonly admin: Pick<Admin, "create" | "patch" | "annotate" | "remove">;
  readonly aws: {
    readonly seed: Person;
    /** The operator's. */
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Where operators find the service. */
  readonly endpoint: string;
  readonly time: {
    /** Moves the operator's clock: what was due meanwhile is late. */
    skip(ms: number): Soon<void>;
    /** Lets time pass until it holds, or for `ms`. Resolves to whether it holds. */
    runUntil(holds: () => Soon<boolean>, ms: number): Promise<boolean>;
  };
  /** All objects of a kind of ours, or the Secrets, as they are now. */
  list(kind: string): Soon<Loose[]>;
  apply(...objects: readonly Loose[]): Promise<void>;
}

/** What people do at the service, behind the operator's back. */
export interface Person {
  bucket(name: string, settings: { policy?: string; tags?: Record<string, string> }): unknown;
  object(bucket: string, key: string, body: string): unknown;
  /** Begins a multipart upload that nobody will finish. */
  upload(bucket: string, key: string): unknown;
  user(name: string, options: { inline?: Readonly<Record<string, unknown>> }): unknown;
  accessKey(userName: string): unknown;
  /** Deletes all keys of a user. */
  loseKeys(userName: string): unknown;
  policy(name: string, document: unknown): unknown;
}
