/** Many objects at once, in virtual time. */
import assert from "node:assert/strict";
import { allFaults, fail } from "./faults.ts";
import { scenarioOf } from "./scenarios/mod.ts";
import { ChaosWorld, ours, providerObjects } from "./world.ts";

const MINUTE_MS = 60_000;
const STORM_MINUTES = 30;
const names = Array.from({ length: 25 }, (_, index) => `crowd-${index + 10}`);

/** A world with a Provider, and an operator that runs. */
async function withWorld(work: (world: ChaosWorld) => Promise<void>): Promise<void> {
  await using world = await ChaosWorld.start();
  await world.apply(...providerObjects(world));
  await world.startOperator();
  assert.deepEqual(await world.rest(), []);
  await work(world);
}

function bucket(name: string, provider = "wasabi") {
  return ours("Bucket", name, { providerRef: { name: provider }, name, autoManage: { enabled: false } });
}

Deno.test("Secrets are read by name, never listed or watched, however many there are", async () => {
  await using world = await ChaosWorld.start();
  await world.apply(...providerObjects(world));
  await world.startOperator();
  await scenarioOf("Bucket, auto-managed: create").act(world);
  assert.deepEqual(await world.rest(), []);
  const ofSecrets = new Set(world.kube.requests.map(({ name }) => name).filter((name) => / secrets$/.test(name)));
  assert.deepEqual([...ofSecrets].filter((name) => !/^(GET|PUT|POST|PATCH|DELETE) /.test(name)), []);
  assert.ok(ofSecrets.has("GET secrets"));
});

Deno.test("many users that are edited again and again while they are worked on end as they were edited last", () =>
  withWorld(async (world) => {
    const users = names.map((name) =>
      ours("User", name, { providerRef: { name: "wasabi" }, name, tags: { edit: "0" } })
    );
    await world.apply(...users);
    for (let edit = 1; edit <= 5; edit++) {
      await world.time.runUntil(() => false, 20);
      for (const user of users) await world.admin.patch(user, { spec: { tags: { edit: String(edit) } } });
    }
    const before = world.kube.requests.length;
    assert.deepEqual(await world.rest(), []);
    assert.deepEqual(names.filter((name) => world.aws.state.users.get(name)?.tags.get("edit") !== "5"), []);
    const writes = world.kube.requests.slice(before).filter(({ name }) => /^PATCH users/.test(name));
    // The finalizer, and the status of at most each edit.
    assert.ok(writes.length > 0 && writes.length <= names.length * 7, `${writes.length} writes`);
  }));

for (const refusal of ["400 RequestRateLimitExceeded", "503", "403"]) {
  Deno.test(`many buckets whose service answers ${refusal} ask seldom, and hold up no other Provider`, () =>
    withWorld(async (world) => {
      const [, provider] = providerObjects(world);
      const other = { ...provider, metadata: { ...provider!.metadata, name: "other" } };
      await world.apply({ ...other, spec: { ...other.spec, endpoint: "https://other.test" } });
      const fault = allFaults.find(({ name }) => name === refusal)!;
      let [isStorm, calls] = [true, 0];
      world.operator.gate.meddle = async (passing, next) => {
        const isHit = isStorm && passing.side === "aws" && passing.request.url.includes("/crowd-");
        const isRefused = isHit && new URL(passing.request.url).hostname === "s3.test";
        if (!isRefused) return await next();
        calls++;
        return await fail(fault, passing, next);
      };
      await world.apply(...names.map((name) => bucket(name)));
      await world.time.runUntil(() => false, MINUTE_MS);
      await world.apply(bucket("crowd-other", "other"));
      const isMade = () => world.aws.state.buckets.has("crowd-other");
      assert.ok(await world.time.runUntil(isMade, 5_000), "the other Provider's bucket waits");
      await world.time.runUntil(() => false, STORM_MINUTES * MINUTE_MS);
      // Each object tries some sixteen times, the last ones five minutes apart, with three attempts each.
      assert.ok(calls >= names.length && calls <= names.length * 2 * STORM_MINUTES, `${calls} calls`);
      isStorm = false;
      assert.deepEqual(await world.rest(), []);
    }));
}
