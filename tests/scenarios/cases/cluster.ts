import assert from "node:assert/strict";
import { DeleteBucketTaggingCommand } from "@aws-sdk/client-s3";
import type { Scenario } from "../world.ts";

const WEB_PAGE = "<html>Hello</html>";
const NO_BUCKETS =
  "<ListAllMyBucketsResult><Owner><ID>somebody</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>";

/** What the operator asks of the cluster when there are two of it, when others write too, and when things repeat. */
export const clusterScenarios: readonly Scenario[] = [
  {
    fact: "of two operators one works and the other waits for the Lease, which it takes as soon as it is released",
    async run(stage) {
      const leader = await stage.begin("--leader-elect=true");
      const first = stage.plainBucket("first");
      await stage.applied(first);
      await stage.ready(first);
      const other = await stage.operator("--leader-elect=true");
      await stage.eventually("the other to wait", () => {
        return Promise.resolve(other.log().some((line) => line.includes("Waiting for the lease")));
      });
      await leader.stop();
      const second = stage.plainBucket("second");
      await stage.applied(second);
      await stage.ready(second);
      assert.equal(other.log().filter((line) => line.includes('"Leading"')).length, 1);
    },
  },
  {
    fact: "a status that was worked out while somebody annotated the Provider is written all the same",
    async run(stage) {
      await stage.begin();
      const [, provider] = stage.providerObjects();
      provider.metadata.name = "slow";
      delete provider.spec.iamEndpoint;
      const answers: (() => Promise<string>)[] = [];
      await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async () => {
        return new Response(await (answers.shift() ?? (() => Promise.resolve(WEB_PAGE)))());
      });
      provider.spec.endpoint = `http://127.0.0.1:${server.addr.port}`;
      await stage.applied(provider);
      await stage.refused(provider, "EndpointUnreachable");
      const end = Promise.withResolvers<string>();
      answers.push(async () => {
        await stage.admin.annotate(provider, { "example.com/asked": "yes" });
        return NO_BUCKETS;
      }, () => end.promise);
      await stage.admin.annotate(provider, { "s3.cloud37.dev/reconcile-at": "now" });
      // The next pass is not answered, so this is what the pass wrote that lost the race.
      await stage.ready(provider);
      end.resolve(NO_BUCKETS);
      await stage.deleted(provider);
    },
  },
  {
    fact: "what happens again is told by the same Event, which counts",
    async run(stage) {
      await stage.begin("--drift-check-interval-seconds=1");
      const bucket = stage.plainBucket("data", { tagging: { tags: { team: "a" } } });
      await stage.applied(bucket);
      await stage.ready(bucket);
      for (const times of [1, 2]) {
        await stage.s3.send(new DeleteBucketTaggingCommand({ Bucket: bucket.spec.name }));
        await stage.eventually(`mending ${times} to be told`, async () => {
          const told = (await stage.admin.list("Event", stage.ns)).filter(({ reason }) => reason === "BucketUpdated");
          return told.length === 1 && (told[0].series?.count ?? 1) === times;
        });
      }
    },
  },
];
