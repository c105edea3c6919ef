import type { Bucket, ManagedPolicy, User } from "../../sandbox/aws/mod.ts";
import type { RequestRecord } from "../../sandbox/requests.ts";
import type { Loose } from "../../scenarios/admin.ts";
import type { ChaosWorld } from "../world.ts";

/** Both sides of a world at rest, and what was sent before. */
export interface Scene {
  readonly mode: "aws" | "wasabi";
  /** Our objects and the Secrets. */
  readonly objects: readonly Loose[];
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly foreignBuckets: ReadonlySet<string>;
  readonly users: ReadonlyMap<string, User>;
  /** By name. */
  readonly policies: ReadonlyMap<string, ManagedPolicy>;
  readonly sent: readonly RequestRecord[];
  find(kind: string, namespace: string, name: string): Loose | undefined;
}

export function sceneOf(world: ChaosWorld, sent: readonly RequestRecord[]): Scene {
  const { objects } = world.see();
  const { buckets, users, policies, foreignBuckets } = world.aws.state;
  return {
    mode: world.aws.behaviour.mode,
    objects,
    buckets,
    foreignBuckets,
    users,
    policies: new Map([...policies.values()].map((policy) => [policy.name, policy])),
    sent,
    find: (kind, namespace, name) =>
      objects.find((each) =>
        each.kind === kind && each.metadata.namespace === namespace && each.metadata.name === name
      ),
  };
}

/** The object that a reference of the spec leads to. */
export function targetOf(object: Loose | undefined, field: string, kind: string, scene: Scene): Loose | undefined {
  const reference = object?.spec[field];
  return reference && scene.find(kind, reference.namespace || object.metadata.namespace, reference.name);
}

/** The IAM user that an AccessKey is for, as far as anything tells. */
export function userNameOf(object: Loose, scene: Scene): string | undefined {
  return targetOf(object, "userRef", "User", scene)?.spec.name ?? object.status?.userName;
}
