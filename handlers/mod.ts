import type { Parts } from "../lib/app.ts";
import type { Config } from "../lib/config/settings.ts";
import type { Reconciler } from "../lib/kube/reconciler.ts";
import { AccessKeyHandler } from "./access_key.ts";
import { BucketHandler } from "./bucket.ts";
import { BucketPolicyHandler } from "./bucket_policy.ts";
import type { HandlerDeps } from "./deps.ts";
import { showGauges } from "./gauges.ts";
import { IamPolicyHandler } from "./iam_policy.ts";
import { ProviderHandler } from "./provider.ts";
import { Shared } from "./shared.ts";
import { UserHandler } from "./user.ts";

/** The handlers as `createOperator` asks for them, with what the configuration decides for all objects. */
export function reconcilersOf(config: Config): (parts: Parts) => Reconciler[] {
  const settings = {
    driftIntervalMs: config.driftCheckIntervalSeconds * 1000,
    references: config.references,
    adoption: config.adoption,
  };
  return ({ stores, ...parts }) =>
    // A kind's store holds what the kind's informer puts there, so its objects have the kind's type.
    createReconcilers({ ...parts, settings, stores: stores as unknown as HandlerDeps["stores"] });
}

/** The handler of every kind, sharing lookups and clients. */
export function createReconcilers(deps: HandlerDeps): Reconciler[] {
  const shared = new Shared(deps);
  showGauges(deps, shared);
  return [
    new ProviderHandler(deps, shared),
    new BucketHandler(deps, shared),
    new IamPolicyHandler(deps, shared),
    new UserHandler(deps, shared),
    new AccessKeyHandler(deps, shared),
    new BucketPolicyHandler(deps, shared),
  ] as unknown as Reconciler[];
}
