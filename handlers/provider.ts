import { AwsError, type Connection } from "../lib/aws/api.ts";
import { StalledError } from "../lib/errors.ts";
import { type ConditionUpdate, findCondition } from "../lib/kube/conditions.ts";
import { keyOf } from "../lib/kube/object.ts";
import type { ReconcileContext, Requeue } from "../lib/kube/reconciler.ts";
import { BaseHandler, type Pass, type PlanOf } from "./base.ts";
import type { HandlerDeps } from "./deps.ts";
import { type Provider, providerType } from "./kinds.ts";
import { hasFinalizer } from "./objects.ts";
import type { Problem } from "./plan.ts";
import { dependantsOf } from "./provider/dependants.ts";
import { type Check, checkConnection } from "./provider/check.ts";
import { driftAfterMs } from "./requeue.ts";
import type { Shared } from "./shared.ts";

/**
 * A Provider that is not ready looks at its Secrets this often, milliseconds; the service is asked only if they
 * changed.
 */
const SECRET_POLL_MS = 5_000;
/** A Provider that waits for its dependants to go counts them this often, milliseconds; in memory. */
const IN_USE_POLL_MS = 1_000;

interface Scope {
  /** Absent with a problem: the Secrets could not be read, or the spec names no region. */
  readonly connection?: Connection;
  readonly problem?: Problem;
}

/** Proves that a Provider's endpoint answers and that its credentials work. */
export class ProviderHandler extends BaseHandler<Provider, Scope, Check> {
  readonly kind = "Provider";
  readonly type = providerType;
  protected readonly negativeTypes = [];
  protected readonly failure = { reason: "EndpointUnreachable", event: "ValidateFailed" };

  constructor(deps: HandlerDeps, readonly shared: Shared) {
    super(deps);
  }

  references(): readonly string[] {
    return [];
  }

  /** Another shard's: only its credentials are kept up with, for the objects here that use it. */
  async follow(object: Provider, { signal }: ReconcileContext): Promise<Requeue> {
    try {
      await this.shared.refresh(object, signal);
    } catch (error) {
      this.deps.log.debug("The credentials of another shard's Provider cannot be read", { error });
    }
    return { afterMs: driftAfterMs(object, this.deps) };
  }

  protected async connect(object: Provider, { signal }: Pass): Promise<Scope> {
    try {
      return { connection: await this.shared.refresh(object, signal) };
    } catch (error) {
      if (!(error instanceof StalledError)) throw error;
      return { problem: { kind: "stalled", reason: error.reason, message: error.message } };
    }
  }

  protected async observe({ connection, problem }: Scope, _object: Provider, { signal }: Pass): Promise<Check> {
    if (problem?.reason === "EndpointUnreachable") return { endpoint: problem };
    if (connection === undefined) return { auth: problem, endpoint: undefined };
    return await checkConnection(connection, signal);
  }

  protected plan(object: Provider, check: Check, { now }: Pass): PlanOf<Provider, Scope> {
    const { auth, endpoint, accountId, callerArn } = check;
    this.#count(object, check);
    const problem = auth ?? endpoint;
    const connected = problem === undefined;
    const was = object.status?.connected === true;
    const conditions = [
      condition(
        "AuthValid",
        auth,
        endpoint ? "Unknown" : "True",
        endpoint ? "Not checked: the endpoint does not answer" : "The credentials are accepted",
      ),
      ...(auth && check.endpoint === undefined && !check.asked
        ? []
        : [condition("EndpointReachable", endpoint, "True", "The endpoint answers")]),
    ];
    return {
      steps: [],
      conditions,
      status: {
        connected,
        ...(connected && !was ? { lastConnectTime: new Date(now).toISOString() } : {}),
        ...(accountId === undefined ? {} : { accountId }),
        ...(callerArn === undefined ? {} : { callerArn }),
      },
      ...(problem === undefined ? {} : { problem, afterMs: SECRET_POLL_MS }),
    };
  }

  #count({ metadata }: Provider, { auth, endpoint }: Check): void {
    const status = endpoint ? "disconnected" : auth ? "error" : "connected";
    this.deps.metrics.providerConnectivity(keyOf(metadata), status);
  }

  protected connectForDeletion(): Promise<Scope> {
    return Promise.resolve({});
  }

  /** A Provider stays while objects with our finalizer use it: their deletion needs its credentials. */
  protected planDelete(object: Provider): PlanOf<Provider, Scope> {
    const users = dependantsOf(object, this.deps.stores)
      .filter((user) => hasFinalizer(user) && this.shared.mayHold(object, user));
    if (users.length === 0) {
      this.shared.forget(object);
      return { steps: [] };
    }
    const names = users.slice(0, 3).map(({ kind, metadata }) => `${kind} ${keyOf(metadata)}`).join(", ");
    const message = `${users.length} object(s) still use this Provider: ${names}${users.length > 3 ? ", …" : ""}`;
    return {
      steps: [],
      problem: { kind: "waiting", reason: "InUse", message, loud: true },
      status: { inUseBy: users.length },
      afterMs: IN_USE_POLL_MS,
    };
  }

  protected override onError(error: unknown): void {
    if (error instanceof AwsError) this.deps.log.debug("Provider check failed", { error });
  }

  protected leftBehind(): string {
    return "nothing: a Provider makes nothing outside";
  }

  override published(object: Provider): string {
    const ready = findCondition(object.status?.conditions, "Ready")?.status;
    const { uid, generation, deletionTimestamp } = object.metadata;
    return JSON.stringify([
      uid,
      generation,
      deletionTimestamp,
      ready,
      object.status?.observedGeneration,
      object.status?.accountId,
    ]);
  }
}

function condition(
  type: string,
  problem: Problem | undefined,
  otherwise: "True" | "Unknown",
  message: string,
): ConditionUpdate {
  if (problem) return { type, status: "False", reason: problem.reason, message: problem.message };
  return { type, status: otherwise, reason: otherwise === "True" ? type : "EndpointUnreachable", message };
}
