import type { S3Client } from "@aws-sdk/client-s3";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { READABLE_FOLDERS } from "../../../lib/platform/permissions.ts";
import { Admin } from "../../scenarios/admin.ts";
import { type Clients, clientsOf } from "../aws/contract/case.ts";
import { type AwsSandbox, startAwsSandbox } from "../aws/mod.ts";
import { type KubeSandbox, startKubeSandbox } from "../kube/mod.ts";
import { OperatorProcess } from "./operator.ts";
import type { Program } from "./program.ts";
import type { Screen } from "./screen.ts";
import { Surprise } from "./surprise.ts";
import { Watcher } from "./watcher.ts";

const CRDS = new URL("../../../crds/", import.meta.url);
/** How often the operator looks at an object at rest; five minutes where nobody is waiting to see it. */
export const DRIFT_SECONDS = 3;

export interface StageOptions {
  readonly screen: Screen;
  readonly mode: "aws" | "wasabi";
  /** Ends the demo with its reason. */
  readonly stop: AbortController;
  /** The operator, instead of main.ts. */
  readonly program?: Program | undefined;
  /** Of the operator, beside those that the demo needs. */
  readonly flags?: readonly string[];
}

/** Everything that runs while the demo does: a cluster, a service, the operator. */
export class Stage implements AsyncDisposable {
  readonly screen: Screen;
  readonly mode: StageOptions["mode"];
  readonly signal: AbortSignal;
  readonly kube: KubeSandbox;
  readonly aws: AwsSandbox;
  /** What a person does with kubectl. */
  readonly admin: Admin;
  /** The service as the owner of its account uses it. */
  readonly owner: Clients;
  readonly watcher: Watcher;
  readonly operator: OperatorProcess;
  /** What the operator is, if not main.ts. */
  readonly program: Program | undefined;
  /** For files, and gone in the end. */
  readonly folder: string;
  readonly kubeconfig: string;
  #stopping = false;

  private constructor(options: StageOptions, { kube, aws, folder }: {
    readonly kube: KubeSandbox;
    readonly aws: AwsSandbox;
    readonly folder: string;
  }) {
    const { screen, mode, stop, program, flags = [] } = options;
    [this.screen, this.mode, this.signal, this.kube, this.aws] = [screen, mode, stop.signal, kube, aws];
    this.program = program;
    this.folder = folder;
    this.kubeconfig = `${folder}/kubeconfig`;
    this.admin = new Admin({ url: kube.url, kubeconfig: this.kubeconfig });
    this.owner = clientsOf({ endpoint: aws.url, credentials: aws.credentials, lacks: {}, close: async () => {} });
    this.watcher = new Watcher({ screen, onError: (error) => stop.abort(error) });
    Deno.writeTextFileSync(this.kubeconfig, kube.kubeconfig());
    const own = [
      `--kubeconfig=${this.kubeconfig}`,
      "--metrics-port=0",
      `--drift-check-interval-seconds=${DRIFT_SECONDS}`,
    ];
    this.operator = new OperatorProcess([...own, ...flags], `${folder}/operator.log`, { program });
    this.operator.onEnd(({ code }) => {
      if (!this.#stopping) stop.abort(new Surprise("the operator to run", `it ended with exit code ${code}`));
    });
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { mode, program } = options;
    const [kube, aws] = await Promise.all([startKubeSandbox(), startAwsSandbox({ mode })]);
    for await (const { name } of Deno.readDir(fileURLToPath(CRDS))) {
      if (name.endsWith(".yaml")) kube.put(parse(await Deno.readTextFile(new URL(name, CRDS))));
    }
    const prefix = "wasabi-s3-operator-demo-";
    const folder = await Deno.makeTempDir({ prefix, ...(program ? { dir: readableFolder() } : {}) });
    return new Stage(options, { kube, aws, folder });
  }

  /** S3 as the holder of an access key uses it, or the owner, in the region of the examples; closed in the end. */
  s3(credentials: Credentials = this.aws.credentials): S3Client {
    const { region } = this.watcher.find("Provider", "wasabi")?.spec ?? {};
    return this.owner.s3As({ region, credentials });
  }

  /** The access key in a Secret; `undefined` when there is no such Secret. */
  async credentialsIn(name: string): Promise<Credentials | undefined> {
    const secret = await this.admin.get({ kind: "Secret", metadata: { namespace: "default", name } });
    if (secret === undefined) return undefined;
    const { data } = secret;
    return { accessKeyId: atob(data["access-key-id"]), secretAccessKey: atob(data["secret-access-key"]) };
  }

  /** Stops the operator as a cluster does. */
  async stopOperator(): Promise<Deno.CommandStatus> {
    this.#stopping = true;
    return await this.operator.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stopOperator();
      await this.watcher[Symbol.asyncDispose]();
      this.owner.close();
      this.admin[Symbol.dispose]();
      await Promise.all([this.kube.close(), this.aws.close()]);
    } finally {
      await Deno.remove(this.folder, { recursive: true });
    }
  }
}

/** For temporary files that an executable may read: the permissions are part of it. */
function readableFolder(): string {
  const usual = tmpdir();
  return READABLE_FOLDERS.some((folder) => `${usual}/`.startsWith(`${folder}/`)) ? usual : "/tmp";
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
