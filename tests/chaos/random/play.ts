import { ANNOTATIONS } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import type { Meddler } from "../gate.ts";
import type { Outcome } from "../outcome.ts";
import { end } from "./end.ts";
import { judgeAtRest } from "./judge.ts";
import { rest } from "./rest.ts";
import { outsideName } from "./person.ts";
import type { Move, Script, SecretDeed } from "./script.ts";
import { Stage } from "./stage.ts";

/** Of a wait so much is lived through: what became due in a longer one is done in it. */
const LIVED_MS = 600_000;
/** Longer ones are skipped before: days of checks at rest tell nothing new. */
const LONG_MS = 3_600_000;

/** Plays a script to its end, and judges what it leads to: once as it is, and once when all is deleted. */
export async function play(script: Script, bug?: Meddler): Promise<Outcome> {
  const complaints: string[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    complaints.push(`unhandled: ${event.reason?.stack ?? event.reason}`);
  };
  globalThis.addEventListener("unhandledrejection", note);
  try {
    const stage = await Stage.set(script.mode, bug);
    await using world = stage.world;
    for (const move of script.moves) {
      complaints.push(...await make(move, stage));
      await world.time.runUntil(() => false, move.then ?? 0);
      stage.person.readAnnotations(stage.objects());
      stage.readLog();
    }
    await calm(stage, script.restarts);
    const { sent, complaints: unrest } = await rest(world);
    stage.person.readAnnotations(stage.objects());
    const { broken, wrong } = judgeAtRest(stage, sent);
    const left = await end(stage);
    const { watchman, person } = stage;
    return {
      broken: [...watchman.broken, ...broken, ...left.broken],
      unsettled: [],
      difference: [...complaints, ...watchman.complaints, ...unrest, ...wrong, ...left.wrong, ...person.losses()],
      log: world.operator.log,
    };
  } finally {
    globalThis.removeEventListener("unhandledrejection", note);
  }
}

/** Nothing fails any more, and an operator runs. What never reached it is listed again. */
async function calm(stage: Stage, restarts: boolean): Promise<void> {
  stage.trouble.end();
  if (!stage.isUp || restarts || stage.trouble.lasting) await stage.start();
}

/** Does what the move says; returns what is wrong with how the API server took it. */
async function make(move: Move, stage: Stage): Promise<string[]> {
  const { world, trouble, person } = stage;
  switch (move.do) {
    case "put":
      await stage.put(move.on, move.spec);
      return [];
    case "edit":
      await stage.tried(() => world.admin.patch(bare(move.on), { spec: move.spec }));
      return [];
    case "edit badly": {
      if (stage.find(move.on) === undefined) return [];
      const isTaken = await stage.tried(() => world.admin.patch(bare(move.on), { spec: move.spec }));
      return isTaken ? [`the API server takes ${move.on.kind} ${JSON.stringify(move.spec)}`] : [];
    }
    case "annotate":
      await stage.tried(() => world.admin.annotate(bare(move.on), { [move.name]: valueOf(move, stage) }));
      return [];
    case "remove":
      await world.admin.remove(bare(move.on));
      return [];
    case "remove namespace":
      await world.admin.remove({ kind: "Namespace", metadata: { name: move.name } });
      return [];
    case "secret":
      await stage.tried(() => changeSecret(stage, move));
      return [];
    case "person":
      person.do(move.what, move.name);
      return [];
    case "wait":
      if (move.ms > LONG_MS) world.time.skip(move.ms);
      await world.time.runUntil(() => false, Math.min(move.ms, LIVED_MS));
      return [];
    case "kill":
      if (move.at === 0) stage.kill();
      else trouble.kill(move.at, move.when, () => stage.kill());
      return [];
    case "start":
      await stage.start();
      return [];
    case "fault":
      trouble.fault(move.fault, move.at, move.times);
      return [];
    case "event":
      trouble.event(move.at, move.fate);
      return [];
  }
}

function bare({ kind, namespace, name }: Extract<Move, { do: "remove" }>["on"]): Loose {
  return { kind, metadata: { namespace, name } };
}

/** An id of a key is not known before there is one: the value says the how manieth of the user it is. */
function valueOf({ on, name, value }: Extract<Move, { do: "annotate" }>, stage: Stage): string | null {
  if (name !== ANNOTATIONS.discardKey) return value;
  const { namespace } = on;
  const key = stage.find(on);
  const user = stage.find({ kind: "User", namespace, name: key?.spec.userRef?.name ?? "" });
  return stage.world.aws.state.users.get((user && outsideName(user)) ?? "")?.keys[Number(value)]?.id ?? value;
}

async function changeSecret(
  { world: { admin, aws } }: Stage,
  { what, namespace, name }: { readonly what: SecretDeed; readonly namespace: string; readonly name: string },
): Promise<void> {
  const secret = { kind: "Secret", metadata: { namespace, name } };
  const key = aws.state.users.get("person")?.keys[0];
  switch (what) {
    case "delete":
      return await admin.remove(secret);
    case "empty":
      return void await admin.patch(secret, { data: null });
    case "garble":
      return void await admin.patch(secret, {
        data: { "secret-access-key": btoa("\n\u0000"), "secret-key": btoa("wrong") },
      });
    case "person's pair":
      return void await admin.patch(secret, {
        stringData: { "access-key-id": key?.id ?? "none", "secret-access-key": key?.secret ?? "none" },
      });
    case "forget ledger":
      return void await admin.patch(secret, { metadata: { annotations: { [ANNOTATIONS.keys]: null } } });
  }
}
