import { planKeyDeletion } from "../../../handlers/access_key/plan_delete.ts";
import { planKeys } from "../../../handlers/access_key/planner.ts";
import { mayHaveNext } from "../../../handlers/access_key/record.ts";
import type { KeyDecision, KeyInput, KeyStatus, SecretState } from "../../../handlers/access_key/state.ts";
import { act, Cut, isMadeBy, send, store } from "./act.ts";
import type { Fault, LookOptions, Seed } from "./faults.ts";
import { type ModelObject, recordedIds, type TrueKey, Violation, type World, writeStatus } from "./world.ts";

const LOCKED_FIELDS = ["keyIntent", "accessKeyId", "nextKey", "previousKeys"] as const;

/** Observes and plans; what is to be done is then the object's `pending`. */
export function look(w: World, object: ModelObject, options: LookOptions = {}, seed: Seed = {}): KeyDecision {
  const status = options.staleStatus ? object.olderStatus : object.status;
  const seen = observe(w, object, { ...options, status }, seed);
  const input = seed.input ? seed.input(seen) : seen;
  const planned = object.deleted ? planKeyDeletion(input) : planKeys(input);
  const decision = seed.decide ? seed.decide(planned, input) : planned;
  if (!options.staleIam) checkSingle(w, object, decision);
  if (decision.actions.length > 0 || Object.keys(decision.status).length > 0) {
    const isChanged = LOCKED_FIELDS.some((field) =>
      JSON.stringify(status[field]) !== JSON.stringify(object.status[field])
    );
    const isOutdated = status !== object.status && (isChanged || decision.actions.length === 0) && !seed.unlocked;
    object.pending = {
      actions: decision.actions,
      status: decision.status,
      at: 0,
      ...(isOutdated ? { outdated: true } : {}),
      main: object.secrets[`${object.name}-credentials`]?.id,
      next: object.secrets[`${object.name}-credentials-next`]?.id,
      ...(input.proven === undefined ? {} : { proven: input.proven }),
    };
  }
  return decision;
}

/** Does the next thing that is pending; true when all of it is done and heard of. */
export function step(w: World, object: ModelObject, fault?: Fault): boolean {
  const pending = object.pending!;
  const { made } = pending;
  const action = pending.actions[pending.at++];
  try {
    if (fault === "crash before") throw new Cut(fault);
    if (made) object.fresh = made;
    if (fault === "refused") throw new Cut(fault);
    if (fault === "overtaken") send(w, object);
    // The first action compares the status with the API server's.
    if (pending.outdated && (pending.at === 1 || !action)) throw new Cut("conflict");
    if (made && action?.do === "createKey") {
      delete pending.made;
      store(w, object, pending, { key: made, into: action.into, previous: action.previous });
    } else if (action) {
      act(w, object, pending, action);
      // The answer is on its way, and what it says goes into the Secret next.
      if (pending.made) pending.at--;
    } else {
      writeStatus(object, pending.status);
    }
    if (object.status.keyIntent?.unclear) w.unclear = true;
    if (fault) throw new Cut(fault);
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    delete object.pending;
    if (error.message.startsWith("crash")) delete object.fresh;
    return false;
  }
  const isDone = pending.at > pending.actions.length ||
    (pending.at === pending.actions.length && Object.keys(pending.status).length === 0);
  if (isDone) delete object.pending;
  return true;
}

/** Does all that is pending; false where something came in between. */
export function finish(w: World, object: ModelObject): boolean {
  while (object.pending) if (!step(w, object)) return false;
  return true;
}

interface PassOptions {
  readonly seed?: Seed;
  /** Asked whenever something was done: true ends the pass. */
  readonly stop?: () => boolean;
}

/**
 * One pass over one object: observe, plan, act, as long as the plan says again. Returns the last decision, if it got so
 * far.
 */
