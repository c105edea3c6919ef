import type { ReconcileContext, Reconciler, Requeue } from "../../../lib/kube/reconciler.ts";
import { type Thing, thingType } from "./collaborators.ts";

/** A reconciler that notes what it is called for, and does what a test says. */
export class ThingReconciler implements Reconciler<Thing> {
  readonly type: typeof thingType;
  readonly ownAnnotations = ["own"];
  readonly runs: string[] = [];
  readonly contexts: ReconcileContext[] = [];
  running = 0;
  act: (key: string, context: ReconcileContext) => Promise<Requeue> | Requeue = () => "never";

  constructor(kind = "Thing", plural = "things") {
    this.type = { ...thingType, kind, plural };
  }

  async reconcile(key: string, context: ReconcileContext): Promise<Requeue> {
    this.runs.push(key);
    this.contexts.push(context);
    this.running++;
    try {
      return await this.act(key, context);
    } finally {
      this.running--;
    }
  }

  references(object: Thing): readonly string[] {
    return object.spec.refs ?? [];
  }

  provides({ metadata: { namespace, name }, spec: { size } }: Thing): readonly string[] {
    return [`${this.type.kind}/${namespace}/${name}`, ...(size === undefined ? [] : [`size/${size}`])];
  }

  published({ metadata: { uid, generation }, status }: Thing): string {
    return JSON.stringify([uid, generation, status?.ready ?? false]);
  }

  /** The keys that were run since the last call. */
  taken(): string[] {
    return this.runs.splice(0);
  }
}

/** A gate that holds what waits at it until it is opened. */
export class Gate {
  open: () => void = () => {};
  readonly passed: Promise<void> = new Promise((resolve) => this.open = resolve);
}
