import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { ADOPT, BARE } from "./one_bucket.ts";
import { FINALIZER, withWorld, type World } from "./world.ts";

const DAY = 86_400_000;

async function deleted(world: World, spec: Loose, fill: (world: World) => void, meta: Loose = {}): Promise<void> {
  world.apply("Bucket", "app", { ...BARE, ...spec }, meta);
  await world.settle();
  fill(world);
  world.forget();
  world.remove("Bucket", "app");
  await world.pass("Bucket", "app");
}

const DELETE = { deletionPolicy: "Delete" };
const FORCE = { ...DELETE, forceDelete: true };
const object = (world: World) => void world.aws.seed.object("app-data", "k", "v");

function versions(world: World): void {
  world.aws.state.buckets.get("app-data")!.versioning = "Enabled";
  for (let count = 0; count < 5; count++) object(world);
  const [latest] = world.aws.state.buckets.get("app-data")!.objects.get("k")!;
  world.aws.state.buckets.get("app-data")!.objects.get("k")!.unshift({
    ...latest!,
    versionId: "m",
    deleteMarker: true,
  });
}

function lock(world: World): void {
  world.aws.state.buckets.get("app-data")!.objectLock = true;
  versions(world);
  const until = Date.UTC(2026, 0, 1) + 30 * DAY;
  world.aws.state.buckets.get("app-data")!.objects.get("k")![2]!.lock = { mode: "GOVERNANCE", until };
}

/** Whether the object and the bucket are gone after one pass. */
const TABLE: Record<
  string,
  { spec: Loose; fill?: (world: World) => void; gone: boolean; bucket: boolean; mode?: "wasabi" }
> = {
  "Retain, empty": { spec: {}, gone: true, bucket: true },
  "Retain with forceDelete, full": { spec: { forceDelete: true }, fill: object, gone: true, bucket: true },
  "Delete, empty": { spec: DELETE, gone: true, bucket: false },
  "Delete, with an object": { spec: DELETE, fill: object, gone: false, bucket: true },
  "Delete, with a delete marker": { spec: DELETE, fill: versions, gone: false, bucket: true },
  "forceDelete, empty": { spec: FORCE, gone: true, bucket: false },
  "forceDelete, with an object": { spec: FORCE, fill: object, gone: true, bucket: false },
  "forceDelete, with versions and a delete marker": { spec: FORCE, fill: versions, gone: true, bucket: false },
  "forceDelete, with an upload": {
    spec: FORCE,
    fill: (world) => {
      world.aws.behaviour.uploadsBlockDelete = true;
      world.aws.seed.upload("app-data", "big");
    },
    gone: true,
    bucket: false,
  },
  "forceDelete, with pages of objects": {
    spec: FORCE,
    fill: (world) => {
      world.aws.behaviour.pageSize = 3;
      for (let count = 0; count < 10; count++) world.aws.seed.object("app-data", `k${count}`);
    },
    gone: true,
    bucket: false,
  },
  "forceDelete, with a locked object": { spec: FORCE, fill: lock, gone: false, bucket: true },
  "forceDelete at Wasabi, with versions": { spec: FORCE, fill: versions, gone: true, bucket: false, mode: "wasabi" },
  "Delete at Wasabi, with an object": { spec: DELETE, fill: object, gone: false, bucket: true, mode: "wasabi" },
  "Delete, gone already": {
    spec: DELETE,
    fill: (world) => world.aws.state.buckets.clear(),
    gone: true,
    bucket: false,
  },
};

for (const [name, { spec, fill = () => {}, gone, bucket, mode = "aws" }] of Object.entries(TABLE)) {
  Deno.test(`deletion: ${name}: the bucket ${bucket ? "stays" : "goes"}`, () =>
    withWorld({ aws: { mode } }, async (world) => {
      await deleted(world, spec, fill);
      assert.equal(world.object("Bucket", "app") === undefined, gone);
      assert.equal(world.aws.state.buckets.has("app-data"), bucket);
      if (gone && !bucket) assert.equal(world.reasons().includes("BucketDeleted"), name !== "Delete, gone already");
      if (gone && bucket) assert.deepEqual([...world.reasons(), ...world.changes()], []);
      if (!gone) {
        assert.match(world.ready("Bucket", "app"), /^BucketNotEmpty: /);
        assert.deepEqual(world.object("Bucket", "app").metadata.finalizers, [FINALIZER]);
        assert.deepEqual(world.reasons(), ["DeletionBlocked"]);
      }
    }));
}

Deno.test("a bucket that is not empty costs few calls a try, with backoff and one Event", () =>
  withWorld({}, async (world) => {
    await deleted(world, FORCE, lock);
    world.forget();
    assert.equal(await world.pass("Bucket", "app"), "backoff");
    const { length } = world.calls();
    assert.ok(length <= 6, world.calls().join(", "));
    assert.deepEqual([...world.cluster.writes, ...world.reasons()], []);
    world.later(31 * DAY);
    world.aws.state.buckets.get("app-data")!.objects.clear();
    await world.settle();
    assert.equal(world.object("Bucket", "app"), undefined);
  }));

Deno.test("the force deletion at Wasabi is one call", () =>
  withWorld({ aws: { mode: "wasabi" } }, async (world) => {
    await deleted(world, FORCE, versions);
    assert.deepEqual(world.changes(), ["s3:DeleteBucket"]);
  }));

