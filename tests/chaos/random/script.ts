import fc from "fast-check";
import { ANNOTATIONS, credentialsName } from "../../../handlers/names.ts";
import type { Loose } from "../../scenarios/admin.ts";
import { allFaults } from "../faults.ts";
import { NAMES, NAMESPACES, specs, type Target, targets } from "./frames.ts";
import { EVENT_FATES, type EventFate } from "../watch_stream.ts";

/** What happens, as plain data: a failure is printed, and pasted into a test, as it is. */
export type Move =
  /** Creates the object; one that is there gets the spec. */
  | { readonly do: "put"; readonly on: Target; readonly spec: Loose }
  | { readonly do: "edit"; readonly on: Target; readonly spec: Loose }
  /** An edit that the API server must refuse. */
  | { readonly do: "edit badly"; readonly on: Target; readonly spec: Loose }
  | { readonly do: "annotate"; readonly on: Target; readonly name: string; readonly value: string | null }
  | { readonly do: "remove"; readonly on: Target }
  | { readonly do: "remove namespace"; readonly name: string }
  | { readonly do: "secret"; readonly what: SecretDeed; readonly namespace: string; readonly name: string }
  | { readonly do: "person"; readonly what: ServiceDeed; readonly name: string }
  | { readonly do: "wait"; readonly ms: number }
  /** The operator dies around the n-th request from now, or at once where that is 0; it stays down until `start`. */
  | { readonly do: "kill"; readonly at: number; readonly when: "before" | "after" }
  | { readonly do: "start" }
  /** The n-th request from now, and those like it that follow, fail. */
  | { readonly do: "fault"; readonly at: number; readonly fault: string; readonly times: number }
  /** The n-th event of any watch from now. */
  | { readonly do: "event"; readonly at: number; readonly fate: EventFate };

/** What becomes of a Secret by hand. */
export const SECRET_DEEDS = ["delete", "empty", "garble", "person's pair", "forget ledger"] as const;
export type SecretDeed = typeof SECRET_DEEDS[number];

/** What a person does at the service, to a thing of which kind. */
const SERVICE_DEEDS = {
  Bucket: ["make bucket", "delete bucket", "put object", "change settings", "put policy"],
  User: ["make user", "delete user", "add key", "delete key", "deactivate key", "change inline policy"],
  IAMPolicy: ["make policy", "delete policy"],
} as const;
export type ServiceDeed = typeof SERVICE_DEEDS[keyof typeof SERVICE_DEEDS][number];

export interface Script {
  readonly mode: "aws" | "wasabi";
  /** True: before the end is judged, another operator takes over, which remembers nothing. */
  readonly restarts: boolean;
  readonly moves: readonly (Move & { /** Time that passes afterwards, milliseconds. */ readonly then?: number })[];
}

const DAY_MS = 86_400_000;
const pauses = fc.constantFrom(0, 0, 3, 20, 100, 1_000, 5_000, 60_000);

const REFERENCES = { userRef: "User", policyRef: "IAMPolicy", bucketRef: "Bucket" } as const;

/** The whole object; its references mostly lead to others of the script. */
function puts(on: Target, objects: readonly Target[]): fc.Arbitrary<Move> {
  const wholes = fc.tuple(specs[on.kind].whole, fc.nat(9))
    .map(([spec, luck]) => luck === 5 ? spec : withReferences(spec, luck, objects));
  return fc.record({ do: fc.constant("put" as const), on: fc.constant(on), spec: wholes });
}

function withReferences(spec: Loose, luck: number, objects: readonly Target[]): Loose {
  const led = Object.entries(REFERENCES).filter(([field]) => spec[field]).flatMap(([field, kind]) => {
    const those = objects.filter((each) => each.kind === kind);
    const chosen = those[luck % those.length];
    return chosen ? [[field, { name: chosen.name, namespace: chosen.namespace }]] : [];
  });
  return { ...spec, ...Object.fromEntries(led) };
}

const VALUES: Readonly<Record<string, readonly (string | null)[]>> = {
  [ANNOTATIONS.paused]: ["true", null, null],
  [ANNOTATIONS.adopt]: ["true", "true", null],
  [ANNOTATIONS.abandon]: ["true", null],
  [ANNOTATIONS.rotateAt]: ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "no time"],
  [ANNOTATIONS.reconcileAt]: ["1", "2"],
  // The n-th key of the user.
  [ANNOTATIONS.discardKey]: ["0", "1", "no key"],
  [ANNOTATIONS.driftInterval]: ["60", "-1", "never"],
};
const annotations = fc.constantFrom(
  ...Object.entries(VALUES).flatMap(([name, values]) => values.map((value) => ({ name, value }))),
);

