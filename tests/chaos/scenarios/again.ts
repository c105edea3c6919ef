import type { Loose } from "../../scenarios/admin.ts";
import type { ChaosScenario } from "../scenario.ts";
import type { Place } from "../place.ts";
import { accessKey, autoBucket, bucketPolicy, iamPolicy, plainBucket, user } from "./objects.ts";

const GONE_WITHIN_MS = 600_000;

/** An object goes, and a person makes one of the same name at once. */
export const againScenarios: readonly ChaosScenario[] = [
  again("Bucket", plainBucket()),
  again("Bucket, auto-managed", autoBucket()),
  again("BucketPolicy", bucketPolicy(), [plainBucket()]),
  again("User", user()),
  again("IAMPolicy", iamPolicy()),
  again("AccessKey", accessKey(), [user()]),
];

function again(what: string, object: Loose, given: readonly Loose[] = []): ChaosScenario {
  return {
    name: `${what}: delete, and make it again`,
    given: [...given, object],
    async act(world) {
      await world.admin.remove(object);
      await world.time.runUntil(async () => !await isThere(world, object), GONE_WITHIN_MS);
      await world.admin.create(object);
    },
  };
}

async function isThere(place: Place, { kind, metadata: { name } }: Loose): Promise<boolean> {
  return (await place.list(kind)).some(({ metadata }) => metadata.name === name);
}
