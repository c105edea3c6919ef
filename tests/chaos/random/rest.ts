import type { RequestRecord } from "../../sandbox/requests.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { condition } from "../../scenarios/stage.ts";
import { type ChaosWorld, KINDS } from "../world.ts";

/** Longer than a drift interval with its jitter: whatever is not right yet is looked at once more within it. */
const WINDOW_MS = 19 * 60_000;
/** The record of an intent alone is kept for ten minutes, and a rotation that failed comes again after that. */
const MOST_WINDOWS = 12;
/** Of one request in a window, by everybody together: a backoff of five minutes stays far below. */
const MOST_ALIKE = 120;

/** What was sent in the last window before rest. */
export interface Rest {
  readonly sent: readonly RequestRecord[];
  /** Of a world that does not come to rest: what it goes on doing. */
  readonly complaints: readonly string[];
}

/** Lets time run until nothing is changed any more. What is refused may be tried again, not too often. */
export async function rest(world: ChaosWorld): Promise<Rest> {
  let changes: RequestRecord[] = [];
  for (let windows = 0; windows < MOST_WINDOWS; windows++) {
    const from = [world.kube.requests.length, world.aws.requests.length] as const;
    await world.time.runUntil(() => false, WINDOW_MS);
    const [kube, aws] = [world.kube.requests.slice(from[0]), world.aws.requests.slice(from[1])];
    changes = [
      ...kube.filter((request) => isChange(request) && !isOfTroubled(world, request)),
      ...aws.filter(isChange),
    ];
    if (changes.length > 0) continue;
    const sent = [...kube.filter(({ name }) => !/^(GET|LIST|WATCH) /.test(name)), ...aws];
    return { sent, complaints: tooOften(sent) };
  }
  const what = changes.slice(0, 3).map(({ name, target }) => `${name} ${target}`).join(", ");
  return { sent: changes, complaints: [`it does not come to rest: ${what}`] };
}

function isChange({ name, status = 0 }: RequestRecord): boolean {
  return status < 300 && !/^(GET|LIST|WATCH) | events$|:(Get|List|Head)/.test(name);
}

/** A creation that the service refuses is recorded before each try, and the record taken back. */
function isOfTroubled(world: ChaosWorld, { target }: RequestRecord): boolean {
  const isAt = ({ metadata: { namespace, name } }: Loose) =>
    target.includes(`/namespaces/${namespace}/`) && target.split("?")[0]?.replace(/\/status$/, "").endsWith(`/${name}`);
  return KINDS.flatMap((kind) => world.list(kind)).filter(isAt)
    .some(({ status }) => condition(status, "Ready")?.status !== "True");
}

function tooOften(sent: readonly RequestRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { name, target } of sent) {
    const key = `${name} ${target}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > MOST_ALIKE).map(([key, count]) => `${count} times ${key}`);
}
