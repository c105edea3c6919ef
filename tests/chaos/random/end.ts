import { ANNOTATIONS } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { condition } from "../../scenarios/stage.ts";
import type { Broken } from "../invariants.ts";
import { brokenIn, titleOf } from "./judge.ts";
import { untruth } from "./reasons.ts";
import { leakedKeys, secretsLeft } from "./remains.ts";
import { rest } from "./rest.ts";
import { sceneOf } from "./scene.ts";
import type { Stage } from "./stage.ts";

interface End {
  readonly broken: readonly Broken[];
  readonly wrong: readonly string[];
}

/** Deletes all objects; then what holds the rest up is put right by a person. All must go, and nothing stay outside. */
export async function end(stage: Stage): Promise<End> {
  const { world } = stage;
  for (const object of shuffled(stage.objects())) await world.admin.remove(object);
  const { sent, complaints } = await rest(world);
  stage.person.readAnnotations(stage.objects());
  const scene = sceneOf(world, sent);
  const wrong = stage.objects().flatMap((object) => {
    const lie = untruth(object, scene);
    return lie === undefined ? [] : [`${titleOf(object)}: ${lie}`];
  });
  const leaked = stage.objects().length > 0 ? await unblock(stage) : [];
  stage.readLog();
  const left = sceneOf(world, []);
  return {
    broken: [...leaked, ...brokenIn(left, stage)],
    wrong: [...complaints, ...wrong, ...stage.objects().map(stillThere), ...secretsLeft(left)],
  };
}

/** Does what the messages ask for. Returns the keys that were left until then. */
async function unblock(stage: Stage): Promise<Broken[]> {
  const { world, person } = stage;
  const leaked = leakedKeys(sceneOf(world, []), person, stage.watchman.releases);
  await stage.applyProviders();
  for (const object of stage.objects()) {
    await world.admin.annotate(object, { [ANNOTATIONS.paused]: null });
    person.makeRoom(object);
  }
  await rest(world);
  // Where a namespace goes, a lost Secret cannot be brought back; and no Provider leads to a bucket in another region.
  // What waited for another object only says so when that is gone.
  for (let round = 0; round < 2 && stage.objects().length > 0; round++) {
    for (const object of stage.objects().filter((each) => isLost(each, stage))) {
      await world.admin.annotate(object, { [ANNOTATIONS.abandon]: "true" });
    }
    for (const object of stage.objects()) await world.admin.remove(object);
    await rest(world);
  }
  return leaked;
}

function isLost({ status }: Loose, { world }: Stage): boolean {
  const isGoing = world.kube.list("v1", "namespaces").some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const { message = "" } = condition(status, "Ready") ?? {};
  return /use a Provider for that region/.test(message) || (isGoing && /does not exist/.test(message));
}

function stillThere(object: Loose): string {
  const { reason, message } = condition(object.status, "Ready") ?? {};
  return `${titleOf(object)} is still there: ${reason}: ${message}`;
}

/** In an order that has nothing to do with kinds, the same each time. */
function shuffled(objects: readonly Loose[]): Loose[] {
  const rank = ({ metadata: { uid } }: Loose) => uid.slice(-6);
  return objects.toSorted((a, b) => rank(a) < rank(b) ? -1 : 1);
}
