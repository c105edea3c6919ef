import { ANNOTATIONS, FINALIZER } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { condition } from "../../scenarios/stage.ts";
import type { ChaosWorld } from "../world.ts";
import type { ServiceDeed } from "./script.ts";

export type Outside = "Bucket" | "User" | "IAMPolicy";
type Thing = Outside | "key";

/** While it says this of itself, an object takes nothing that a person makes under the name that it claims. */
const KEEPS_OFF: readonly unknown[] = ["AlreadyExists", "NameNotAllowed", "ReferenceNotGranted", "ProviderNotReady"];

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "s3:*", Resource: "*" }],
});

/** Name at the service of what an object stands for; `undefined` for kinds that stand for a part of something. */
export function outsideName({ kind, metadata, spec }: Loose): string | undefined {
  return kind === "IAMPolicy" ? metadata.name : kind === "Bucket" || kind === "User" ? spec.name : undefined;
}

/** What people have at the service and do there, and which of it nobody else may touch. */
export class Person {
  /** Things that are to stay as they are, by the object that the service keeps of each. */
  readonly #own = new Map<object, { readonly thing: Thing; readonly name: string; text: string }>();
  /** Made under a name that some object was just about to take: either's. */
  readonly #disputed = new WeakSet<object>();
  /** What an annotation gave leave to take, such as `Bucket/logs` or `key/AKIA…`. */
  readonly #given = new Set<string>();

  constructor(readonly world: ChaosWorld) {}

  /** What is there before anything else. */
  settleIn(): void {
    const { seed } = this.world.aws;
    seed.foreignBucket("taken-bucket");
    this.do("make bucket", "person-bucket");
    this.do("put object", "person-bucket");
    this.do("put policy", "person-bucket");
    this.do("make user", "person");
    this.do("add key", "person");
    this.do("make policy", "person-policy");
  }

