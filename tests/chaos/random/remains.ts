import { LABELS, OPERATOR } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { type Broken, recordsOf } from "../invariants.ts";
import { outsideName, type Person } from "./person.ts";
import { isReady } from "./reasons.ts";
import type { Scene } from "./scene.ts";
import type { Release } from "./watchman.ts";

/** What is at the service and no object stands for, but what people made, a Bucket retained or an object abandoned. */
export function orphans(scene: Scene, person: Person, releases: readonly Release[]): Broken[] {
  const there = [
    ...named("Bucket", scene.buckets),
    ...named("User", scene.users),
    ...named("IAMPolicy", scene.policies),
  ];
  const isFree = (kind: string, name: string) =>
    scene.objects.some((each) => each.kind === kind && outsideName(each) === name) ||
    releases.some((each) =>
      each.kind === kind && each.name === name && (each.abandoned || (kind === "Bucket" && each.retained))
    );
  return there.filter(({ kind, name, thing }) => !person.mayBePersonal(thing) && !isFree(kind, name))
    .map(({ kind, name }) => ({ rule: "orphan", what: `${kind} "${name}" stays at the service` }));
}

/** Keys at IAM that people did not make and that neither a status nor a ledger records. */
export function leakedKeys(scene: Scene, person: Person, releases: readonly Release[]): Broken[] {
  // What is abandoned names its keys in an Event; which they were is not kept anywhere else.
  if (releases.some(({ kind, abandoned }) => abandoned && kind === "AccessKey")) return [];
  const recorded = recordsOf(scene);
  // One that is still to be looked for, as by an object whose Provider has lost its Secret, will be swept.
  const open = scene.objects.filter((each) => each.kind === "AccessKey" && !isReady(each))
    .map(({ status }) => status?.keyIntent).filter((intent) => intent && !intent.completedAt);
  const isSought = (user: string, id: string) =>
    open.some(({ userName, existingIds }) => userName === user && !existingIds.includes(id));
  return [...scene.users].flatMap(([user, { keys }]) =>
    keys.filter((key) => !person.mayBePersonal(key) && !recorded.includes(key.id) && !isSought(user, key.id))
      .map(({ id }): Broken => ({ rule: "leaked key", what: `${id} of user ${user}` }))
  );
}

/** Secrets of ours although there is no object any more. */
export function secretsLeft({ objects }: Scene): string[] {
  return objects.filter(({ kind, metadata }: Loose) =>
    kind === "Secret" && metadata.labels?.[LABELS.managedBy] === OPERATOR
  ).map(({ metadata: { namespace, name } }) => `Secret ${namespace}/${name} stays`);
}

function named(kind: string, things: ReadonlyMap<string, object>) {
  return [...things].map(([name, thing]) => ({ kind, name, thing }));
}
