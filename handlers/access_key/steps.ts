import type { Plan, Step } from "../plan.ts";
import { apply } from "./apply.ts";
import { mask } from "./plan_intent.ts";
import type { KeyScope } from "./scope.ts";
import type { KeyAction, KeyDecision, KeyStatus } from "./state.ts";

type KeyStep = Step<KeyScope, KeyStatus>;

/**
 * A decision as the base handler runs it: its status goes with the last step, so that nothing is recorded before it is
 * so.
 */
export function planOf(
  { actions, status, again, nextAt, problem }: KeyDecision,
  now: number,
): Plan<KeyScope, KeyStatus> {
  const steps = actions.map((action, index): KeyStep => ({
    ...describe(action),
    apply: async (scope, span) => {
      const made = await apply(action, scope, span);
      return index < actions.length - 1 ? made : { ...made, ...status } as Partial<KeyStatus>;
    },
  }));
  return {
    steps,
    ...(steps.length === 0 ? { status } : {}),
    ...(again ? { again } : {}),
    ...(nextAt === undefined ? {} : { afterMs: Math.max(0, nextAt - now) }),
    ...(problem ? { problem } : {}),
  };
}

function describe(action: KeyAction): Omit<KeyStep, "apply"> {
  switch (action.do) {
    case "writeIntent":
      return { action: "update", target: "AccessKey/intent", reason: "recorded before the call", writesObject: true };
    case "createKey":
      return action.into === "main"
        ? {
          ...make("absent", "CreationFailed"),
          event: event("AccessKeyCreated", `An access key was made for user "${action.userName}"`),
        }
        : {
          ...make("rotation", "RotationFailed"),
          event: event("AccessKeyRotationStarted", "A new access key was made and is to be proven"),
        };
    case "storeKey":
      return { action: "update", target: "Secret/credentials", reason: "the new pair is not stored yet" };
    case "preservePrevious": {
      const until = new Date(Date.parse(action.rotatedAt) + action.overlapMs).toISOString();
      const shortened = action.shortenedFrom === undefined
        ? ""
        : `, not for ${action.shortenedFrom} days, because rotate.intervalDays is shorter`;
      const note = `The old pair is kept in Secret "${action.secretName}" until ${until}${shortened}`;
      return {
        action: "create",
        target: `Secret/${action.secretName}`,
        reason: "rotation",
        event: event("PreviousKeyKept", note),
      };
    }
    case "publish":
      return {
        action: "update",
        target: "Secret/credentials",
        reason: action.from === "next" ? "rotation" : "a kept pair is put back",
        event: action.from === "next"
          ? event("AccessKeyRotated", `The Secret holds access key ${mask(action.key.id)} now`)
          : event("AccessKeyRestored", `The Secret holds access key ${mask(action.key.id)} again`),
      };
    case "deactivate":
      return { action: "update", target: `key/${mask(action.id)}`, reason: "the overlap is over" };
    case "revoke":
      return {
        action: "delete",
        target: `key/${mask(action.id)}`,
        reason: action.reason,
        event: event("AccessKeyRevoked", `Access key ${mask(action.id)} was deleted: ${action.reason}`),
      };
    case "removeSecret":
      return { action: "delete", target: `Secret/${action.name}`, reason: action.reason };
  }
}

function make(reason: string, failing: "CreationFailed" | "RotationFailed"): Omit<KeyStep, "apply"> {
  return { action: "create", target: "key", reason, failing };
}

function event(reason: string, note: string) {
  return { reason, note };
}
