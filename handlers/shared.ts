import type { Connection, ConnectionSettings } from "../lib/aws/api.ts";
import type { BudgetUse } from "../lib/aws/budget.ts";
import { isAwsError } from "../lib/aws/errors.ts";
import { BlockedError, StalledError, WaitingError } from "../lib/errors.ts";
import { equal } from "../lib/equal.ts";
import { type CustomResource, keyOf, type ObjectMeta } from "../lib/kube/object.ts";
import { isOwnUser, otherAccount, type ProviderRecord, recordOf } from "./accounts.ts";
import type { HandlerDeps } from "./deps.ts";
import type { Provider, User } from "./kinds.ts";
import { readConnectionSettings } from "./provider/credentials.ts";
import { authorizeNames, mayClaim } from "./namespace_rules.ts";
import { isReady } from "./objects.ts";
import { isRecorded } from "./ownership.ts";
import { authorizeReference, isGranted, type Reference, resolve, type Target } from "./references.ts";

/** An open connection and what it was opened for. */
interface Open {
  readonly connection: Connection;
  readonly uid: string;
  readonly generation: number;
}

/** What a dependant gets of its Provider. */
export interface ConnectedProvider {
  readonly provider: Provider;
  readonly connection: Connection;
}

/** Who asks, and through which field. */
export interface Referrer {
  readonly metadata: Pick<ObjectMeta, "namespace" | "name">;
  readonly field?: string;
  /** May record the Provider that was used last. */
  readonly status?: unknown;
}

/** An object that acts in the account of a Provider. */
export interface Claimant {
  readonly spec: { readonly providerRef: Reference };
  readonly metadata: Pick<ObjectMeta, "namespace">;
}

/** The cached Provider and User lookups that all handlers share, and the clients of each Provider. */
export class Shared {
  readonly #open = new Map<string, Open>();
  readonly #opening = new Map<string, Promise<Connection>>();

  constructor(readonly deps: HandlerDeps) {}

  /**
   * The Provider that a reference names, ready, with its clients.
   * @param referrer what acts there, with the referring field where that is another object's
   * @throws WaitingError `ProviderNotReady`, StalledError `ReferenceNotGranted`, `NameNotAllowed`; `Conflict` where it
   * leads to another account than the status records
   */
  async provider(
    reference: Reference,
    referrer: CustomResource & Referrer,
    signal?: AbortSignal,
  ): Promise<ConnectedProvider> {
    const { metadata: { namespace }, field = "spec.providerRef" } = referrer;
    const key = keyOf(resolve(reference, namespace));
    const provider = this.#lookUp("provider", () => this.deps.stores.of("Provider").get(key));
    if (provider === undefined) throw notReady(`Provider ${key} does not exist`, true);
    authorizeReference(provider, { from: namespace, field, references: this.deps.settings.references });
    authorizeNames(provider, referrer);
    if (!isReady(provider)) throw notReady(`Provider ${key} is not ready`, false);
    const other = otherAccount(provider, referrer);
    if (other) throw new StalledError("Conflict", other);
    return { provider, connection: await this.connection(provider, signal) };
  }

  /**
   * The clients for a deletion: readiness and a grant that was withdrawn do not matter any more, and the Provider itself
   * may be gone, as long as its credentials are still in memory.
   * @param reference where the object's status says that its Provider was
   * @throws BlockedError when there are no credentials to delete with, or the object never had the right to use them
   */
  async forDeletion(reference: Reference, referrer: CustomResource, signal?: AbortSignal): Promise<Connection> {
    const at = resolve(reference, referrer.metadata.namespace);
    const key = keyOf(at);
    const provider = this.deps.stores.of("Provider").get(key);
    const open = this.#open.get(key);
    const target = provider ?? { ...referrer, kind: "Provider", metadata: { ...referrer.metadata, ...at }, spec: {} };
    this.authorizeDeletion(target, { referrer, field: "spec.providerRef" });
    if (provider === undefined) {
      if (open) return open.connection;
      throw new BlockedError(
        "DeletionBlocked",
        `Provider ${key} does not exist, and nothing else holds its credentials`,
      );
    }
    const other = otherAccount(provider, referrer);
    if (other) throw new BlockedError("DeletionBlocked", other);
    try {
      return await this.connection(provider, signal);
    } catch (error) {
      if (open) return open.connection;
      throw error;
    }
  }

  /**
   * A deletion reaches into another namespace by a grant, or by what the status records of a time when there was one.
   * @throws BlockedError
   */
  authorizeDeletion(
    target: Target,
    { referrer, field }: { readonly referrer: CustomResource; readonly field: string },
  ): void {
    if (this.mayHold(target, referrer)) return;
    throw new BlockedError(
      "DeletionBlocked",
      `${field} refers to ${target.kind} ${keyOf(target.metadata)}, which does not allow namespace ` +
        `"${referrer.metadata.namespace}", and the status records nothing: allow it, or abandon the object`,
    );
  }

  /** Can the object hold anything by way of `target`? Not where it has neither a grant nor a record of one. */
  mayHold(target: Target, referrer: CustomResource): boolean {
    const { references } = this.deps.settings;
    return isGranted(target, { from: referrer.metadata.namespace, references }) || isRecorded(referrer);
  }

  /** Would work on that user be work on the operator's own? */
  isOwnUser(object: Claimant, userName: string): boolean {
    const providers = this.deps.stores.of("Provider");
    return isOwnUser(userName, providers.get(providerKey(object)), providers.list());
  }

