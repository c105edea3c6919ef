import assert from "node:assert/strict";
import { AwsError } from "../../../lib/aws/api.ts";
import { CredentialsGuard } from "../../../lib/aws/credentials_guard.ts";
import { VirtualClock } from "./virtual_clock.ts";

const MINUTE_MS = 60_000;

function refusal(): AwsError {
  return new AwsError("s3", "ListBuckets", "credentials", "InvalidAccessKeyId", 403, "no");
}

/** A guard that has seen a refusal just now. */
function refused() {
  const clock = new VirtualClock();
  const guard = new CredentialsGuard(clock);
  const error = refusal();
  guard.enter();
  guard.refused(error);
  return { clock, guard, error };
}

Deno.test("CredentialsGuard lets calls pass until the service refuses", () => {
  const guard = new CredentialsGuard(new VirtualClock());
  guard.check();
  guard.enter();
  guard.accepted();
  guard.enter();
  guard.unanswered();
  assert.doesNotThrow(() => guard.enter());
});

Deno.test("CredentialsGuard answers with the service's refusal for five minutes, with no call", async () => {
  const { clock, guard, error } = refused();
  assert.throws(() => guard.check(), error);
  await clock.advance(5 * MINUTE_MS - 1);
  assert.throws(() => guard.enter(), error);
  await clock.advance(1);
  assert.doesNotThrow(() => guard.enter());
});

Deno.test("CredentialsGuard lets one call try after five minutes, and no other beside it", async () => {
  const { clock, guard, error } = refused();
  await clock.advance(5 * MINUTE_MS);
  guard.enter();
  assert.throws(() => guard.enter(), error);
  assert.throws(() => guard.check(), error);
});

Deno.test("CredentialsGuard rests another five minutes when that one is refused too", async () => {
  const { clock, guard } = refused();
  await clock.advance(5 * MINUTE_MS);
  guard.enter();
  const again = refusal();
  guard.refused(again);
  await clock.advance(5 * MINUTE_MS - 1);
  assert.throws(() => guard.enter(), again);
});

Deno.test("CredentialsGuard opens when that one is accepted", async () => {
  const { clock, guard } = refused();
  await clock.advance(5 * MINUTE_MS);
  guard.enter();
  guard.accepted();
  assert.doesNotThrow(() => (guard.enter(), guard.enter()));
});

Deno.test("CredentialsGuard lets the next call try when that one got no answer", async () => {
  const { clock, guard, error } = refused();
  await clock.advance(5 * MINUTE_MS);
  guard.enter();
  guard.unanswered();
  guard.enter();
  assert.throws(() => guard.enter(), error);
});
