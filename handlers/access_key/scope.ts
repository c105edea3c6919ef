import type { IAMClient } from "@aws-sdk/client-iam";
import type { Caller, Connection, Credentials } from "../../lib/aws/api.ts";
import type { Secret } from "../../lib/kube/secret.ts";
import type { HandlerDeps } from "../deps.ts";
import type { AccessKey } from "../kinds.ts";
import type { RecordedKey } from "./state.ts";

/** A pair that this process made and no Secret holds yet. */
export interface FreshKey {
  readonly key: RecordedKey;
  readonly pair: Credentials;
}

/** The Secrets as last observed; their resourceVersions are the locks of what is written on the strength of them. */
export interface SeenSecrets {
  readonly main: Secret | undefined;
  readonly next: Secret | undefined;
  readonly previous: Readonly<Record<string, Secret | undefined>>;
}

/** What the steps of one pass over an AccessKey work with. */
export interface KeyScope {
  /** As the API server has it; a step that writes it takes the answer. */
  object: AccessKey;
  readonly deps: Pick<HandlerDeps, "kube" | "clock" | "events">;
  readonly connection: Connection;
  readonly iam: Caller<IAMClient>;
  readonly userName: string;
  seen: SeenSecrets;
  /** True once the status that the plan rests on has been compared with the API server's. */
  isFresh: boolean;
  /** By the object's uid; outlives the pass. */
  readonly fresh: Map<string, FreshKey>;
}

/**
 * Now by IAM's clock, epoch milliseconds: which key a call made is told by IAM's times, and a leader whose own clock is
 * wrong must not rotate or revoke anything early.
 */
export function timeAtIam({ deps, connection }: Pick<KeyScope, "deps" | "connection">): number {
  return deps.clock.now() + connection.iamAheadMs();
}
