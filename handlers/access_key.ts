import type { Connection } from "../lib/aws/api.ts";
import { BlockedError, StalledError, WaitingError } from "../lib/errors.ts";
import { type CustomResource, keyOf } from "../lib/kube/object.ts";
import type { Requeue } from "../lib/kube/reconciler.ts";
import { secretType } from "../lib/kube/secret.ts";
import { userOf } from "./access_key/iam.ts";
import { lastUses } from "./access_key/last_used.ts";
import { Locks } from "./access_key/lock.ts";
import { Orphans, orphansIn } from "./access_key/orphans.ts";
import { type ObservedKeys, observeKeys, pairToProve, statusOf } from "./access_key/observe.ts";
import { planKeyDeletion } from "./access_key/plan_delete.ts";
import { planKeys } from "./access_key/planner.ts";
import { Proofs } from "./access_key/proofs.ts";
import { prove } from "./access_key/prove.ts";
import type { FreshKey, KeyScope } from "./access_key/scope.ts";
import { pairOf, stateOf } from "./access_key/secrets.ts";
import type { KeyInput } from "./access_key/state.ts";
import { planOf } from "./access_key/steps.ts";
import { BaseHandler, type Pass, type PlanOf } from "./base.ts";
import type { HandlerDeps } from "./deps.ts";
import { type AccessKey, accessKeyType } from "./kinds.ts";
import { credentialsName } from "./names.ts";
import { controllerOf, isReady, isStalled, token } from "./objects.ts";
import { authorizeReference, resolve } from "./references.ts";
import type { Shared } from "./shared.ts";

type Observed = Omit<KeyInput, "status">;

const NO_ROTATION = { enabled: false, intervalDays: 90, previousKeysRetentionDays: 7 } as const;

/** Makes an IAM user's access key, keeps it in a Secret, rotates it and takes it back; docs/access-keys.md. */
export class AccessKeyHandler extends BaseHandler<AccessKey, KeyScope, Observed> {
  readonly kind = "AccessKey";
  readonly type = accessKeyType;
  protected readonly negativeTypes = ["ProviderNotReady", "UserNotReady", "CreationFailed", "RotationFailed"];
  protected readonly failure = { reason: "CreationFailed", event: "ReconcileFailed" };
  readonly #locks = new Locks();
  readonly #fresh = new Map<string, FreshKey>();
  readonly #proofs = new Proofs();
  readonly #orphans: Orphans;

  constructor(deps: HandlerDeps, readonly shared: Shared) {
    super(deps);
    this.#orphans = new Orphans(deps.metrics, (key) => this.store.get(key) !== undefined);
  }

  references({ metadata: { namespace }, spec: { providerRef, userRef } }: AccessKey): readonly string[] {
    const user = userRef ? [token("User", resolve(userRef, namespace))] : [];
    return [token("Provider", resolve(providerRef, namespace)), ...user];
  }

  /** A Bucket waits for the first key and for the object to go; the records of its keys are nobody else's. */
  override published(object: AccessKey): string {
    const { uid, generation, deletionTimestamp, finalizers = [] } = object.metadata;
    const held = deletionTimestamp && finalizers.length;
    const facts = [isReady(object), isStalled(object), object.status?.created];
    return JSON.stringify([uid, generation, deletionTimestamp, held, ...facts]);
  }

