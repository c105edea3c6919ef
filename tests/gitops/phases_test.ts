/** What tools of GitOps make of an object of each kind in each phase of its life. */
import assert from "node:assert/strict";
import { seedPersonal } from "../chaos/scenario.ts";
import { ChaosWorld } from "../chaos/world.ts";
import type { Loose } from "../scenarios/admin.ts";
import { live, type Phase, phases } from "./phases.ts";
import { ownPhases } from "./own_phases.ts";
import { type Subject, subjects } from "./subjects.ts";
import { verdictsOn } from "./verdicts.ts";
import { wrong } from "./wrong.ts";

const cases = subjects.flatMap((subject) =>
  [...phases, ...ownPhases[subject.kind] ?? []]
    .filter(({ ofProvider }) => subject.kind !== "Provider" || ofProvider !== false)
    .map((phase) => ({ subject, phase }))
);

/** The object in its phase, as the API server has it. */
async function recorded({ subject, phase }: { subject: Subject; phase: Phase }): Promise<Loose> {
  await using world = await ChaosWorld.start();
  await seedPersonal(world.aws.seed);
  return await phase.play(world, subject) ?? live(world, subject);
}

Deno.test("kstatus, Argo CD and Flux see each kind in each phase for what it is", async (test) => {
  const objects: Loose[] = [];
  for (const each of cases) objects.push(await recorded(each));
  const verdicts = await verdictsOn(objects);
  for (const [i, { subject, phase }] of cases.entries()) {
    const { kstatus, argo } = phase;
    // Expressions are asked about what was applied; of what goes they know nothing.
    const flux = kstatus === "Terminating" ? verdicts[i]?.flux : phase.flux ?? kstatus;
    await test.step(`a ${subject.kind} that ${phase.fact} is ${kstatus}, ${argo}`, () => {
      const is = verdicts[i]!;
      assert.deepEqual([is.kstatus, is.argo.status, is.flux], [kstatus, argo, flux], JSON.stringify(objects[i]));
      assert.match(is.argo.message, phase.says);
      assert.deepEqual(wrong(objects[i]), []);
    });
  }
});
