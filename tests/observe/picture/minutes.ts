import { PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { systemClock } from "../../../lib/platform/clock.ts";
import type { Site } from "../site.ts";

const PROVIDER = { providerRef: { name: "wasabi" } };

/** Minutes, of real time for what is drawn has a time axis, in which buckets come and go, and somebody changes tags. */
export async function quietMinutes(site: Site, minutes: number): Promise<void> {
  const end = performance.now() + minutes * 60_000;
  for (let round = 0; performance.now() < end; round++) {
    const bucket = await site.apply("Bucket", `visitor-${round}`, {
      ...PROVIDER,
      name: `team-a-visitor-${round}-${Math.floor(performance.now())}`,
      deletionPolicy: "Delete",
    });
    await systemClock.sleep(7_000);
    if (round % 2 === 0) {
      const Tagging = { TagSet: [{ Key: "team", Value: `${round}` }] };
      await site.owner.s3.send(new PutBucketTaggingCommand({ Bucket: "team-a-logs", Tagging })).catch(() => {});
    }
    await systemClock.sleep(6_000);
    await site.admin.remove(bucket);
    await systemClock.sleep(4_000);
  }
}
