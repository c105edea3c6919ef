import { allFaults, fail } from "../chaos/faults.ts";
import { plainBucket } from "../chaos/scenarios/objects.ts";
import type { ChaosWorld } from "../chaos/world.ts";
import type { Loose } from "../scenarios/admin.ts";
import { condition } from "../scenarios/stage.ts";
import type { Subject } from "./subjects.ts";
import type { Verdict } from "./verdicts.ts";

/** Something that every object goes through, or may. */
export interface Phase {
  /** Follows the kind's name. */
  readonly fact: string;
  readonly kstatus: Verdict["kstatus"];
  readonly argo: Verdict["argo"]["status"];
  /** What Argo CD shows beside it. */
  readonly says: RegExp;
  /** By the guide's expressions, where not as kstatus says. */
  readonly flux?: Verdict["flux"];
  /** False: a Provider refers to nothing. */
  readonly ofProvider?: false;
  /** Leads the subject there, in a world without an operator; returns an earlier version where that is meant. */
  play(world: ChaosWorld, subject: Subject): Promise<Loose | void>;
}

const PATIENCE_MS = 3_600_000;
const paused = { "s3.cloud37.dev/paused": "true" };

export const CURRENT = { kstatus: "Current", argo: "Healthy", says: /^Ready: In sync$/ } as const;
export const IN_PROGRESS = { kstatus: "InProgress", argo: "Progressing", says: /^Not looked at yet$/ } as const;
export const FAILED = { kstatus: "Failed", argo: "Degraded" } as const;
export const TERMINATING = { kstatus: "Terminating", argo: "Progressing", says: /^Pending deletion$/ } as const;
const SUSPENDED = { kstatus: "InProgress", argo: "Suspended", says: /^Paused by annotation$/ } as const;

/** The phases of any object, in the order of its life. */
export const phases: readonly Phase[] = [
  {
    fact: "nobody has looked at",
    ...IN_PROGRESS,
    play: (world, { given, object }) => world.apply(...given(world), object(world)),
  },
  {
    fact: "has our finalizer, and nothing is said of it yet",
    ...IN_PROGRESS,
    async play(world, subject) {
      await inOrder(world, subject);
      return world.versions(subject.kind).find(({ metadata, status }) => metadata.finalizers && !status.conditions);
    },
  },
  {
    fact: "waits for what it refers to",
    ...IN_PROGRESS,
    says: /^(Provider|Bucket)NotReady: .* does not exist$/,
    ofProvider: false,
    async play(world, { object }) {
      await world.apply(object(world));
      await world.startOperator();
      await world.rest();
    },
  },
  {
    fact: "could not be made, and is tried again",
    ...IN_PROGRESS,
    says: /^(EndpointUnreachable|CreationFailed|UpdateFailed|ApplyFailed): .*(told to fail|status 503)/,
    flux: "Failed",
    async play(world, subject) {
      await begin(world, subject);
      failAll(world, subject);
      await world.apply(subject.object(world));
      await notReady(world, subject);
    },
  },
  {
    fact: "cannot go on until a person acts",
    ...FAILED,
    says: /^(CredentialsInvalid|AlreadyExists|PolicyExists|NoFreeKeySlot): ./,
    play: stalled,
  },
  {
    fact: "could not go on, and was edited",
    ...IN_PROGRESS,
    async play(world, subject) {
      await stalled(world, subject);
      world.killOperator();
      await edit(world, subject);
    },
  },
  {
    fact: "goes on because a person has acted",
    ...CURRENT,
    async play(world, subject) {
      await stalled(world, subject);
      await subject.settle(world);
      await world.rest();
    },
  },
  { fact: "is in order", ...CURRENT, play: inOrder },
  {
    fact: "was edited, and nobody has looked",
    ...IN_PROGRESS,
    async play(world, subject) {
      await inOrder(world, subject);
      world.killOperator();
      await edit(world, subject);
    },
  },
  {
    fact: "was edited, and is in order again",
    ...CURRENT,
    async play(world, subject) {
      await inOrder(world, subject);
      await edit(world, subject);
      await world.rest();
    },
  },
  {
    fact: "was edited, and that failed and is tried again",
    ...IN_PROGRESS,
    says: /^(EndpointUnreachable|CreationFailed|UpdateFailed|ApplyFailed): .*(told to fail|status 503)/,
    flux: "Failed",
    async play(world, subject) {
      await inOrder(world, subject);
      failAll(world, subject);
      await edit(world, subject);
      await notReady(world, subject);
    },
  },
  {
    fact: "was paused before anybody looked",
    ...SUSPENDED,
    async play(world, subject) {
      await begin(world, subject);
      const object = subject.object(world);
      await world.apply({ ...object, metadata: { ...object.metadata, annotations: paused } });
      await world.rest();
    },
  },
  { fact: "was paused when it was in order", ...CURRENT, says: /^Paused: /, play: pausedInOrder },
  {
    fact: "was paused, and then edited",
    ...SUSPENDED,
    async play(world, subject) {
      await pausedInOrder(world, subject);
      await edit(world, subject);
      await world.rest();
    },
  },
  {
    fact: "is to go, and nobody has looked",
    ...TERMINATING,
    async play(world, subject) {
      await inOrder(world, subject);
      world.killOperator();
      await world.admin.remove(subject.object(world));
    },
  },
  {
    fact: "is to go, and cannot",
    ...TERMINATING,
    async play(world, subject) {
      await inOrder(world, subject);
      // Nothing outside holds a Provider, but what uses it.
      if (subject.kind === "Provider") await world.apply(plainBucket());
      await world.rest();
      failAll(world, subject);
      await world.admin.remove(subject.object(world));
      await notReady(world, subject);
    },
  },
];

