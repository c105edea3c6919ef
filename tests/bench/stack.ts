import type { Loose } from "../scenarios/admin.ts";
import { type Child, spawn, waitFor } from "../api/processes.ts";
import { kinds } from "../../handlers/kinds.ts";
import { pathOf } from "../../lib/kube/paths.ts";
import { UNCOUNTED } from "../sandbox/control.ts";
import type { Counts } from "./counts.ts";

/** How long answers take, milliseconds. */
export const AWS_MS = 20;
export const KUBE_MS = 5;

const ROOT = new URL("../../", import.meta.url);
const types = {
  ...kinds,
  Secret: { group: "", version: "v1", plural: "secrets", kind: "Secret" },
  Event: { group: "events.k8s.io", version: "v1", plural: "events", kind: "Event" },
};

/** The requests of the operator since the last `forget`. */
export interface Requests {
  readonly kube: Counts;
  /** Names such as `s3:HeadBucket` and `iam:GetUser`. */
  readonly aws: Counts;
}

/** A Kubernetes API and an S3 and IAM service, each a process of its own with fixed answer times. */
export class Stack implements AsyncDisposable {
  readonly kubeUrl: string;
  readonly aws: { readonly url: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly kubeconfig: string;
  readonly #processes: readonly Child[];
  readonly #folder: string;

  /** @param times how long answers take, milliseconds */
  static async start({ kubeMs = KUBE_MS, awsMs = AWS_MS } = {}): Promise<Stack> {
    const folder = await Deno.makeTempDir({ prefix: "bench-" });
    const kubeconfig = `${folder}/kubeconfig`;
    const crds = new URL("crds", ROOT).pathname;
    const kube = sandbox("kube", [`--crds=${crds}`, `--kubeconfig=${kubeconfig}`, `--latency-ms=${kubeMs}`]);
    const aws = sandbox("aws", ["--mode=aws", `--latency-ms=${awsMs}`]);
    const [kubeLine, awsLine] = await Promise.all([firstLine(kube), firstLine(aws)]);
    return new Stack([kube, aws], folder, kubeLine, awsLine);
  }

  private constructor(processes: readonly Child[], folder: string, kube: Loose, aws: Loose) {
    this.#processes = processes;
    this.#folder = folder;
    this.kubeUrl = kube.url;
    this.kubeconfig = kube.kubeconfig;
    this.aws = aws;
  }

  get folder(): string {
    return this.#folder;
  }

  async counts(): Promise<Requests> {
    const [kube, aws] = await Promise.all(
      [this.kubeUrl, this.aws.url].map(async (url) => await (await fetch(`${url}/_sandbox/counts`)).json()),
    );
    return { kube, aws };
  }

  async forget(): Promise<void> {
    for (const url of [this.kubeUrl, this.aws.url]) {
      await (await fetch(`${url}/_sandbox/forget`, { method: "POST" })).body?.cancel();
    }
  }

  /** As `kubectl create` would; not counted. */
  async create(object: Loose): Promise<void> {
    await this.#request("POST", pathOf(typeOf(object.kind), { namespace: object.metadata.namespace }), object);
  }

  async list(kind: string): Promise<Loose[]> {
    return (await this.#request("GET", pathOf(typeOf(kind), {}))).items;
  }

  async remove({ kind, metadata: { namespace, name } }: Loose): Promise<void> {
    await this.#request("DELETE", pathOf(typeOf(kind), { namespace, name }));
  }

  /** Writes an object that is none of the operator's. */
  async touch(): Promise<void> {
    const metadata = { name: `touch-${crypto.randomUUID()}`, namespace: "default" };
    await this.#request("POST", "/api/v1/namespaces/default/configmaps", { metadata });
  }

  /** Objects of a kind as they change, from a version on; not counted. */
  async *watch(kind: string, signal: AbortSignal): AsyncGenerator<Loose> {
    const url = `${this.kubeUrl}${pathOf(typeOf(kind), {})}?watch=1&resourceVersion=0`;
    const response = await fetch(url, { headers: { [UNCOUNTED]: "1" }, signal });
    let rest = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield JSON.parse(line).object;
    }
  }

  async #request(method: string, path: string, body?: Loose): Promise<Loose> {
    const response = await fetch(this.kubeUrl + path, {
      method,
      headers: { [UNCOUNTED]: "1", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function typeOf(kind: string) {
  const type = (types as Loose)[kind];
  if (type === undefined) throw new TypeError(`Unknown kind "${kind}"`);
  return type;
}

function sandbox(name: string, flags: readonly string[]): Child {
  return spawn(name, Deno.execPath(), ROOT.pathname, ["run", "-A", `tests/sandbox/${name}/main.ts`, ...flags]);
}

async function firstLine(process: Child): Promise<Loose> {
  const line = () => process.log().split("\n").find((each) => each.startsWith("{"));
  await waitFor("the sandbox to listen", () => line() !== undefined, 60_000, () => process.log());
  return JSON.parse(line() ?? "{}");
}
