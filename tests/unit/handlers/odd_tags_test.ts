import assert from "node:assert/strict";
import { withWorld } from "./world.ts";

/** Letters of all scripts, and what every object of JavaScript has by itself. */
const ODD = { "naïve ключ": "日本語 🙂", "constructor": "x", "a b+c/d:e=f@g": "<&\"'>" };

Deno.test("a bucket and a user take tags of any script and any name, keep them, and let go of them", () =>
  withWorld({}, async (world) => {
    const providerRef = { name: "wasabi" };
    const plain = { providerRef, name: "app-data", autoManage: { enabled: false } };
    world.apply("Bucket", "b", { ...plain, tagging: { tags: ODD } });
    world.apply("User", "u", { providerRef, name: "app", tags: ODD });
    await world.settle();
    assert.deepEqual([world.ready("Bucket", "b"), world.ready("User", "u")], ["True", "True"]);
    const tags = () => [
      { ...world.aws.state.buckets.get("app-data")?.tags },
      Object.fromEntries(world.aws.state.users.get("app")?.tags ?? []),
    ];
    assert.deepEqual(tags(), [ODD, ODD]);
    await world.assertAtRest(2);
    world.apply("Bucket", "b", { ...plain, tagging: { tags: {} } });
    world.apply("User", "u", { providerRef, name: "app", tags: {} });
    await world.settle();
    assert.deepEqual(tags(), [{}, {}]);
  }));
