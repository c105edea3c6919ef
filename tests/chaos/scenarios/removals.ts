import type { Place } from "../place.ts";
import type { ChaosScenario } from "../scenario.ts";
import { KINDS, NAMESPACE, providerObjects } from "../world.ts";
import { accessKey, autoBucket, bucketPolicy, iamPolicy, plainBucket, user } from "./objects.ts";

const GOING_WITHIN_MS = 10_000;

const everything = [
  iamPolicy(),
  user({ policyRef: { name: "managed" } }),
  accessKey(),
  plainBucket(),
  bucketPolicy(),
  autoBucket(),
];

/** All of it goes at once. */
export const removalScenarios: readonly ChaosScenario[] = [
  {
    name: "Everything: delete, the Provider first",
    given: everything,
    async act(world) {
      const [, provider] = providerObjects(world);
      for (const each of [provider, ...everything]) await world.admin.remove(each);
    },
  },
  {
    // Without it an operator that starts anew can delete nothing outside, and says so.
    name: "Everything: delete, the Provider and its Secret first; a person brings the Secret back",
    given: everything,
    async act(world) {
      for (const each of [...providerObjects(world), ...everything]) await world.admin.remove(each);
    },
    async afterwards(world) {
      const [credentials] = providerObjects(world);
      await world.apply(credentials);
    },
  },
  {
    name: "Everything: delete by namespace, the Provider's Secret in another one",
    bare: true,
    async before(world) {
      await world.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "vault" } });
      await world.apply(...providerObjects(world, { secretNamespace: "vault" }), ...everything);
    },
    async act(world) {
      await world.admin.remove({ kind: "Namespace", metadata: { name: NAMESPACE } });
      await world.time.runUntil(() => areGoing(world), GOING_WITHIN_MS);
    },
  },
];

async function areGoing(place: Place): Promise<boolean> {
  const lists = await Promise.all(KINDS.map((kind) => place.list(kind)));
  return lists.flat().every(({ metadata }) => metadata.deletionTimestamp !== undefined);
}
