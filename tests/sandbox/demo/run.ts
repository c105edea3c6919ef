import deno from "../../../deno.json" with { type: "json" };
import { apply, showObjects } from "./apply.ts";
import { begin } from "./begin.ts";
import { meddle } from "./drift.ts";
import { keep } from "./keep.ts";
import { Observers } from "./observe.ts";
import { readableLine } from "./operator.ts";
import type { Program } from "./program.ts";
import { removeAll } from "./remove.ts";
import { rotate } from "./rotate.ts";
import { type Screen, seconds } from "./screen.ts";
import { Stage } from "./stage.ts";
import { expectEqual, Surprise } from "./surprise.ts";
import { tell } from "./tell.ts";
import { useCredentials } from "./use.ts";

export interface DemoOptions {
  readonly screen: Screen;
  readonly mode: "aws" | "wasabi";
  /** Leave all running until it is stopped. */
  readonly keep: boolean;
  /** With a collector and a Prometheus beside it. */
  readonly observe: boolean;
  /** The operator, instead of main.ts. */
  readonly program?: Program | undefined;
  /** Aborted with `Interrupted` by a signal. */
  readonly stop: AbortController;
}

/** A person or a system asked the demo to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const LAST_LINES = 30;

/** Runs the demo to its end. Resolves to the exit code: 0, 1 for a surprise, 130 when interrupted. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { screen, mode } = options;
  screen.title(`Wasabi S3 Operator ${deno.version}, against a sandbox on this machine`);
  await using observers = options.observe ? await Observers.open(screen) : undefined;
  const stage = await Stage.open({ ...options, flags: observers?.flags ?? [] });
  try {
    const summary = await play(stage, { keep: options.keep, observers });
    screen.text();
    screen.summary(`${summary} (${mode} mode)`);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      screen.text();
      screen.text(`Interrupted (${error.message}): everything is being ended`);
      return 130;
    }
    report(error, { stage, screen });
    return 1;
  } finally {
    await stage[Symbol.asyncDispose]();
  }
}

async function play(
  stage: Stage,
  { keep: isKept, observers }: { readonly keep: boolean; readonly observers: Observers | undefined },
): Promise<string> {
  const { screen } = stage;
  await begin(stage);
  await observers?.watch(stage);
  const applied = await apply(stage);
  showObjects(stage);
  await useCredentials(stage);
  const drift = await meddle(stage);
  const rotationMs = await rotate(stage);
  await tell(stage);
  await observers?.tell(stage);
  if (isKept) {
    await keep(stage);
    if (!(stage.signal.reason instanceof Interrupted)) throw stage.signal.reason;
    await end(stage);
    return "Demo ended";
  }
  const removalMs = await removeAll(stage);
  await end(stage);
  return [
    `Demo passed in ${screen.elapsed()}: ${applied.objects} objects Ready in ${seconds(applied.ms)}`,
    `${drift.changes} changes put right within ${seconds(drift.ms)}`,
    `a key rotated in ${seconds(rotationMs)}`,
    `all deleted in ${seconds(removalMs)}, nothing left`,
  ].join(", ");
}

/** Ends the operator, which gives its Lease back. */
async function end(stage: Stage): Promise<void> {
  const { screen, admin, operator } = stage;
  screen.begin("End");
  const { code } = await stage.stopOperator();
  expectEqual("exit code of the operator", code, 0);
  const leases = await admin.list("Lease", "default");
  expectEqual("holders of its Lease", leases.map(({ spec }) => spec.holderIdentity ?? ""), [""]);
  screen.ok(`The operator, process ${operator.pid}, ended with 0 on SIGTERM, and gave its Lease back`);
}

function report(error: unknown, { stage, screen }: { readonly stage: Stage; readonly screen: Screen }): void {
  screen.failure(`Demo failed after ${screen.elapsed()}, in "${screen.section}"`);
  if (error instanceof Surprise) {
    screen.text(`expected: ${error.expected}`);
    screen.text(`seen:     ${error.seen}`);
  } else screen.text(error instanceof Error ? error.stack : String(error));
  screen.text();
  screen.text("The operator's last log lines:");
  for (const line of stage.operator.lines.slice(-LAST_LINES)) screen.text(readableLine(line));
}