  /** One object at a time works on the keys of a user; what waited meanwhile is read anew. */
  protected override async reconcileWithMetrics(object: AccessKey, pass: Pass): Promise<Requeue> {
    const account = this.shared.accountOf(object);
    // By account: a stranger's user of the same name, at a service that does not answer, must not hold up anybody.
    return await this.#locks.run(this.#userNames(object).map((name) => `${account} ${name}`), async () => {
      const latest = this.store.get(keyOf(object.metadata));
      if (latest === undefined) return "never";
      return await super.reconcileWithMetrics(latest, { ...pass, now: this.deps.clock.now() });
    });
  }

  protected async connect(object: AccessKey, { signal }: Pass): Promise<KeyScope> {
    const { metadata: { namespace }, spec: { providerRef, userRef } } = object;
    const conditionType = "UserNotReady";
    if (!userRef) throw new StalledError("UserNotReady", "spec.userRef names no user", { conditionType });
    const { connection } = await this.shared.provider(providerRef, object, signal);
    const user = this.shared.user(userRef, namespace);
    const key = keyOf(resolve(userRef, namespace));
    if (!user) throw new WaitingError("UserNotReady", `User ${key} does not exist`, { conditionType, missing: true });
    authorizeReference(user, { from: namespace, field: "spec.userRef", references: this.deps.settings.references });
    if (!this.deps.shard.owns(user)) {
      // The keys of one user are one process's to count, sweep and rotate.
      const message =
        `User ${key} is another shard's: give both the same labels, by which "${this.deps.shard.name}" selects`;
      throw new StalledError("UserNotReady", message, { conditionType });
    }
    if (!this.shared.sameAccount(object, user)) {
      const message = `User ${key} is not of the account that spec.providerRef leads to: name the User's own Provider`;
      throw new StalledError("UserNotReady", message, { conditionType });
    }
    if (!isReady(user as CustomResource)) {
      throw new WaitingError("UserNotReady", `User ${key} is not ready`, { conditionType });
    }
    this.#sayUnused(object);
    return this.#scope(object, connection, user.spec.name);
  }

  /** Nothing recorded and no Secret of ours: nothing outside, so no Provider is needed. */
  protected async connectForDeletion(object: AccessKey, { signal }: Pass): Promise<KeyScope | undefined> {
    const { metadata, spec } = object;
    const { accessKeyId, nextKey, keyIntent, previousKeys, userName } = statusOf(object);
    const fresh = this.#fresh.get(metadata.uid);
    let id = accessKeyId;
    if (!accessKeyId && !nextKey && !keyIntent && !previousKeys?.length && !fresh) {
      const { namespace } = metadata;
      const read = async (name: string) =>
        stateOf(await this.deps.kube.get(secretType, { namespace, name }, signal), object);
      const states = [
        await read(credentialsName.main(object.metadata.name)),
        await read(credentialsName.next(object.metadata.name)),
      ];
      if (states.every(({ kind }) => kind === "absent" || kind === "foreign")) return undefined;
      id = states.flatMap((state) => state.kind === "pair" ? state.id : [])[0];
    }
    const connection = await this.shared.forDeletion(spec.providerRef, object, signal);
    const scope = this.#scope(object, connection, userName ?? keyIntent?.userName ?? this.#specUser(object) ?? "");
    if (scope.userName) return scope;
    const owner = id && await userOf(scope.iam, id, signal);
    if (owner) return { ...scope, userName: owner };
    throw new BlockedError("DeletionBlocked", "Neither the status nor a User says whose access key it is");
  }

  protected async observe(scope: KeyScope, object: AccessKey, { signal, now }: Pass): Promise<Observed> {
    // A pass goes on from its own writes, so what it observes next is locked against the newest it knows.
    const others = this.store.list().filter((other) =>
      other.metadata.uid !== object.metadata.uid && this.#userNames(other).includes(scope.userName) &&
      this.shared.sameAccount(other, object)
    );
    const observed: ObservedKeys = await observeKeys(scope, object, { signal, others });
    const deleting = object.metadata.deletionTimestamp !== undefined;
    if (!deleting && observed.iam[scope.userName] === undefined) {
      throw new WaitingError("UserNotReady", `IAM has no user "${scope.userName}"`, { conditionType: "UserNotReady" });
    }
    const proven = deleting ? undefined : await this.#prove(scope, { signal, now });
    const input = {
      ...observed,
      // By IAM's clock, as of the beginning: what appeared since may be missing in what was read.
      now: now + scope.connection.iamAheadMs(),
      name: object.metadata.name,
      uid: object.metadata.uid,
      userName: scope.userName,
      rotate: { ...NO_ROTATION, ...object.spec.rotate },
      ...(proven === undefined ? {} : { proven }),
      ...(scope.connection.unsupported("UpdateAccessKey") ? { cannotDeactivate: true as const } : {}),
    };
    if (deleting) return input;
    const known = { ...input, status: statusOf(object) };
    this.#orphans.found(object.metadata, orphansIn(known));
    return { ...input, lastUsed: await lastUses(scope, known, signal) };
  }

  protected plan(object: AccessKey, observed: Observed): PlanOf<AccessKey, KeyScope> {
    const plan = planOf(planKeys({ ...observed, status: statusOf(object) }), observed.now);
    const provider = this.shared.record(object.spec.providerRef, object);
    return { ...plan, status: { ...plan.status, provider } } as PlanOf<AccessKey, KeyScope>;
  }

  protected planDelete(object: AccessKey, observed: Observed): PlanOf<AccessKey, KeyScope> {
    const plan = planOf(planKeyDeletion({ ...observed, status: statusOf(object) }), observed.now);
    return plan as PlanOf<AccessKey, KeyScope>;
  }

  protected leftBehind(object: AccessKey): string {
    const { userName, accessKeyId, nextKey, previousKeys = [] } = statusOf(object);
    const ids = [accessKeyId, nextKey?.id, ...previousKeys.map(({ id }) => id)].filter((id) => id !== undefined);
    return ids.length > 0 ? `access keys ${ids.join(", ")} of IAM user "${userName ?? "unknown"}"` : "nothing";
  }

  protected override onError(error: unknown, { spec, metadata }: AccessKey): void {
    this.shared.suspect(error, spec.providerRef, metadata.namespace);
  }

  /**
   * A new key is proven before it replaces one that works. The first key is not: nothing is lost if S3 needs some
   * seconds to learn it, and its users would wait as long either way.
   */
  async #prove(scope: KeyScope, { signal, now }: Pick<Pass, "signal" | "now">): Promise<string | undefined> {
    const id = pairToProve(scope);
    const secret = [scope.seen.next, scope.seen.main].find((each) => each && pairOf(each)?.accessKeyId === id);
    const pair = secret && pairOf(secret);
    if (id === undefined || !pair) return undefined;
    const { connect } = this.deps;
    const isProven = await this.#proofs.check(
      id,
      now,
      () => prove(pair, { settings: scope.connection.settings, connect, signal }),
    );
    return isProven ? id : undefined;
  }

  #scope(object: AccessKey, connection: Connection, userName: string): KeyScope {
    const { iam } = connection;
    if (!iam) {
      const message = "The Provider has no spec.iamEndpoint, which access keys need";
      throw new StalledError("ProviderNotReady", message, { conditionType: "ProviderNotReady" });
    }
    const seen = { main: undefined, next: undefined, previous: {} };
    return { object, deps: this.deps, connection, iam, userName, seen, isFresh: false, fresh: this.#fresh };
  }

  #specUser({ metadata: { namespace }, spec: { userRef } }: AccessKey): string | undefined {
    if (!userRef) return undefined;
    return this.deps.stores.of("User").get(keyOf(resolve(userRef, namespace)))?.spec.name;
  }

  /** The IAM users whose keys the object deals with: the one it asks for, and those where it has some. */
  #userNames(object: AccessKey): string[] {
    const { userName, keyIntent, nextKey, previousKeys = [] } = statusOf(object);
    const recorded = [userName, keyIntent?.userName, nextKey?.userName, ...previousKeys.map((key) => key.userName)];
    return [...new Set([this.#specUser(object), ...recorded].filter((name) => name !== undefined))];
  }

  /** Said once, when the object is first seen, and to a person: a Bucket gives its child a displayName itself. */
  #sayUnused(object: AccessKey): void {
    if (statusOf(object).firstSeenTime !== undefined || controllerOf(object)?.kind === "Bucket") return;
    const fields = (["displayName", "policy", "tags"] as const).filter((field) => object.spec[field] !== undefined);
    if (fields.length === 0) return;
    const note = `Accepted without effect: spec.${fields.join(", spec.")}; access keys have no such settings`;
    this.deps.events.emit(object, { type: "Normal", reason: "FieldsWithoutEffect", note });
  }
}
