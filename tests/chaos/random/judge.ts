import { ANNOTATIONS } from "../../../handlers/names.ts";
import type { RequestRecord } from "../../sandbox/requests.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { condition } from "../../scenarios/stage.ts";
import { type Broken, tooManyKeys } from "../invariants.ts";
import { lacksName } from "./allowed_names.ts";
import { mismatches } from "./matches.ts";
import { isReady, untruth } from "./reasons.ts";
import { leakedKeys, orphans } from "./remains.ts";
import { type Scene, sceneOf } from "./scene.ts";
import type { Stage } from "./stage.ts";

/** What is wrong in a world at rest: with each object, and with what is at the service. */
export function judgeAtRest(
  stage: Stage,
  sent: readonly RequestRecord[],
): { readonly broken: Broken[]; readonly wrong: string[] } {
  const scene = sceneOf(stage.world, sent);
  return {
    broken: brokenIn(scene, stage),
    wrong: stage.objects().flatMap((object) => wrongWith(object, scene).map((what) => `${titleOf(object)}: ${what}`)),
  };
}

/** Rules about the service, whatever became of the objects. */
export function brokenIn(scene: Scene, { person, watchman: { releases } }: Stage): Broken[] {
  return [...orphans(scene, person, releases), ...leakedKeys(scene, person, releases), ...tooManyKeys(scene)];
}

export function titleOf({ kind, metadata: { namespace, name } }: Loose): string {
  return `${kind} ${namespace}/${name}`;
}

function wrongWith(object: Loose, scene: Scene): string[] {
  const { metadata: { annotations, generation, deletionTimestamp }, status } = object;
  const isPaused = annotations?.[ANNOTATIONS.paused] === "true";
  if (isPaused) return condition(status, "Ready")?.reason === "Paused" ? [] : ["it is paused and does not say so"];
  const late = status?.observedGeneration === generation || deletionTimestamp
    ? []
    : [`generation ${generation} was not looked at, only ${status?.observedGeneration}`];
  if (isReady(object)) {
    const barred = lacksName(object, scene) ? ["its namespace may not claim that name"] : [];
    return [...late, ...barred, ...mismatches(object, scene)];
  }
  const lie = untruth(object, scene);
  return lie === undefined ? late : [...late, lie];
}
