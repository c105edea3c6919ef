import { AwsError, type Credentials } from "../../lib/aws/api.ts";
import { StalledError } from "../../lib/errors.ts";
import { equal } from "../../lib/equal.ts";
import { KubeError } from "../../lib/kube/errors.ts";
import { type Secret, secretType } from "../../lib/kube/secret.ts";
import { mergePatchOf } from "../../lib/kube/merge_patch.ts";
import type { ActiveSpan } from "../../lib/telemetry/api.ts";
import { accessKeyType } from "../kinds.ts";
import { credentialsName } from "../names.ts";
import { createKey, deactivateKey, deleteKey } from "./iam.ts";
import { timeLeft } from "./intent.ts";
import { completed, mask } from "./plan_intent.ts";
import { type KeyScope, timeAtIam } from "./scope.ts";
import { content, draft, isOurs, pairOf, previousDraft } from "./secrets.ts";
import type { KeyAction, KeyIntent, KeyStatus, RecordedKey } from "./state.ts";

/**
 * Carries out one action. What is written rests on what was observed: if that changed meanwhile, it is a stale write.
 */
export async function apply(
  action: KeyAction,
  scope: KeyScope,
  { traceparent }: ActiveSpan,
): Promise<Partial<KeyStatus> | void> {
  await refuseStale(scope);
  switch (action.do) {
    case "writeIntent":
      return await writeIntent(scope, action, traceparent);
    case "createKey":
      return await create(scope, action);
    case "storeKey":
      return await store(scope, action);
    case "preservePrevious":
      return await preserve(scope, action);
    case "publish":
      return await publish(scope, action);
    case "deactivate":
      return await deactivate(scope, action);
    case "revoke":
      refuseOwn(scope, action.id);
      await deleteKey(scope.iam, action.userName, action.id);
      if (scope.fresh.get(scope.object.metadata.uid)?.key.id === action.id) {
        scope.fresh.delete(scope.object.metadata.uid);
      }
      return;
    case "removeSecret":
      return await removeSecret(scope, action.name);
  }
}

type ActionOf<Do extends KeyAction["do"]> = Extract<KeyAction, { do: Do }>;

const LOCKED_FIELDS = ["keyIntent", "accessKeyId", "nextKey", "previousKeys"] as const;

/**
 * The status must still be the one that the plan was made from: a store may lag behind the API server after a restart,
 * and another process may have been at work. Asked once for all the actions of a plan.
 */
async function refuseStale(scope: KeyScope): Promise<void> {
  if (scope.isFresh) return;
  const { metadata, status: planned } = scope.object;
  const live = await scope.deps.kube.get(accessKeyType, metadata);
  const isSame = live?.metadata.uid === metadata.uid &&
    LOCKED_FIELDS.every((field) => equal(live.status?.[field], planned?.[field]));
  if (!live || !isSame) throw stale(`AccessKey "${metadata.name}"`);
  scope.object = live;
  scope.isFresh = true;
}

async function writeIntent(
  scope: KeyScope,
  { intent, opens }: Omit<ActionOf<"writeIntent">, "do">,
  traceparent?: string,
): Promise<Partial<KeyStatus>> {
  const { metadata, status } = scope.object;
  const recorded = status?.keyIntent as KeyIntent | undefined;
  const written = opens
    ? { ...intent, startedAt: new Date(timeAtIam(scope)).toISOString(), ...(traceparent ? { traceparent } : {}) }
    : intent;
  const patch = mergePatchOf({ keyIntent: recorded }, { keyIntent: written });
  if (patch) {
    scope.object = await scope.deps.kube.mergePatch(accessKeyType, metadata, { status: patch }, {
      subresource: "status",
    });
  }
  return { keyIntent: written };
}

async function create(scope: KeyScope, { userName, into, previous, request }: ActionOf<"createKey">): Promise<void> {
  const intent = scope.object.status?.keyIntent as KeyIntent | undefined;
  const timeoutMs = timeLeft(intent, timeAtIam(scope));
  // The record of it was slow to write: a key made now could appear when nobody looks for it any more.
  if (intent === undefined || timeoutMs === undefined) throw stale(`The intent of "${scope.object.metadata.name}"`);
  let pair: Credentials;
  try {
    pair = await createKey(scope.iam, userName, timeoutMs);
  } catch (error) {
    const refused = refusal(error, into);
    if (refused !== error) await close(scope, intent);
    throw refused;
  }
  const createdAt = new Date(timeAtIam(scope)).toISOString();
  const key = { id: pair.accessKeyId, userName, createdAt, ...(request === undefined ? {} : { request }) };
  // From here on this process alone can say what the secret is: kept until a Secret holds it, also if this write fails.
  scope.fresh.set(scope.object.metadata.uid, { key, pair });
  await store(scope, { do: "storeKey", key, into, previous });
}