/** The object as it is now. @throws Error where it is gone */
export function live(world: ChaosWorld, { kind, object }: Pick<Subject, "kind" | "object">): Loose {
  const { name } = object(world).metadata;
  const found = world.list(kind).find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`${kind} ${name} is gone`);
  return found;
}

/** All that the subject needs is there and at rest, and an operator runs. */
export async function begin(world: ChaosWorld, { given }: Subject): Promise<void> {
  await world.apply(...given(world));
  await world.startOperator();
  const unsettled = await world.rest();
  if (unsettled.length > 0) throw new Error(`Not in order: ${unsettled.join("; ")}`);
}

export async function inOrder(world: ChaosWorld, subject: Subject): Promise<void> {
  await begin(world, subject);
  await world.apply(subject.object(world));
  const unsettled = await world.rest();
  if (unsettled.length > 0) throw new Error(`Not in order: ${unsettled.join("; ")}`);
}

async function pausedInOrder(world: ChaosWorld, subject: Subject): Promise<void> {
  await inOrder(world, subject);
  await world.admin.annotate(subject.object(world), paused);
  await world.rest();
}

async function stalled(world: ChaosWorld, subject: Subject): Promise<void> {
  await begin(world, subject);
  await subject.hinder(world);
  await world.apply(subject.object(world));
  await world.rest();
}

async function edit(world: ChaosWorld, { object, edit }: Subject): Promise<void> {
  await world.admin.patch(object(world), { spec: edit });
}

/** From now on the service fails all that is asked about the subject. */
export function failAll({ operator }: ChaosWorld, { requests }: Pick<Subject, "requests">): void {
  const fault = allFaults.find(({ name }) => name === "503")!;
  operator.gate.meddle = (passing, next) =>
    passing.side === "aws" && requests.test(passing.name) ? fail(fault, passing, next) : next();
}

/** Lets time run until the operator says of the version that is there that it is not Ready. */
export async function notReady(world: ChaosWorld, subject: Subject): Promise<void> {
  await reached(world, () => {
    const { metadata, status } = live(world, subject);
    return status.observedGeneration === metadata.generation && condition(status, "Ready")?.status === "False";
  });
}

/** Lets time run until it holds. @throws Error where it never does */
export async function reached({ time }: ChaosWorld, holds: () => boolean): Promise<void> {
  if (!await time.runUntil(holds, PATIENCE_MS)) throw new Error(`It never holds that ${holds}`);
}
