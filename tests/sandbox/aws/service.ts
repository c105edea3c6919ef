import type { Behaviour } from "./options.ts";
import type { Ids } from "./ids.ts";
import type { RawRequest } from "./sigv4.ts";
import type { State, User } from "./state.ts";

/** What every operation works with. */
export interface Service {
  readonly behaviour: Behaviour;
  readonly state: State;
  readonly ids: Ids;
  readonly root: RootCredentials;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** What users asked to do so far, each once. Nobody is asked for a permission who is the root user. */
  readonly asked: Map<string, Decision>;
}

/** What a user asked to do, and whether it might. */
export interface Decision {
  /** The user's ARN. */
  readonly arn: string;
  /** Such as `s3:CreateBucket`. */
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

export interface RootCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who sent a request. */
export type Caller =
  | { readonly kind: "root"; readonly arn: string }
  | { readonly kind: "user"; readonly arn: string; readonly user: User }
  | { readonly kind: "anonymous"; readonly arn: "anonymous" };

/** A request that has been authenticated, with the region that it means. */
export interface Call {
  readonly service: Service;
  readonly caller: Caller;
  readonly request: RawRequest;
  readonly region: string;
}

/** What goes back over HTTP. */
export interface Answer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}
