import assert from "node:assert/strict";
import { ASPECT_CASES, type AspectCase } from "./aspect_cases.ts";
import type { Loose } from "../../loose.ts";
import { withWorld, type World } from "./world.ts";

const BARE = { providerRef: { name: "wasabi" }, autoManage: { enabled: false }, name: "app-data" };
const bare = (name: string) => name.split(":")[1]!;
const live = (world: World): Loose => world.aws.state.buckets.get("app-data")!;

/** What was counted as drift, or shown as unmended without being counted again. */
const drifts = (world: World, how: "drift" | "unmended"): readonly string[] =>
  world.metrics.filter((name) => name.startsWith(`${how} Bucket`));

async function apply(world: World, spec: Loose): Promise<void> {
  world.edit("Bucket", "app", { spec });
  await world.settle();
}

/** A new Bucket with the case's setting as wanted. */
async function managed(world: World, { field, wanted }: AspectCase): Promise<void> {
  world.apply("Bucket", "app", { ...BARE, [field]: wanted });
  await world.settle();
}

for (const each of ASPECT_CASES) {
  const { field, wanted, get, put, remove, state, held, initial } = each;

  Deno.test(`${field}: apply then observe is equal, and ten more passes change nothing`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      assert.equal(world.ready("Bucket", "app"), "True");
      assert.deepEqual(state(live(world)), held);
      assert.equal(world.calls().filter((name) => name === put).length, 1);
      await world.assertAtRest();
    }));

  Deno.test(`${field}: unset and never managed is neither read nor sent`, () =>
    withWorld({}, async (world) => {
      world.apply("Bucket", "app", BARE);
      await world.settle();
      assert.deepEqual(world.calls().filter((name) => [get, put, remove].includes(name)), []);
    }));

  Deno.test(`${field}: unset after being managed goes back to the service's default once, and is unmanaged then`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      assert.deepEqual(world.object("Bucket", "app").status.managedAspects, [field]);
      await apply(world, { [field]: null });
      assert.deepEqual(state(live(world)), initial);
      assert.deepEqual(world.object("Bucket", "app").status.managedAspects, []);
      each.drift(Object.assign(live(world), { lifecycle: [{}], cors: [{}] }));
      const left = structuredClone(state(live(world)));
      await world.assertAtRest(2);
      assert.deepEqual(state(live(world)), left);
    }));

  Deno.test(`${field}: drift is mended once and counted`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      world.forget();
      each.drift(live(world));
      await world.settle();
      assert.deepEqual(state(live(world)), held);
      assert.deepEqual(world.changes(), [put]);
      assert.equal(world.metrics.filter((name) => name.startsWith("drift Bucket")).length, 1);
      assert.deepEqual(world.reasons(), ["BucketUpdated"]);
      await world.assertAtRest();
    }));

  Deno.test(`${field}: drift that cannot be mended is current after a restart too, and counted once`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      world.forget();
      each.drift(live(world));
      world.faults.on(put, { do: "fail", status: 403, code: "AccessDenied" });
      await world.round();
      assert.equal(drifts(world, "drift").length, 1);
      world.restart();
      world.forget();
      await world.round();
      assert.equal(drifts(world, "unmended").length, 1);
      assert.deepEqual(drifts(world, "drift"), []);
    }));

  Deno.test(`${field}: a setting that cannot be read has not drifted`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      world.forget();
      world.faults.on(get, { do: "fail", status: 409, code: "SomethingElse" });
      await world.round();
      await world.round();
      assert.match(world.ready("Bucket", "app"), /^UpdateFailed: .*SomethingElse/);
      assert.deepEqual([...drifts(world, "drift"), ...drifts(world, "unmended")], []);
    }));

  Deno.test(`${field}: losing the status causes no deleting write`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      world.edit("Bucket", "app", { spec: { [field]: null }, status: null });
      world.forget();
      await world.settle();
      assert.deepEqual(world.changes(), []);
      assert.deepEqual(state(live(world)), held);
    }));

  for (const empty of each.empties) {
    Deno.test(`${field}: ${JSON.stringify(empty)} is what a new bucket has`, () =>
      withWorld({}, async (world) => {
        world.apply("Bucket", "app", { ...BARE, [field]: empty });
        await world.settle();
        assert.equal(world.ready("Bucket", "app"), "True");
        assert.deepEqual(world.changes(), ["s3:CreateBucket", ...(each.emptyIsSent ? [put] : [])]);
        await world.assertAtRest();
      }));

    Deno.test(`${field}: ${JSON.stringify(empty)} ends what is there`, () =>
      withWorld({}, async (world) => {
        await managed(world, each);
        world.forget();
        await apply(world, { [field]: null });
        each.drift(Object.assign(live(world), { lifecycle: [{}, { ID: "x" }], cors: [{}, {}], versioning: "Enabled" }));
        if (field === "versioning") live(world).versioning = "Enabled";
        await apply(world, { [field]: empty });
        assert.equal(world.ready("Bucket", "app"), "True");
        assert.deepEqual(state(live(world)), initial);
        await world.assertAtRest();
      }));
  }

  Deno.test(`${field}: an unknown error of a read passes through and changes nothing`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      world.forget();
      world.faults.on(get, { do: "fail", status: 409, code: "SomethingElse" });
      await world.round();
      assert.match(world.ready("Bucket", "app"), /^UpdateFailed: .*SomethingElse/);
      assert.deepEqual(world.changes(), []);
      world.faults.clear();
      await world.settle();
      assert.equal(world.ready("Bucket", "app"), "True");
    }));

  Deno.test(`${field}: an unknown error of a write passes through and holds up no other setting`, () =>
    withWorld({}, async (world) => {
      world.faults.on(put, { do: "fail", status: 409, code: "SomethingElse" });
      const other = field === "tagging" ? { versioning: { enabled: true } } : { tagging: { tags: { a: "1" } } };
      world.apply("Bucket", "app", { ...BARE, [field]: wanted, ...other });
      await world.round();
      await world.round();
      assert.match(world.ready("Bucket", "app"), /^UpdateFailed: .*SomethingElse/);
      assert.equal(
        field === "tagging" ? live(world).versioning : live(world).tags.a,
        field === "tagging" ? "Enabled" : "1",
      );
    }));

  Deno.test(`${field}: a service that forgets what it was told makes the Bucket not Ready`, () =>
    withWorld({ aws: { behaviour: { forgets: [bare(put)] } } }, async (world) => {
      world.apply("Bucket", "app", { ...BARE, [field]: wanted });
      await world.round();
      await world.round();
      assert.match(world.ready("Bucket", "app"), /^UpdateFailed: .*reads back differently/);
      assert.equal(await world.pass("Bucket", "app"), "backoff");
      world.forget();
      await world.round();
      assert.deepEqual([...world.cluster.writes, ...world.reasons()], []);
      assert.equal(drifts(world, "unmended").length, 1);
    }));

  Deno.test(`${field}: a service without the feature is asked once, and then no more`, () =>
    withWorld({ aws: { behaviour: { unsupported: [get, put, remove ?? put].map(bare) } } }, async (world) => {
      world.apply("Bucket", "app", { ...BARE, [field]: wanted });
      await world.round();
      await world.round();
      assert.match(world.ready("Bucket", "app"), /^Unsupported: spec\./);
      assert.ok(world.types("Bucket", "app").includes("Stalled"));
      await world.assertAtRest();
      assert.deepEqual(world.calls().filter((name) => name === get || name === put), []);
      for (const empty of each.empties) {
        await apply(world, { [field]: null });
        await apply(world, { [field]: empty });
        assert.equal(world.ready("Bucket", "app"), "True");
      }
    }));

  for (
    const [name, behaviour] of Object.entries({
      "echoes defaults": { echoesDefaults: true },
      "rewrites lifecycle rules": { rewritesLifecycle: true },
      "gives new buckets nothing": { newBucketDefaults: false },
      "pages by one": { pageSize: 1 },
    })
  ) {
    Deno.test(`${field}: comes to rest at a service that ${name}`, () =>
      withWorld({ aws: { behaviour } }, async (world) => {
        await managed(world, each);
        assert.equal(world.ready("Bucket", "app"), "True");
        await world.assertAtRest();
      }));
  }

  Deno.test(`${field}: adopting a bucket that has it set, with a minimal object, changes nothing`, () =>
    withWorld({}, async (world) => {
      await managed(world, each);
      world.cluster.erase("buckets", { namespace: "demo", name: "app" });
      world.forget();
      world.apply("Bucket", "app", BARE, { annotations: { "s3.cloud37.dev/adopt": "true" } });
      await world.settle();
      assert.equal(world.ready("Bucket", "app"), "True");
      assert.equal(world.object("Bucket", "app").status.ownership, "Adopted");
      assert.deepEqual(world.changes(), []);
      assert.deepEqual(state(live(world)), held);
    }));
}
