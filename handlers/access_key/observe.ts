import { type Secret, secretType } from "../../lib/kube/secret.ts";
import type { AccessKey } from "../kinds.ts";
import { credentialsName } from "../names.ts";
import { annotationOf } from "../objects.ts";
import { listKeys } from "./iam.ts";
import { patched } from "./planner.ts";
import { mayHaveNext } from "./record.ts";
import type { KeyScope } from "./scope.ts";
import { pairOf, stateOf } from "./secrets.ts";
import type { IamKey, KeyInput, KeyStatus, RecordedKey, SecretState } from "./state.ts";

/** What the outside holds; the planner's input but for spec, status and clock. */
export type ObservedKeys = Omit<KeyInput, "now" | "name" | "uid" | "userName" | "rotate" | "status" | "proven">;

export interface ObserveOptions {
  readonly signal: AbortSignal;
  /** Other AccessKeys whose keys may be at the same user. */
  readonly others: readonly AccessKey[];
}

/** The status without the fields that are null. */
export function statusOf({ status }: AccessKey): KeyStatus {
  return patched((status ?? {}) as KeyStatus, {});
}

/** Reads Secrets by name and lists the keys of every user that the spec or a record names. */
export async function observeKeys(
  scope: KeyScope,
  object: AccessKey,
  { signal, others }: ObserveOptions,
): Promise<ObservedKeys> {
  const { namespace } = object.metadata;
  const status = statusOf(object);
  const read = (name: string) => scope.deps.kube.get(secretType, { namespace, name }, signal);
  const main = await read(credentialsName.main(object.metadata.name));
  const mainState = stateOf(main, object);
  const ownKeys = await listKeys(scope.iam, scope.userName, signal);
  const isRead = object.metadata.deletionTimestamp !== undefined || mayHaveNext(status, ownKeys ?? []);
  const next = isRead ? await read(credentialsName.next(object.metadata.name)) : undefined;
  const nextState = stateOf(next, object);
  const recorded = [...ledger(mainState), ...ledger(nextState), ...status.previousKeys ?? []];
  const isHeld = mainState.kind === "pair" && mainState.id === status.accessKeyId;
  const names = isHeld ? [] : recorded.flatMap(({ secretName }) => secretName ?? []);
  const previous: Record<string, Secret | undefined> = {};
  for (const name of new Set(names)) previous[name] = await read(name);
  const users = new Set([
    scope.userName,
    ...[status.userName, status.keyIntent?.userName, status.nextKey?.userName].filter((name) => name !== undefined),
    ...recorded.map(({ userName }) => userName),
  ]);
  const iam: Record<string, readonly IamKey[]> = ownKeys ? { [scope.userName]: ownKeys } : {};
  for (const user of users) {
    if (user === scope.userName) continue;
    const keys = await listKeys(scope.iam, user, signal);
    if (keys) iam[user] = keys;
  }
  scope.isFresh = false;
  scope.seen = { main, next, previous };
  const discardKey = annotationOf(object, "discardKey");
  const rotateAt = annotationOf(object, "rotateAt");
  const fresh = scope.fresh.get(object.metadata.uid)?.key;
  return {
    main: mainState,
    next: nextState,
    previous: Object.fromEntries(Object.entries(previous).map(([name, secret]) => [name, stateOf(secret, object)])),
    iam,
    ...(fresh ? { fresh } : {}),
    ...(discardKey === undefined ? {} : { discardKey }),
    ...(rotateAt === undefined ? {} : { rotateAt }),
    recordedElsewhere: [
      ...await recordedBy(scope, others, { signal, withLedgers: status.keyIntent !== undefined }),
      // A pair that no Secret holds yet is another object's all the same.
      ...[...scope.fresh].flatMap(([uid, { key }]) => uid === object.metadata.uid ? [] : key.id),
    ],
    otherStarts: others.flatMap((other) => {
      const { keyIntent } = statusOf(other);
      return keyIntent && !keyIntent.completedAt && users.has(keyIntent.userName)
        ? [Date.parse(keyIntent.startedAt)]
        : [];
    }),
  };
}

/** The pair that waits to be proven: the next one, or the current one while older keys wait to go. */
export function pairToProve({ seen, object }: KeyScope): string | undefined {
  const status = statusOf(object);
  const next = seen.next && pairOf(seen.next)?.accessKeyId;
  if (next) return next;
  const main = seen.main && pairOf(seen.main)?.accessKeyId;
  return status.previousKeys?.length && main !== status.provenKeyId ? main : undefined;
}

/** Ids that other objects record; their ledgers are read only while a leaked key may have to be told from theirs. */
async function recordedBy(
  { deps: { kube } }: KeyScope,
  others: readonly AccessKey[],
  { signal, withLedgers }: { readonly signal: AbortSignal; readonly withLedgers: boolean },
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const other of others) {
    const { accessKeyId, nextKey, previousKeys = [] } = statusOf(other);
    ids.push(...[accessKeyId, nextKey?.id, ...previousKeys.map(({ id }) => id)].filter((id) => id !== undefined));
    if (!withLedgers) continue;
    const { namespace } = other.metadata;
    for (const name of [credentialsName.main(other.metadata.name), credentialsName.next(other.metadata.name)]) {
      const state = stateOf(await kube.get(secretType, { namespace, name }, signal), other);
      ids.push(...ledger(state).map(({ id }) => id), ...(state.kind === "pair" ? [state.id] : []));
    }
  }
  return ids;
}

function ledger(state: SecretState): readonly RecordedKey[] {
  return state.kind === "pair" || state.kind === "damaged" ? state.ledger ?? [] : [];
}
