import type { KeyInput } from "../../../handlers/access_key/state.ts";
import { settle } from "./settle.ts";
import { look, pass, step } from "./turn.ts";
import { DAY_MS, type World, world } from "./world.ts";

const NO_RETENTION = { enabled: true, intervalDays: 30, previousKeysRetentionDays: 0 } as const;
const KEPT_WHILE_USED = {
  enabled: true,
  intervalDays: 30,
  previousKeysRetentionDays: 7,
  keepWhileUsedDays: 2,
} as const;

/** A key that was made, settled, and whose rotation is due. */
function due(rotate?: KeyInput["rotate"]): World {
  const w = world(1, rotate);
  settle(w);
  w.now += 31 * DAY_MS;
  return w;
}

/** In the middle of a rotation: the new key waits to be proven. */
function staged(): World {
  const w = due();
  pass(w, w.objects[0]!, { accepts: false });
  return w;
}

/** Rotated, the old key in its overlap. */
function overlap(rotate?: KeyInput["rotate"]): World {
  const w = due(rotate);
  settle(w);
  return w;
}

/** The overlap is over, the old key is deactivated and not deleted yet. */
function deactivated(): World {
  const w = overlap();
  w.now += 8 * DAY_MS;
  pass(w, w.objects[0]!);
  return w;
}

/** The answer of CreateAccessKey never came. */
function cutOff(): World {
  const w = due();
  const [object] = w.objects;
  look(w, object!);
  step(w, object!);
  step(w, object!, "crash after");
  return w;
}

/** Two objects, and one was cut off right before its call. */
function besideCutOff(): World {
  const w = world(2);
  const [, object] = w.objects;
  look(w, object!);
  step(w, object!);
  step(w, object!, "crash before");
  return w;
}

/** The object leads to another user in mid-rotation. */
function moved(): World {
  const w = staged();
  w.objects[0]!.userName = "v";
  return w;
}

/** A person deleted the Secret while both places are taken. */
function lostInOverlap(): World {
  const w = overlap();
  delete w.objects[0]!.secrets["k0-credentials"];
  w.ledgerTaken = true;
  return w;
}

/** As 0.2.x leaves it: a Secret without a ledger, a failed rotation's unknown second key. */
function takenOver(): World {
  const w = world();
  const createdAt = w.now - 60 * DAY_MS;
  w.users["u"] = [
    { id: "K0", active: true, createdAt, by: "us", published: true },
    { id: "P1", active: true, createdAt: createdAt + 8_000, by: "person" },
  ];
  w.olderUsers = w.users;
  w.serial = 2;
  const [object] = w.objects;
  object!.status = { accessKeyId: "K0", created: true, nextRotateTime: "2025-12-31T00:00:00+00:00" };
  object!.olderStatus = object!.status;
  object!.secrets = { "k0-credentials": { id: "K0" } };
  return w;
}

/** Where explorations begin. */
export const STARTS: Readonly<Record<string, () => World>> = {
  "nothing": () => world(),
  "a rotation that is due": () => due(),
  "a rotation that is due, without retention": () => due(NO_RETENTION),
  "a call whose answer is lost": cutOff,
  "a new key to be proven": staged,
  "an overlap": () => overlap(),
  "an overlap, the old key kept while it is used": () => overlap(KEPT_WHILE_USED),
  "a deactivated key": deactivated,
  "a move to another user in mid-rotation": moved,
  "a lost Secret and no free place": lostInOverlap,
  "a take-over with an unknown key": takenOver,
  "two objects of one user": () => world(2),
  "two objects, a call of one cut off": besideCutOff,
};
