import { waitFor } from "../api/processes.ts";
import { clientsOf } from "../sandbox/aws/contract/case.ts";
import { type AwsSandbox, startAwsSandbox } from "../sandbox/aws/mod.ts";
import { OperatorProcess } from "../sandbox/demo/operator.ts";
import { Faults } from "../sandbox/faults.ts";
import { type KubeSandbox, startKubeSandbox } from "../sandbox/kube/mod.ts";
import { Admin, type Loose } from "../scenarios/admin.ts";
import { installKinds } from "../scenarios/install.ts";
import { object, secret } from "../scenarios/objects.ts";
import { SpanSink } from "./span_sink.ts";

/** Where everything of a run is. */
export const NAMESPACE = "team-a";

/** A cluster, a service, and two operators as processes, of which one leads and the other waits. */
export class Site implements AsyncDisposable {
  readonly faults: Faults;
  readonly kube: KubeSandbox;
  readonly aws: AwsSandbox;
  readonly admin: Admin;
  readonly sink: SpanSink;
  readonly operators: readonly OperatorProcess[];
  /** For files, and gone in the end. */
  readonly folder: string;
  readonly owner: ReturnType<typeof clientsOf>;

  private constructor(parts: Pick<Site, "faults" | "kube" | "aws" | "sink" | "folder">) {
    ({ faults: this.faults, kube: this.kube, aws: this.aws, sink: this.sink, folder: this.folder } = parts);
    const { kube, aws, folder, sink } = parts;
    const kubeconfig = `${folder}/kubeconfig`;
    Deno.writeTextFileSync(kubeconfig, kube.kubeconfig());
    this.admin = new Admin({ url: kube.url, kubeconfig });
    this.owner = clientsOf({ endpoint: aws.url, credentials: aws.credentials, lacks: {}, close: async () => {} });
    const flags = [
      `--kubeconfig=${kubeconfig}`,
      "--metrics-port=0",
      "--drift-check-interval-seconds=5",
      // So few workers that objects have to wait when the service is slow.
      "--concurrency=2",
      `--otel-exporter-otlp-endpoint=${sink.url}`,
    ];
    this.operators = ["a", "b"].map((name) => new OperatorProcess(flags, `${folder}/operator-${name}.log`));
  }

  /** Resolves once both processes are ready. */
  static async open(): Promise<Site> {
    const faults = new Faults();
    const folder = await Deno.makeTempDir({ prefix: "wasabi-s3-operator-observe-" });
    const [kube, aws] = await Promise.all([startKubeSandbox(), startAwsSandbox({ faults })]);
    await installKinds({ url: kube.url, kubeconfig: "" });
    const site = new Site({ faults, kube, aws, folder, sink: new SpanSink() });
    const ready = async () => (await Promise.all(site.operators.map((each) => each.isReady()))).every(Boolean);
    await waitFor("the operators", ready, 60_000, () => site.log());
    return site;
  }

  /** `host:port` of each process's metrics. */
  get targets(): string[] {
    return this.operators.map(({ metricsUrl = "" }) => new URL(metricsUrl).host);
  }

  /** A Secret with the service's credentials, and a Provider of that name that uses it. */
  async provider(name: string, endpoint = this.aws.url): Promise<void> {
    const { accessKeyId, secretAccessKey } = this.aws.credentials;
    const reference = (key: string) => ({ name: `${name}-credentials`, key });
    const keys = { "access-key": accessKeyId, "secret-key": secretAccessKey };
    await this.admin.apply(secret({ name: `${name}-credentials`, namespace: NAMESPACE }, keys));
    await this.apply("Provider", name, {
      type: "wasabi",
      endpoint,
      iamEndpoint: endpoint,
      region: "us-east-1",
      auth: { accessKeySecretRef: reference("access-key"), secretKeySecretRef: reference("secret-key") },
    });
  }

  /** Applies an object; returns it as it was written. */
  async apply(kind: Parameters<typeof object>[0], name: string, spec: Loose): Promise<Loose> {
    const written = object(kind, { name, namespace: NAMESPACE }, spec);
    await this.admin.apply(written);
    return written;
  }

  /** Waits until each is Ready at its present generation. */
  async ready(...objects: readonly Loose[]): Promise<void> {
    for (const each of objects) {
      await this.until(each, "to be Ready", ({ metadata, status }) => {
        const ready = status?.conditions?.find(({ type }: Loose) => type === "Ready");
        return ready?.status === "True" && status.observedGeneration === metadata.generation;
      });
    }
  }

  /** Waits until the test holds of the object; one that is gone is `undefined`. */
  async until(object: Loose, what: string, holds: (live: Loose) => boolean): Promise<void> {
    let live: Loose;
    const check = async () => holds(live = await this.admin.get(object));
    const seen = () => `${JSON.stringify(live?.status)}\n${this.log()}`;
    await waitFor(`${object.kind} ${object.metadata.name} ${what}`, check, 60_000, seen);
  }

  /** The last lines of both processes. */
  log(): string {
    return this.operators.map(({ lines }) => lines.slice(-30).join("\n")).join("\n---\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.faults.clear();
    await Promise.all(this.operators.map((operator) => operator.stop()));
    this.owner.close();
    this.admin[Symbol.dispose]();
    await Promise.all([this.kube.close(), this.aws.close(), this.sink.close()]);
    await Deno.remove(this.folder, { recursive: true });
  }
}
