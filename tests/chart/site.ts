import assert from "node:assert/strict";
import { type Cluster, startCluster } from "../api/cluster.ts";
import { helm, type Outcome, run, type RunOptions } from "./helm.ts";
import { RELEASE, type Values } from "./render.ts";

/** A real API server, with kubectl and Helm for it. */
export class Site implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#env = { KUBECONFIG: cluster.kubeconfig, KUBECACHEDIR: `${cluster.kubeconfig}-cache` };
  }

  static async start(): Promise<Site> {
    return new Site(await startCluster());
  }

  get cluster(): Cluster {
    return this.#cluster;
  }

  async kubectl(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return await run(this.#cluster.kubectl, args, { ...options, env: this.#env });
  }

  /** What kubectl wrote. @throws AssertionError with its complaint when it failed */
  async get(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.kubectl(args);
    assert.equal(code, 0, err);
    return out;
  }

  /** Installs the release, or upgrades it. */
  async upgrade(chart: string, values: Values = {}, flags: readonly string[] = []): Promise<Outcome> {
    const args = ["upgrade", "--install", RELEASE, chart, "--namespace", RELEASE, "--create-namespace"];
    return await this.helm([...args, "--values", "-", ...flags], JSON.stringify(values));
  }

  /** Runs Helm for this API server. @param input text on standard input */
  async helm(args: readonly string[], input = ""): Promise<Outcome> {
    return await helm(args, { input, env: this.#env });
  }

  async uninstall(): Promise<Outcome> {
    return await this.helm(["uninstall", RELEASE, "--namespace", RELEASE]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.close();
  }
}
