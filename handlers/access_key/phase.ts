import { hasRest, leavesAt, requestedAt, retirementTimes } from "./schedule.ts";
import type { KeyInput, RecordedKey, RotationPhase } from "./state.ts";

/** The keys as the status is about to record them. */
interface PhaseKeys {
  readonly current: RecordedKey | undefined;
  readonly next: RecordedKey | undefined;
  readonly previous: readonly RecordedKey[];
  readonly nextRotateTime: string | undefined;
}

/**
 * Where the rotation stands. It follows from recorded times alone, so that it says the same after a restart and costs
 * no write of its own; `undefined` while no key is in the Secret.
 */
export function rotationPhase(input: KeyInput, keys: PhaseKeys): RotationPhase | undefined {
  const { current, next, previous } = keys;
  if (next) return { phase: "Proving", since: next.createdAt, next: "Publish", ...begun(input) };
  if (!current) return undefined;
  const [first] = previous.map((key) => ({ key, at: leavesAt(input, { current }, key) })).sort((a, b) => a.at - b.at);
  if (!first) return settled(input, current, keys.nextRotateTime);
  const { key, at } = first;
  const ending = hasRest(input, { current }, key) ? "Deactivate" : "Delete";
  const { over, atMost } = retirementTimes(input, { current }, key);
  if (at > over && !key.deactivatedAt) {
    const [since, nextTime] = [over, atMost].map((time) => new Date(time).toISOString());
    return { phase: "StillUsed", since: since!, next: ending, nextTime: nextTime!, ...begun(input) };
  }
  const more = { ...(Number.isFinite(at) && at > 0 ? { nextTime: new Date(at).toISOString() } : {}), ...begun(input) };
  if (key.deactivatedAt) return { phase: "Deactivated", since: key.deactivatedAt, next: "Delete", ...more };
  const since = key.retiredAt === undefined ? {} : { since: key.retiredAt };
  return { phase: "Overlap", ...since, next: ending, ...more };
}

/** The trace in which the rotation began: of its intent, and once that is forgotten as recorded here. */
function begun({ status: { keyIntent, rotation } }: KeyInput): Pick<RotationPhase, "traceparent"> {
  const traceparent = keyIntent?.traceparent ?? rotation?.traceparent;
  return traceparent === undefined ? {} : { traceparent };
}

function settled(input: KeyInput, current: RecordedKey, nextRotateTime: string | undefined): RotationPhase {
  const { rotateAt, status } = input;
  const isServed = rotateAt === (current.request ?? status.lastRotateRequest);
  const times = [Date.parse(nextRotateTime ?? ""), isServed ? NaN : requestedAt(rotateAt)].filter(Number.isFinite);
  const since = Date.parse(current.createdAt) > 0 ? { since: current.createdAt } : {};
  if (times.length === 0) return { phase: "Settled", ...since, next: "None" };
  return { phase: "Settled", ...since, next: "Rotate", nextTime: new Date(Math.min(...times)).toISOString() };
}
