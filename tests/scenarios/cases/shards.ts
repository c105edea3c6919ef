import assert from "node:assert/strict";
import type { Loose } from "../admin.ts";
import { valueOf } from "../objects.ts";
import type { RunningOperator } from "../operator.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";

/** Facts about operators that share a cluster by label selectors. */
export const shardScenarios: readonly Scenario[] = [
  {
    fact: "two shards work on their own objects by one Provider, and each claim of the other is a conflict",
    async run(stage) {
      const [main, other] = await beginShards(stage);
      const [mine, theirs] = [stage.bucket("mine"), inShard(stage.bucket("theirs"))];
      await stage.applied(mine, theirs);
      await stage.ready(mine, theirs);
      const children = ["User", "AccessKey", "BucketPolicy"];
      for (const kind of children) {
        const [child] = (await stage.admin.list(kind, stage.ns)).filter(({ metadata }) =>
          metadata.name.startsWith("theirs-")
        );
        assert.equal(child.metadata.labels.shard, "b");
      }
      const rival = inShard(stage.plainBucket("rival", { name: mine.spec.name }));
      await stage.applied(rival);
      assert.match(await stage.refused(rival, "Conflict"), /is claimed by/);
      assert.deepEqual([workedOn(main), workedOn(other)], [["mine"], ["rival", "theirs"]]);
      await stage.deleted(mine, theirs, rival);
    },
  },
  {
    fact: "a key's user of another shard is refused, and worked on once both are of one",
    async run(stage) {
      await beginShards(stage);
      const user = inShard(stage.user("person"));
      const key = stage.accessKey("key", "person");
      await stage.applied(user, key);
      assert.match(await stage.refused(key, "UserNotReady"), /another shard's: give both the same labels/);
      await stage.deleted(key);
      await stage.applied(inShard(key));
      await stage.ready(key);
    },
  },
  {
    fact: "a shard keeps up with the credentials of another one's Provider",
    needs: ["strict service"],
    async run(stage) {
      await beginShards(stage);
      const root = stage.user("root", {
        policy: { version: "2012-10-17", statement: [{ effect: "Allow", action: "*", resource: "*" }] },
      });
      const [first, second] = [stage.accessKey("first", "root"), stage.accessKey("second", "root")];
      await stage.applied(root, first, second);
      await stage.ready(first, second);
      const [credentials, provider] = stage.providerObjects({ credentials: await pairOf(stage, first) });
      credentials.metadata.name = "own-credentials";
      for (const reference of Object.values<Loose>(provider.spec.auth)) reference.name = "own-credentials";
      provider.metadata.name = "own";
      const bucket = inShard(stage.plainBucket("data", { providerRef: { name: "own" } }));
      await stage.applied(credentials, provider, bucket);
      await stage.ready(bucket);
      const [replaced] = stage.providerObjects({ credentials: await pairOf(stage, second) });
      replaced.metadata.name = "own-credentials";
      await stage.applied(replaced);
      await stage.deleted(first);
      await stage.admin.patch(bucket, { spec: { tagging: { tags: { a: "b" } } } });
      await stage.until(bucket, "to be tagged", ({ metadata, status }) => {
        return status.observedGeneration === metadata.generation && status.managedAspects?.includes("tagging");
      });
      await stage.ready(bucket);
      await stage.deleted(bucket);
    },
  },
];

function inShard(object: Loose): Loose {
  object.metadata.labels = { shard: "b" };
  return object;
}

/** A Provider, an operator for what has no label `shard`, and one for `shard=b`. */
async function beginShards(stage: Stage): Promise<[RunningOperator, RunningOperator]> {
  const main = await stage.begin("--watch-label-selector=!shard", "--drift-check-interval-seconds=1");
  return [main, await stage.operator("--watch-label-selector=shard=b", "--drift-check-interval-seconds=1")];
}

/** Names of the Buckets that an operator worked on, by its log. */
function workedOn(operator: RunningOperator): string[] {
  const lines = operator.log().map((line) => JSON.parse(line)).filter(({ kind, name }) => kind === "Bucket" && name);
  return [...new Set<string>(lines.map(({ name }) => name))].sort();
}

async function pairOf(stage: Stage, key: Loose) {
  const metadata = { name: `${key.metadata.name}-credentials`, namespace: stage.ns };
  const secret = await stage.admin.get({ kind: "Secret", metadata });
  return {
    accessKeyId: valueOf(secret, "access-key-id"),
    secretAccessKey: valueOf(secret, "secret-access-key"),
  };
}
