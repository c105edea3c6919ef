import assert from "node:assert/strict";
import { blocked, conditionsFor, paused, verdictOf, verdictOfPlan } from "../../../handlers/verdict.ts";
import { AwsError, type ErrorClass } from "../../../lib/aws/api.ts";
import { BlockedError, FailedError, StalledError, WaitingError } from "../../../lib/errors.ts";
import { KubeError } from "../../../lib/kube/errors.ts";

const aws = (errorClass: ErrorClass, status = 400) =>
  new AwsError("s3", "PutX", errorClass, "Code", status, "PutX: Code");

/** What is thrown, and what it comes to: kind, reason, when again, whether an Event says it. */
const CASES: Record<string, { error: unknown; is: readonly [string, string, unknown, boolean] }> = {
  "waiting": { error: new WaitingError("UserNotReady", "m"), is: ["waiting", "UserNotReady", "never", false] },
  "waiting for something missing": {
    error: new WaitingError("UserNotReady", "m", { missing: true, afterMs: 5 }),
    is: ["waiting", "UserNotReady", { afterMs: 5 }, true],
  },
  "stalled": { error: new StalledError("Conflict", "m"), is: ["stalled", "Conflict", undefined, true] },
  "blocked": { error: new BlockedError("BucketNotEmpty", "m"), is: ["failed", "BucketNotEmpty", "backoff", true] },
  "failed": { error: new FailedError("ApplyFailed", "m"), is: ["failed", "ApplyFailed", "backoff", true] },
  "an answer of class transient": { error: aws("transient", 500), is: ["failed", "UpdateFailed", "backoff", true] },
  "no answer": { error: aws("transient", 0), is: ["failed", "EndpointUnreachable", "backoff", true] },
  "throttled": { error: aws("throttled"), is: ["failed", "UpdateFailed", "backoff", true] },
  "credentials": { error: aws("credentials"), is: ["failed", "CredentialsInvalid", "backoff", true] },
  "denied": { error: aws("denied"), is: ["failed", "AccessDenied", "backoff", true] },
  "terminal": { error: aws("terminal"), is: ["stalled", "UpdateFailed", undefined, true] },
  "exists": { error: aws("exists"), is: ["stalled", "UpdateFailed", undefined, true] },
  "conflict": { error: aws("conflict"), is: ["failed", "UpdateFailed", "backoff", true] },
  "a stale write": { error: new KubeError(409, "Conflict", "m"), is: ["stale", "Stale", "soon", false] },
  "another error of the cluster": {
    error: new KubeError(500, "x", "m"),
    is: ["failed", "UpdateFailed", "backoff", true],
  },
  "a bug": { error: new TypeError("m"), is: ["failed", "UpdateFailed", "backoff", true] },
  "several, one of which a retry can mend": {
    error: new AggregateError([new StalledError("Unsupported", "a"), aws("denied")]),
    is: ["failed", "AccessDenied", "backoff", true],
  },
};
for (const [name, { error, is }] of Object.entries(CASES)) {
  Deno.test(`verdictOf() ${name} is ${is[0]}, ${is[1]}`, () => {
    const { kind, reason, requeue, loud } = verdictOf(error, "UpdateFailed");
    assert.deepEqual([kind, reason, requeue, loud], is);
  });
}

Deno.test("verdictOf() joins the messages of several errors once each", () => {
  const { message } = verdictOf(
    new AggregateError([new FailedError("x", "a"), new FailedError("x", "b"), new FailedError("x", "a")]),
    "y",
  );
  assert.equal(message, "a; b");
});

Deno.test("conditionsFor() shows kstatus types only while True and takes the other negative types away", () => {
  const types = (verdict: Parameters<typeof conditionsFor>[0]) =>
    conditionsFor(verdict, ["A", "B"]).map((each) =>
      "remove" in each ? `-${each.type}` : `${each.type}=${each.status}`
    );
  const base = { reason: "r", message: "m", loud: false };
  assert.deepEqual(types({ ...base, kind: "ready" }), ["-A", "-B", "Ready=True", "-Reconciling", "-Stalled"]);
  for (const kind of ["waiting", "failed"] as const) {
    const expected = ["-A", "B=True", "Ready=False", "Reconciling=True", "-Stalled"];
    assert.deepEqual(types({ ...base, kind, conditionType: "B" }), expected);
  }
  assert.deepEqual(types({ ...base, kind: "stalled" }), ["-A", "-B", "Ready=False", "-Reconciling", "Stalled=True"]);
});

Deno.test("blocked() says DeletionBlocked and is tried again, but for the reasons that say more", () => {
  const stalled = verdictOf(new StalledError("CredentialsInvalid", "m"), "x");
  assert.deepEqual([blocked(stalled).kind, blocked(stalled).reason, blocked(stalled).requeue], [
    "failed",
    "DeletionBlocked",
    "backoff",
  ]);
  for (const reason of ["BucketNotEmpty", "InUse"]) {
    assert.equal(blocked(verdictOf(new BlockedError(reason, "m"), "x")).reason, reason);
  }
});

Deno.test("verdictOfPlan() without a problem is Ready; a stalled problem is told, a wait only when it asks for it", () => {
  assert.deepEqual(verdictOfPlan({ steps: [], afterMs: 7 }), {
    kind: "ready",
    reason: "Ready",
    message: "In sync",
    loud: false,
    requeue: { afterMs: 7 },
  });
  const problem = { reason: "r", message: "m" };
  assert.equal(verdictOfPlan({ steps: [], problem: { ...problem, kind: "stalled" } }).loud, true);
  assert.equal(verdictOfPlan({ steps: [], problem: { ...problem, kind: "waiting" } }).loud, false);
  assert.equal(verdictOfPlan({ steps: [], problem: { ...problem, kind: "waiting", loud: true } }).loud, true);
});

Deno.test("paused() keeps what Ready was", () => {
  const object = (status: string) => ({
    apiVersion: "v1",
    kind: "X",
    metadata: {} as never,
    spec: {},
    status: { conditions: [{ type: "Ready", status, reason: "", message: "", lastTransitionTime: "" } as never] },
  });
  assert.equal(paused(object("True")).kind, "ready");
  assert.equal(paused(object("False")).kind, "waiting");
});