/** After a clear refusal nothing can come of the call, so no key of a person is to be taken for one that it made. */
async function close(scope: KeyScope, intent: KeyIntent): Promise<void> {
  const keyIntent = completed(intent, timeAtIam(scope));
  // If this write fails the intent stays open for its ten seconds, as after a crash.
  await writeIntent(scope, { intent: keyIntent }).catch(() => {});
}

async function store(scope: KeyScope, { key, into, previous }: ActionOf<"storeKey">): Promise<void> {
  const { uid } = scope.object.metadata;
  const fresh = scope.fresh.get(uid);
  if (fresh?.key.id !== key.id) throw stale(`Access key of AccessKey "${scope.object.metadata.name}"`);
  await (into === "main"
    ? write(scope, credentialsName.main(scope.object.metadata.name), scope.seen.main, fresh.pair, [key, ...previous])
    : write(scope, credentialsName.next(scope.object.metadata.name), scope.seen.next, fresh.pair, [key]));
  scope.fresh.delete(uid);
}

/** An old pair is kept under a name that a crash leads back to, so what is there already is this very pair. */
async function preserve(scope: KeyScope, { secretName, rotatedAt }: ActionOf<"preservePrevious">): Promise<void> {
  const { object, seen, deps: { kube } } = scope;
  const pair = seen.main && pairOf(seen.main);
  if (!pair) throw stale(`Secret "${credentialsName.main(object.metadata.name)}"`);
  const at = { namespace: object.metadata.namespace, name: secretName };
  const found = await kube.get(secretType, at);
  if (found && !isOurs(found, object)) {
    throw new StalledError("Conflict", `Secret "${secretName}" exists and is not this AccessKey's`);
  }
  if (!found) await kube.create(secretType, previousDraft(secretName, pair, object, rotatedAt));
}

async function publish(
  scope: KeyScope,
  { from, key, ledger, secretName = "" }: ActionOf<"publish">,
): Promise<void> {
  const { seen, object } = scope;
  const source = from === "previous" ? seen.previous[secretName] : seen[from];
  const pair = source && pairOf(source);
  if (pair?.accessKeyId !== key.id) throw stale(`The pair of AccessKey "${object.metadata.name}"`);
  await write(scope, credentialsName.main(object.metadata.name), seen.main, pair, ledger);
}

async function write(
  { deps: { kube }, object }: KeyScope,
  name: string,
  seen: Secret | undefined,
  pair: Credentials,
  ledger: readonly RecordedKey[],
): Promise<void> {
  if (seen) await kube.mergePatch(secretType, seen.metadata, content(pair, object, ledger));
  else await kube.create(secretType, draft(name, pair, object, ledger));
}

/** Whatever a ledger was edited to hold, or an annotation names: the operator does not lock itself out. */
function refuseOwn({ connection }: KeyScope, id: string): void {
  if (id !== connection.settings.credentials.accessKeyId) return;
  throw new StalledError("Conflict", `Access key ${mask(id)} is the operator's own, which it never touches`);
}

/** Told only when it is so: a service may not know how, and the operator may not have the right. */
async function deactivate(scope: KeyScope, { userName, id }: ActionOf<"deactivate">): Promise<void> {
  refuseOwn(scope, id);
  if (!await deactivateKey(scope.iam, userName, id)) return;
  const note = `Access key ${mask(id)} was deactivated: the overlap is over`;
  scope.deps.events.emit(scope.object, { type: "Normal", reason: "AccessKeyDeactivated", note });
}

async function removeSecret({ deps: { kube }, object }: KeyScope, name: string): Promise<void> {
  const found = await kube.get(secretType, { namespace: object.metadata.namespace, name });
  if (found && isOurs(found, object)) await kube.delete(secretType, found.metadata);
}

/** A refusal for good is a person's to settle and says so in the condition of its kind; all else is tried again. */
function refusal(error: unknown, into: "main" | "next"): unknown {
  if (!(error instanceof AwsError) || !["terminal", "denied", "exists"].includes(error.errorClass)) return error;
  const reason = into === "main" ? "CreationFailed" : "RotationFailed";
  return new StalledError(reason, error.message, { conditionType: reason, cause: error });
}

function stale(what: string): KubeError {
  return new KubeError(409, "Conflict", `${what} has changed since it was observed`);
}
