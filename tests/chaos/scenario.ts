import type { Loose } from "../scenarios/admin.ts";
import type { Person, Place } from "./place.ts";
import { providerObjects } from "./world.ts";

/** Something that people do while the operator runs. */
export interface ChaosScenario {
  /** Such as `Bucket: create`. */
  readonly name: string;
  /** Objects that are there and at rest before. */
  readonly given?: readonly Loose[];
  /** The Provider too is made by `act`. */
  readonly bare?: boolean;
  /** What happened before, at rest too. */
  readonly before?: (place: Place) => Promise<void>;
  /** What is done; the operator has not yet seen it when this resolves. */
  readonly act: (place: Place) => Promise<void>;
  /** What it changes of which object's spec, as a merge patch. */
  readonly changes?: { readonly of: Loose; readonly spec: Loose };
  /** What is done while the operator is down after it was killed, and in the end where it was not. */
  readonly afterwards?: (place: Place) => Promise<void>;
}

/** What a person has at the service; nothing of it may ever change. */
export async function seedPersonal(seed: Person): Promise<void> {
  const Resource = "arn:aws:s3:::person-bucket/*";
  const statement = { Effect: "Allow", Action: "s3:GetObject", Resource };
  const own = { Version: "2012-10-17", Statement: [statement] };
  const policy = JSON.stringify({ ...own, Statement: [{ ...statement, Principal: "*" }] });
  await seed.bucket("person-bucket", { policy, tags: { by: "person" } });
  await seed.object("person-bucket", "a", "b");
  await seed.user("person", { inline: { own } });
  await seed.accessKey("person");
  await seed.policy("person-policy", own);
}

/** A world at rest with what the scenario takes for granted, and an operator that runs. */
export async function prepare<W extends Place & { startOperator(): Promise<unknown>; rest(): Promise<string[]> }>(
  world: W,
  { given = [], bare = false, before }: Pick<ChaosScenario, "given" | "bare"> & {
    readonly before?: (world: W) => Promise<void>;
  },
): Promise<void> {
  await seedPersonal(world.aws.seed);
  if (!bare) await world.apply(...providerObjects(world));
  await world.apply(...given);
  await world.startOperator();
  let unsettled = await world.rest();
  if (before) {
    await before(world);
    unsettled = await world.rest();
  }
  if (unsettled.length > 0) throw new Error(`Not at rest before it began: ${unsettled.join("; ")}`);
}