const WEIGHTS = { put: 4, edit: 7, annotate: 4, remove: 4, secret: 2, person: 6, wait: 3, kill: 3, start: 3, fault: 4 };

const deeds = fc.constantFrom(
  ...(["Bucket", "User", "IAMPolicy"] as const).flatMap((kind) => SERVICE_DEEDS[kind].map((what) => ({ kind, what }))),
).chain(({ kind, what }) =>
  fc.record({
    do: fc.constant("person" as const),
    what: fc.constant(what),
    name: fc.constantFrom<string>(...NAMES[kind]),
  })
);

/** The moves of a script whose objects are those. */
function movesOn(objects: readonly Target[]) {
  const on = fc.constantFrom(...objects);
  const secretNames = ["wasabi-credentials", ...objects.map(({ name }) => credentialsName.main(name))];
  const moves = {
    put: on.chain((at) => puts(at, objects)),
    edit: on.chain((at) =>
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record({ do: fc.constant("edit" as const), on: fc.constant(at), spec: specs[at.kind].edits }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            do: fc.constant("edit badly" as const),
            on: fc.constant(at),
            spec: specs[at.kind].refused,
          }),
        },
      )
    ),
    annotate: fc.tuple(on, annotations).map(([at, annotation]) => ({ do: "annotate" as const, on: at, ...annotation })),
    remove: fc.oneof(
      { weight: 8, arbitrary: on.map((at) => ({ do: "remove" as const, on: at })) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...NAMESPACES).map((name) => ({ do: "remove namespace" as const, name })),
      },
    ),
    secret: fc.record({
      do: fc.constant("secret" as const),
      what: fc.constantFrom(...SECRET_DEEDS),
      namespace: fc.constantFrom(...NAMESPACES),
      name: fc.constantFrom(...secretNames),
    }),
    person: deeds,
    wait: fc.constantFrom(60_000, 600_000, 3_600_000, DAY_MS, 8 * DAY_MS, 40 * DAY_MS)
      .map((ms) => ({ do: "wait" as const, ms })),
    kill: fc.record({
      do: fc.constant("kill" as const),
      at: fc.nat(25),
      when: fc.constantFrom("before" as const, "after" as const),
    }),
    start: fc.constant({ do: "start" as const }),
    fault: fc.oneof(
      fc.record({
        do: fc.constant("fault" as const),
        at: fc.integer({ min: 1, max: 30 }),
        fault: fc.constantFrom(...allFaults.map(({ name }) => name)),
        times: fc.constantFrom(1, 1, 8),
      }),
      fc.record({
        do: fc.constant("event" as const),
        at: fc.integer({ min: 1, max: 15 }),
        fate: fc.constantFrom(...EVENT_FATES),
      }),
    ),
  };
  const weighted = Object.entries(WEIGHTS).map(([name, weight]) => ({
    weight,
    arbitrary: moves[name as keyof typeof moves] as fc.Arbitrary<Move>,
  }));
  return fc.oneof(...weighted);
}

/** Objects first, most of them at once; then whatever happens to them. */
export const scripts: fc.Arbitrary<Script> = fc.uniqueArray(targets(), {
  minLength: 1,
  maxLength: 7,
  selector: ({ kind, namespace, name }) => `${kind}/${namespace}/${name}`,
}).chain((objects) =>
  fc.record({
    mode: fc.constantFrom("aws" as const, "wasabi" as const),
    restarts: fc.boolean(),
    moves: fc.tuple(
      fc.tuple(...objects.map((on) => withPause(puts(on, objects)))),
      fc.array(withPause(movesOn(objects)), { maxLength: 14, size: "max" }),
    ).map((parts) => parts.flat()),
  })
);

function withPause(move: fc.Arbitrary<Move>): fc.Arbitrary<Script["moves"][number]> {
  return fc.tuple(move, pauses).map(([each, then]) => then === 0 ? each : { ...each, then });
}

/** The script of a seed, always the same. */
export function scriptOf(seed: number): Script {
  return fc.sample(scripts, { seed, numRuns: 1 })[0]!;
}
