import { addPolicy } from "./iam/policies.ts";
import { addKey } from "./iam/keys.ts";
import { addUser } from "./iam/users.ts";
import { newBucket } from "./s3/buckets.ts";
import { storeObject } from "./s3/objects.ts";
import type { Service } from "./service.ts";
import type { AccessKey, Bucket, ManagedPolicy, ObjectVersion, User } from "./state.ts";

/** Puts things at the service behind everybody's back: no request, no validation, no fault. */
export class Seed {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** @param settings fields of the bucket; those left out are as on a new one */
  bucket(name: string, settings: Partial<Bucket> = {}): Bucket {
    const { behaviour, now, state } = this.#service;
    const region = behaviour.region ?? "us-east-1";
    const bucket = { ...newBucket(name, region, now(), { withDefaults: behaviour.newBucketDefaults }), ...settings };
    state.buckets.set(name, bucket);
    return bucket;
  }

  /** A name that somebody else's account has taken. */
  foreignBucket(name: string): void {
    this.#service.state.foreignBuckets.add(name);
  }

  /** @throws RangeError where there is no such bucket */
  object(bucket: string, key: string, body: string | Uint8Array = ""): ObjectVersion {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return storeObject(this.#service, this.#bucket(bucket), key, bytes);
  }

  /** A multipart upload that nobody will finish. @throws RangeError where there is no such bucket */
  upload(bucket: string, key: string): string {
    const id = this.#service.ids.uploadId();
    this.#bucket(bucket).uploads.set(id, { id, key, started: this.#service.now() });
    return id;
  }

  /** @param inline policy documents by name */
  user(name: string, { inline = {} }: { inline?: Readonly<Record<string, unknown>> } = {}): User {
    const user = addUser(this.#service, name);
    for (const [policy, document] of Object.entries(inline)) user.inline.set(policy, textOf(document));
    return user;
  }

  /** A key beyond what the limit allows is possible too. @throws RangeError where there is no such user */
  accessKey(userName: string, given: Partial<AccessKey> = {}): AccessKey {
    const user = this.#service.state.users.get(userName);
    if (user === undefined) throw new RangeError(`No user "${userName}"`);
    return addKey(this.#service, user, given);
  }

  /** Deletes all keys of a user. */
  loseKeys(userName: string): void {
    this.#service.state.users.get(userName)?.keys.splice(0);
  }

  /** A managed policy. */
  policy(name: string, document: unknown): ManagedPolicy {
    return addPolicy(this.#service, name, textOf(document));
  }

  /** A group with these members. */
  group(name: string, members: readonly string[]): void {
    this.#service.state.groups.set(name, { name, members: new Set(members) });
  }

  #bucket(name: string): Bucket {
    const bucket = this.#service.state.buckets.get(name);
    if (bucket === undefined) throw new RangeError(`No bucket "${name}"`);
    return bucket;
  }
}

function textOf(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}
