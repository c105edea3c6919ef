import assert from "node:assert/strict";
import { planKeys } from "../../../handlers/access_key/planner.ts";
import type { KeyInput } from "../../../handlers/access_key/state.ts";

interface Case {
  readonly given: KeyInput;
  /** `do` and id of each action. */
  readonly does: readonly string[];
  readonly problem?: string;
  readonly nextAt?: number;
  readonly status?: Record<string, unknown>;
}

export type Cases = Readonly<Record<string, Case>>;

/** One test for each case: what the planner decides. */
export function runCases(cases: Cases): void {
  for (const [name, { given, does, problem, nextAt, status }] of Object.entries(cases)) {
    Deno.test(`planKeys() ${name}`, () => {
      const decision = planKeys(given);
      assert.deepEqual(
        decision.actions.map((action) => {
          const id = "id" in action ? action.id : "key" in action ? action.key.id : undefined;
          return id === undefined ? action.do : `${action.do} ${id}`;
        }),
        does,
      );
      assert.equal(decision.problem?.reason, problem);
      if (nextAt !== undefined) assert.equal(decision.nextAt, nextAt);
      if (status !== undefined) assert.deepEqual(decision.status, status);
    });
  }
}