export function pass(
  w: World,
  object: ModelObject,
  options: LookOptions = {},
  { seed = {}, stop = () => false }: PassOptions = {},
): KeyDecision | "stopped" | undefined {
  if (!finish(w, object)) return undefined;
  for (let round = 0; round < 12; round++) {
    const decision = look(w, object, options, seed);
    const isIdle = !object.pending;
    if (!finish(w, object)) return undefined;
    if (!isIdle && stop()) return "stopped";
    if (!decision.again) return decision;
  }
  throw new Violation("It does not come to rest within a pass");
}

function observe(
  w: World,
  object: ModelObject,
  { staleIam, status, accepts }: LookOptions & { status: KeyStatus },
  seed: Seed,
): KeyInput {
  const others = w.objects.filter((other) => other !== object && other.userName === object.userName);
  const iam = staleIam ? w.olderUsers : w.users;
  const isRead = object.deleted === true || mayHaveNext(status, iam[object.userName] ?? []);
  const next: SecretState = isRead ? secretState(object, `${object.name}-credentials-next`) : { kind: "absent" };
  const main = secretState(object, `${object.name}-credentials`);
  const candidate = next.kind === "pair" ? next.id : main.kind === "pair" ? main.id : undefined;
  const isReal = Object.values(w.users).flat().some((key) => key.id === candidate);
  return {
    now: w.now + w.skew,
    name: object.name,
    uid: object.name,
    userName: object.userName,
    rotate: object.rotate,
    ...(object.rotateAt !== undefined ? { rotateAt: object.rotateAt } : {}),
    ...(object.discardKey !== undefined ? { discardKey: object.discardKey } : {}),
    status,
    main,
    next,
    previous: Object.fromEntries(Object.keys(object.secrets).map((name) => [name, secretState(object, name)])),
    iam,
    lastUsed: object.rotate.keepWhileUsedDays ? lastUses(w.users[object.userName]) : {},
    ...(object.fresh ? { fresh: object.fresh } : {}),
    ...(accepts !== false && isReal && candidate !== undefined ? { proven: candidate } : {}),
    recordedElsewhere: others.flatMap((other) => [...recordedIds(other), ...other.fresh ? [other.fresh.id] : []]),
    otherStarts: seed.together
      ? []
      : others.flatMap(({ status: { keyIntent } }) =>
        keyIntent && !keyIntent.completedAt ? [Date.parse(keyIntent.startedAt)] : []
      ),
  };
}

function lastUses(keys: readonly TrueKey[] = []): Record<string, number> {
  return Object.fromEntries(keys.flatMap(({ id, usedAt }) => usedAt === undefined ? [] : [[id, usedAt]]));
}

function secretState(object: ModelObject, name: string): SecretState {
  const secret = object.secrets[name];
  return secret
    ? { kind: "pair", id: secret.id, ...(secret.ledger ? { ledger: secret.ledger } : {}) }
    : { kind: "absent" };
}

/** A key that nothing records is taken for a lost one only if it alone can be what one of our calls has made. */
function checkSingle(w: World, object: ModelObject, { actions }: KeyDecision): void {
  for (const action of actions) {
    if (action.do !== "revoke" || action.id === object.discardKey) continue;
    const keys = w.users[action.userName] ?? [];
    const recorded = new Set(w.objects.flatMap((each) => [...recordedIds(each), ...each.fresh ? [each.fresh.id] : []]));
    const revoked = keys.find(({ id }) => id === action.id);
    if (revoked?.by !== "person" || recorded.has(action.id)) continue;
    // A person's word about an earlier one has settled what is left.
    const known = new Set(object.status.keyIntent?.existingIds);
    const others = keys.filter(({ id }) => id !== action.id && !recorded.has(id) && !known.has(id));
    const calls = w.starts.filter((start) => start.userName === action.userName && isMadeBy(start, revoked));
    if (calls.length > 0 && calls.every((start) => others.some((key) => isMadeBy(start, key)))) {
      throw new Violation(`${action.id} is one of two candidates`);
    }
  }
}