  do(what: ServiceDeed, name: string): void {
    const { state, seed } = this.world.aws;
    const [bucket, user] = [state.buckets.get(name), state.users.get(name)];
    switch (what) {
      case "make bucket":
        return bucket ? undefined : this.#keep("Bucket", name, seed.bucket(name));
      case "delete bucket":
        return void (bucket && state.buckets.delete(name) && this.#own.delete(bucket));
      case "put object":
        if (bucket) seed.object(name, "by-person", "text");
        break;
      case "change settings":
        if (bucket) Object.assign(bucket, { versioning: "Suspended", tags: { by: "person" } });
        break;
      case "put policy":
        if (bucket) Object.assign(bucket, { policy: POLICY });
        break;
      case "make user":
        return user ? undefined : this.#keep("User", name, seed.user(name));
      case "delete user":
        return void (user && state.users.delete(name) && this.#own.delete(user));
      case "add key":
        if (user && user.keys.length < 2) this.#keep("key", name, seed.accessKey(name));
        break;
      case "delete key":
        user?.keys.splice(0, 1).forEach((key) => this.#own.delete(key));
        break;
      case "deactivate key":
        for (const key of user?.keys.slice(0, 1) ?? []) this.#changed(Object.assign(key, { status: "Inactive" }));
        break;
      case "change inline policy":
        user?.inline.set(`${name}-policy`, '{"Version":"2012-10-17","Statement":[]}');
        break;
      case "make policy":
        if (this.policyNamed(name) === undefined) this.#keep("IAMPolicy", name, seed.policy(name, { Statement: [] }));
        return;
      case "delete policy":
        return this.#deletePolicy(name);
    }
    for (const each of [bucket, user]) if (each) this.#changed(each);
  }

  policyNamed(name: string) {
    return [...this.world.aws.state.policies.values()].find((policy) => policy.name === name);
  }

  /**
   * Takes away what keeps an object from going and nobody else takes: objects in buckets, keys that were left, a person's
   * inline policy, an attachment to a user that was abandoned.
   */
  makeRoom({ kind, spec, status }: Loose): void {
    const { buckets, users } = this.world.aws.state;
    const bucket = kind === "Bucket" ? buckets.get(spec.name) : undefined;
    if (bucket) {
      bucket.objects.clear();
      this.#changed(bucket);
    }
    const user = kind === "User" ? users.get(spec.name) : undefined;
    user?.keys.splice(0);
    user?.inline.clear();
    if (kind === "IAMPolicy") { for (const each of users.values()) each.attached.delete(status?.policyArn); }
  }

  /** A person's, or not to be told apart. */
  mayBePersonal(thing: object): boolean {
    return this.#own.has(thing) || this.#disputed.has(thing);
  }

  /** Notes what annotations permit by now. */
  readAnnotations(objects: readonly Loose[]): void {
    for (const object of objects) {
      const { [ANNOTATIONS.adopt]: adopt, [ANNOTATIONS.discardKey]: id } = object.metadata.annotations ?? {};
      if (adopt === "true") this.#given.add(`${object.kind}/${outsideName(object)}`);
      if (id !== undefined) this.#given.add(`key/${id}`);
    }
  }

  /** Whether a key that is about to be deleted is a person's who did not give it away. */
  isTaken(id: string): boolean {
    const key = [...this.#own.keys()].find((each) => (each as { id?: string }).id === id);
    if (key === undefined || this.#given.has(`key/${id}`)) return false;
    const { created } = key as { readonly created: number };
    // The one documented exception: made for the same user in the very seconds of a call whose answer was lost.
    return !this.world.list("AccessKey").some(({ status }) =>
      [status?.keyIntent?.startedAt, ...status?.keyIntent?.earlier ?? []].some((start) =>
        Math.abs(Date.parse(start) - created) <= 15_000
      )
    );
  }

  /** What was changed or deleted of what is a person's own. */
  losses(): string[] {
    const { state } = this.world.aws;
    const here = new Set<object>([
      ...state.buckets.values(),
      ...state.users.values(),
      ...[...state.users.values()].flatMap(({ keys }) => keys),
      ...state.policies.values(),
    ]);
    return [...this.#own].filter(([object, { thing, name }]) =>
      thing !== "key" && !this.#given.has(`${thing}/${name}`) &&
      !(here.has(object) && this.#own.get(object)?.text === textOf(object))
    ).map(([object, { thing, name, text }]) =>
      `a person's ${thing} "${name}" was ${here.has(object) ? `changed from ${text} to ${textOf(object)}` : "deleted"}`
    );
  }

  #keep(thing: Thing, name: string, object: object): void {
    const disputed = thing !== "key" &&
      this.world.list(thing).some((each) => outsideName(each) === name && mayTake(each));
    if (disputed) this.#disputed.add(object);
    else this.#own.set(object, { thing, name, text: textOf(object) });
  }

  #changed(object: object): void {
    const known = this.#own.get(object);
    if (known) known.text = textOf(object);
  }

  #deletePolicy(name: string): void {
    const { policies, users } = this.world.aws.state;
    const policy = this.policyNamed(name);
    if (policy === undefined) return;
    policies.delete(policy.arn);
    this.#own.delete(policy);
    for (const user of users.values()) if (user.attached.delete(policy.arn)) this.#changed(user);
  }
}

function mayTake({ metadata, status }: Loose): boolean {
  const { ownership, exists, created, applied } = status ?? {};
  const holds = ownership !== undefined || exists || created || applied;
  const isIdle = !metadata.finalizers?.includes(FINALIZER) && KEEPS_OFF.includes(condition(status, "Ready")?.reason);
  return holds || status?.creating !== undefined || !isIdle;
}

/** All that may not change; when a key was last used may. */
function textOf(object: object): string {
  return JSON.stringify(object, (key, value) => {
    if (key === "lastUsed" || key === "policyPrincipals") return undefined;
    if (value instanceof Map) return Object.fromEntries(value);
    return value instanceof Set ? [...value] : value;
  });
}