  /** What the status of an object records of its Provider. */
  record(reference: Reference, object: CustomResource): ProviderRecord {
    const at = resolve(reference, object.metadata.namespace);
    const provider = this.deps.stores.of("Provider").get(keyOf(at));
    return provider ? recordOf(provider, object) : at;
  }

  /** The user that a reference names; ready or not is for the caller to judge. */
  user(reference: Reference, from: string): User | undefined {
    const key = keyOf(resolve(reference, from));
    return this.#lookUp("user", () => this.deps.stores.of("User").get(key));
  }

  /**
   * The account that an object's Provider acts in: two objects of one name at IAM conflict only within one. Where IAM
   * does not tell the account, the access key id stands for it.
   */
  accountOf(object: Claimant): string {
    const key = providerKey(object);
    const provider = this.deps.stores.of("Provider").get(key);
    const account = provider?.status?.accountId ?? this.#open.get(key)?.connection.settings.credentials.accessKeyId ??
      key;
    return `${provider?.spec.iamEndpoint ?? ""} ${account}`;
  }

  /**
   * Do two objects act in one account? Otherwise a User of somebody's own Provider would open that of the same name
   * elsewhere.
   */
  sameAccount(one: Claimant, other: Claimant): boolean {
    return providerKey(one) === providerKey(other) || this.accountOf(one) === this.accountOf(other);
  }

  /**
   * May a rival claim anything? One that holds nothing, and may not use its Provider or claim the name there, stands in
   * nobody's way.
   */
  counts(rival: CustomResource & Claimant): boolean {
    if (isRecorded(rival)) return true;
    const provider = this.deps.stores.of("Provider").get(providerKey(rival));
    return provider !== undefined && this.mayHold(provider, rival) && mayClaim(provider, rival);
  }

  /** Those of `others` that may claim in the object's account what it claims. */
  rivalsOf<T extends CustomResource & Claimant>(object: T, others: readonly T[]): T[] {
    const account = this.accountOf(object);
    return others.filter((other) =>
      other.metadata.uid !== object.metadata.uid && this.accountOf(other) === account && this.counts(other)
    );
  }

  /** The error for IAM work at a Provider that names no IAM service. */
  noIam(reference: Reference, { metadata: { namespace } }: Referrer): StalledError {
    const key = keyOf(resolve(reference, namespace));
    return new StalledError(
      "ProviderNotReady",
      `Provider ${key} has no spec.iamEndpoint, which users, keys and policies need: set it`,
      {
        conditionType: "ProviderNotReady",
      },
    );
  }

  /** The clients of a Provider, opened at first use and again when its spec changed. */
  async connection(provider: Provider, signal?: AbortSignal): Promise<Connection> {
    const open = this.#open.get(keyOf(provider.metadata));
    const { uid, generation = 0 } = provider.metadata;
    const isOpen = open?.uid === uid && open.generation === generation;
    this.deps.metrics.cacheLookup("client", isOpen ? "hit" : "miss");
    if (isOpen) return open.connection;
    return await this.refresh(provider, signal);
  }

  /** Reads a Provider's Secrets again; clients stay the same objects while nothing that they depend on changed. */
  async refresh(provider: Provider, signal?: AbortSignal): Promise<Connection> {
    const key = keyOf(provider.metadata);
    const running = this.#opening.get(key);
    if (running) return await running;
    const opening = this.#read(provider, signal).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return await opening;
  }

  /** The budget of each Provider whose clients are open, by `namespace/name`. */
  *budgets(): Iterable<readonly [provider: string, use: BudgetUse]> {
    for (const [key, { connection }] of this.#open) yield [key, connection.budget()];
  }

  /** Forgets a Provider that is gone. */
  forget(provider: Provider): void {
    const key = keyOf(provider.metadata);
    this.#open.get(key)?.connection.close();
    this.#open.delete(key);
  }

  /**
   * Asks for another look at a Provider whose credentials a service refused just now, if that is what an error says.
   */
  suspect(error: unknown, reference: Reference | undefined, from: string): void {
    const errors = error instanceof AggregateError ? error.errors : [error];
    if (reference === undefined || !errors.some((each) => isAwsError(each, "credentials"))) return;
    this.deps.enqueue("Provider", keyOf(resolve(reference, from)));
  }

  async #read(provider: Provider, signal?: AbortSignal): Promise<Connection> {
    const key = keyOf(provider.metadata);
    const settings: ConnectionSettings = await readConnectionSettings(provider, this.deps, signal);
    const { uid, generation = 0 } = provider.metadata;
    const open = this.#open.get(key);
    const same = open !== undefined && equal(open.connection.settings, settings);
    const connection = same ? open.connection : this.deps.connect(settings);
    if (!same) open?.connection.close();
    this.#open.set(key, { connection, uid, generation });
    return connection;
  }

  #lookUp<T>(cache: "provider" | "user", read: () => T | undefined): T | undefined {
    const found = read();
    this.deps.metrics.apiCall("k8s", `get_${cache}`, found === undefined ? "error" : "cache_hit");
    this.deps.metrics.cacheLookup(cache, found === undefined ? "miss" : "hit");
    return found;
  }
}

function providerKey({ spec: { providerRef }, metadata: { namespace } }: Claimant): string {
  return keyOf(resolve(providerRef, namespace));
}

function notReady(message: string, missing: boolean): WaitingError {
  return new WaitingError("ProviderNotReady", message, { conditionType: "ProviderNotReady", missing });
}
