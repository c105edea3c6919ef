import { Admin, AdminError, type Loose } from "../scenarios/admin.ts";
import { type RunningOperator, startOperator } from "../scenarios/operator.ts";
import { podFlags } from "../chart/pod.ts";
import { RELEASE } from "../chart/render.ts";
import type { Site } from "../chart/site.ts";

const PATH = `/apis/apps/v1/namespaces/${RELEASE}/deployments/${RELEASE}`;
const LOOK_MS = 100;

/**
 * Plays the controller of Deployments and the kubelet for the operator's own Deployment: what its container is told runs
 * in this process, with the token of its ServiceAccount. A program of 0.2.x counts as running.
 */
export class Node implements AsyncDisposable {
  readonly #site: Site;
  readonly #admin: Admin;
  readonly #stop = new AbortController();
  readonly #looking: Promise<void>;
  readonly #log: string[] = [];
  #running: { readonly told: string; readonly operator: RunningOperator } | undefined;

  constructor(site: Site) {
    this.#site = site;
    this.#admin = new Admin(site.cluster);
    this.#looking = this.#look();
  }

  /** What operators logged, those that have ended included. */
  log(): readonly string[] {
    return [...this.#log, ...this.#running?.operator.log() ?? []];
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#follow(await this.#deployment());
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    await this.#end();
  }

  async #deployment(): Promise<Loose> {
    try {
      return await this.#admin.request("GET", PATH);
    } catch (error) {
      if (error instanceof AdminError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #follow(deployment: Loose): Promise<void> {
    const replicas = deployment?.spec.replicas ?? 0;
    const told = replicas === 0 ? undefined : JSON.stringify(deployment?.spec.template.spec.containers[0]);
    if (told !== this.#running?.told) await this.#end();
    if (deployment === undefined || deployment.status?.observedGeneration === deployment.metadata.generation) {
      return;
    }
    const isFormer = /:0\.\d/.test(deployment.spec.template.spec.containers[0].image);
    if (told !== undefined && !isFormer && this.#running === undefined) {
      this.#running = { told, operator: await startOperator(await podFlags(this.#site, deployment)) };
    }
    const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
    const status = { observedGeneration: deployment.metadata.generation, ...counts };
    await this.#admin.request("PATCH", `${PATH}/status`, { status }, "application/merge-patch+json");
  }

  async #end(): Promise<void> {
    if (this.#running === undefined) return;
    await this.#running.operator.stop();
    this.#log.push(...this.#running.operator.log());
    this.#running = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#looking;
    this.#admin[Symbol.dispose]();
  }
}
