import type { Policy } from "../../../tools/gen/iam_policy.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { OPERATOR_USER } from "../../scenarios/operator_user.ts";
import { prepare } from "../scenario.ts";
import { snapshot } from "../snapshot.ts";
import { ChaosWorld } from "../world.ts";
import type { RightsScenario } from "./scenarios.ts";

/** What came of a scenario. */
export interface Played {
  /** All that can be seen in the end: both sides, and what the Events tell; else why it could not be played. */
  readonly shown: readonly string[];
  /** Actions that the operator asked for and might do. */
  readonly used: ReadonlySet<string>;
  /** Those that it might not do. */
  readonly denied: ReadonlySet<string>;
}

/** Plays a scenario with an operator whose rights at the service are those of the policy. */
export async function play(scenario: RightsScenario, rights: Policy): Promise<Played> {
  await using world = await ChaosWorld.start({ rights });
  const shown = await run(world, scenario).catch((error) => [String(error)]);
  const own = world.aws.decisions().filter(({ arn }) => arn.endsWith(`user/${OPERATOR_USER}`));
  const actions = (wanted: boolean) =>
    new Set(own.filter(({ allowed }) => allowed === wanted).map(({ action }) => action));
  return { shown, used: actions(true), denied: actions(false) };
}

/** @throws Error where the scenario cannot begin, or not go on */
async function run(world: ChaosWorld, scenario: RightsScenario): Promise<string[]> {
  await prepare(world, scenario);
  await scenario.act(world);
  await world.rest();
  if (scenario.afterwards) {
    await scenario.afterwards(world);
    await world.rest();
  }
  const sight = world.see();
  return snapshot({ ...sight, objects: [...sight.objects, ...eventsOf(world)] });
}

function eventsOf({ kube }: ChaosWorld): Loose[] {
  return kube.list("events.k8s.io/v1", "events").map((event: Loose) => {
    const { regarding, reason, note } = event;
    return { kind: "Event", metadata: { name: `${regarding.kind} ${regarding.name}` }, reason, note };
  });
}

/** The policy without one action. */
export function without({ Version, Statement }: Policy, action: string): Policy {
  const statements = Statement.map((each) => ({ ...each, Action: each.Action.filter((name) => name !== action) }));
  return { Version, Statement: statements.filter(({ Action }) => Action.length > 0) };
}