for (const forgets of ["DeleteObjects", "AbortMultipartUpload"]) {
  Deno.test(`a service that only says it does ${forgets} does not keep the deletion busy for ever`, () =>
    withWorld({ aws: { behaviour: { forgets: [forgets], uploadsBlockDelete: true } } }, async (world) => {
      await deleted(
        world,
        FORCE,
        forgets === "DeleteObjects" ? object : (each) => each.aws.seed.upload("app-data", "k"),
      );
      assert.match(world.ready("Bucket", "app"), /^BucketNotEmpty: The service keeps /);
    }));
}

Deno.test("no deletion of an object asks to bypass a lock", () =>
  withWorld({}, async (world) => {
    const bypassing: string[] = [];
    world.timesOut = ({ headers }: Loose) => {
      if (Object.keys(headers).some((name) => name.includes("bypass"))) bypassing.push(headers);
      return false;
    };
    await deleted(world, FORCE, versions);
    assert.deepEqual(bypassing, []);
  }));

Deno.test("an adopted bucket is deleted by deletionPolicy Delete, which is explicit consent", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data");
    await deleted(world, DELETE, () => {}, ADOPT);
    assert.equal(world.aws.state.buckets.size, 0);
  }));

Deno.test("a bucket that was refused is not deleted with its object", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data");
    await deleted(world, FORCE, () => {});
    assert.equal(world.object("Bucket", "app"), undefined);
    assert.ok(world.aws.state.buckets.has("app-data"));
  }));

Deno.test("Retain needs no Provider", () =>
  withWorld({}, async (world) => {
    await deleted(world, {}, (each) => each.cluster.erase("providers", { namespace: "demo", name: "wasabi" }));
    assert.equal(world.object("Bucket", "app"), undefined);
    assert.deepEqual(world.calls(), []);
  }));

Deno.test("Delete goes on with credentials in memory when the Secret went first", () =>
  withWorld({}, async (world) => {
    await deleted(world, DELETE, (each) => each.cluster.erase("secrets", { namespace: "demo", name: "root" }));
    assert.equal(world.object("Bucket", "app"), undefined);
    assert.equal(world.aws.state.buckets.size, 0);
  }));

Deno.test("Delete without Provider and credentials is blocked after a restart, until abandon, which says what is left", () =>
  withWorld({}, async (world) => {
    await deleted(world, DELETE, (each) => {
      each.cluster.erase("providers", { namespace: "demo", name: "wasabi" });
      each.restart();
    });
    assert.match(world.ready("Bucket", "app"), /^DeletionBlocked: Provider demo\/wasabi does not exist/);
    assert.equal(await world.pass("Bucket", "app"), "backoff");
    world.annotate("Bucket", "app", { abandon: "true" });
    await world.pass("Bucket", "app");
    assert.equal(world.object("Bucket", "app"), undefined);
    const { type, reason, note } = world.events.at(-1)!;
    assert.deepEqual([type, reason], ["Warning", "Abandoned"]);
    assert.match(note, /bucket "app-data"/);
  }));

Deno.test("a Bucket that is abandoned names its children, which still take back what is theirs", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "app", { providerRef: { name: "wasabi" }, name: "app-data" });
    await world.settle();
    world.annotate("Bucket", "app", { abandon: "true" });
    world.remove("Bucket", "app");
    await world.pass("Bucket", "app");
    assert.equal(world.object("Bucket", "app"), undefined);
    const { note } = world.events.find(({ reason }) => reason === "Abandoned")!;
    assert.match(
      note,
      /bucket "app-data"\. AccessKey app-accesskey, User app-user, BucketPolicy app-policy delete what is theirs; abandon them too if they cannot$/,
    );
    for (const [kind, name] of [["AccessKey", "app-accesskey"], ["User", "app-user"]] as const) {
      assert.equal(world.object(kind, name).metadata.annotations?.["s3.cloud37.dev/abandon"], undefined);
    }
  }));

const BLOCKS: Record<string, { status: number; code: string }> = {
  "403": { status: 403, code: "AccessDenied" },
  "500": { status: 500, code: "InternalError" },
  "409": { status: 409, code: "OperationAborted" },
};
for (const [name, { status, code }] of Object.entries(BLOCKS)) {
  Deno.test(`a deletion refused by ${name} keeps the finalizer, says DeletionBlocked, and goes on when it may`, () =>
    withWorld({}, async (world) => {
      await deleted(world, DELETE, ({ faults }) => faults.on("s3:DeleteBucket", { do: "fail", status, code }));
      assert.match(world.ready("Bucket", "app"), /^DeletionBlocked: DeleteBucket/);
      assert.deepEqual(world.object("Bucket", "app").metadata.finalizers, [FINALIZER]);
      assert.deepEqual(world.reasons(), ["DeletionBlocked"]);
      world.faults.clear();
      await world.settle();
      assert.equal(world.object("Bucket", "app"), undefined);
    }));
}

Deno.test("a deletion that times out keeps the finalizer", () =>
  withWorld({}, async (world) => {
    await deleted(world, DELETE, (each) => each.timesOut = ({ method }) => method === "DELETE");
    assert.match(world.ready("Bucket", "app"), /^DeletionBlocked: DeleteBucket: .* did not answer in time/);
    assert.deepEqual(world.object("Bucket", "app").metadata.finalizers, [FINALIZER]);
  }));
