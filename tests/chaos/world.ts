import { crdManifests } from "../../handlers/kinds.ts";
import { type AwsSandbox, type AwsSandboxOptions, startAwsSandbox } from "../sandbox/aws/mod.ts";
import { type KubeSandbox, startKubeSandbox } from "../sandbox/kube/mod.ts";
import { Admin, type Loose } from "../scenarios/admin.ts";
import { object, secret } from "../scenarios/objects.ts";
import { seedOperatorUser } from "../scenarios/operator_user.ts";
import type { Meddler } from "./gate.ts";
import type { Place } from "./place.ts";
import { OperatorProcess } from "./process.ts";
import { type Sight, unsettled } from "./sight.ts";
import { VirtualTime } from "./virtual_time.ts";

export const NAMESPACE = "chaos";
export const KINDS = ["Provider", "Bucket", "BucketPolicy", "User", "IAMPolicy", "AccessKey"] as const;
/** Nothing listens there: the gate takes all requests to the service. */
const ENDPOINT = "https://s3.test";
const MINUTE_MS = 60_000;
/** Longer than the longest backoff and than a drift interval: what is still to be done is done within it. */
const QUIET_MS = 19 * MINUTE_MS;
/** Until rest, at the most; the record of an intent alone is kept for ten minutes. */
const PATIENCE_MS = 240 * MINUTE_MS;

export interface ChaosWorldOptions extends Pick<AwsSandboxOptions, "mode"> {
  readonly rights?: unknown;
}

/** A cluster, a service and their time, without any network; operators come and go in it. */
export class ChaosWorld implements AsyncDisposable, Place {
  readonly endpoint = ENDPOINT;
  readonly admin: Admin;
  /** A bug that every operator here has. */
  sabotage: Meddler | undefined;
  #operator: OperatorProcess | undefined;
  #starts = 0;

  private constructor(readonly time: VirtualTime, readonly kube: KubeSandbox, readonly aws: AwsSandbox) {
    const answer = (request: Request) => time.as(undefined, () => kube.answer(request));
    this.admin = new Admin({ url: kube.url, kubeconfig: "", answer });
  }

  /** @param options.rights the policy of the operator's user; without it the operator is the root user */
  static async start({ mode = "aws", rights }: ChaosWorldOptions = {}): Promise<ChaosWorld> {
    const time = new VirtualTime();
    const clock = () => Math.floor(time.now());
    const [kube, service] = await Promise.all([startKubeSandbox({ clock }), startAwsSandbox({ clock, mode })]);
    const aws = rights === undefined ? service : { ...service, credentials: seedOperatorUser(service, rights) };
    const world = new ChaosWorld(time, kube, aws);
    for (const crd of crdManifests()) {
      await world.admin.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
    }
    await world.admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    return world;
  }

  get operator(): OperatorProcess {
    if (this.#operator === undefined) throw new RangeError("No operator runs");
    return this.#operator;
  }

  /** Starts an operator in place of the one that runs. */
  async startOperator(): Promise<OperatorProcess> {
    this.killOperator();
    const { time, kube, aws } = this;
    const seed = ++this.#starts;
    return this.#operator = await OperatorProcess.start({
      time,
      kube: (request) => kube.answer(request),
      aws: (request) => aws.answer(request),
      seed,
      sabotage: this.sabotage,
    });
  }

  killOperator(): void {
    this.#operator?.kill();
    this.#operator = undefined;
    this.kube.cutWatches("end");
  }

  see(): Sight {
    const { buckets, users, policies } = this.aws.state;
    return {
      objects: [...KINDS, "Secret"].flatMap((kind) => this.list(kind)),
      buckets,
      users,
      policies: [...policies.values()].map(({ name, versions, defaultVersion, tags }) => {
        return { name, document: versions.find(({ id }) => id === defaultVersion)?.document, tags };
      }),
    };
  }

  list(kind: string): Loose[] {
    return this.kube.list(...resourceOf(kind)) as Loose[];
  }

  /** Every version that there was of the objects of a kind, the oldest first. */
  versions(kind: string): Loose[] {
    return this.kube.versions(...resourceOf(kind)) as Loose[];
  }

  /**
   * Lets time run until every object is Ready, or gone if it is to go, and nothing was written for long. Returns what
   * is not so in the end.
   */
  async rest(): Promise<string[]> {
    const end = this.time.elapsed + PATIENCE_MS;
    let unsettled = this.unsettled();
    while (this.time.elapsed < end) {
      const before = this.#written();
      await this.time.runUntil(() => false, QUIET_MS);
      unsettled = this.unsettled();
      if (this.#written() === before) return unsettled;
    }
    return [...unsettled, "it still writes"];
  }

  /** The objects that are neither Ready nor gone, with their reasons. */
  unsettled(): string[] {
    return unsettled(KINDS.flatMap((kind) => this.list(kind)));
  }

  async apply(...objects: readonly Loose[]): Promise<void> {
    for (const each of objects) await this.admin.apply(each);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.killOperator();
    // What notices its end does so while time is virtual: a real timer would keep the program alive.
    await this.time.settle();
    this.admin[Symbol.dispose]();
    this.time[Symbol.dispose]();
    await Promise.all([this.kube.close(), this.aws.close()]);
  }

  /** Grows with every write of an operator, Events apart. */
  #written(): number {
    const isWrite = (name: string) => !/^(GET|LIST|WATCH|REVIEW) | events$|:(Get|List|Head)/.test(name);
    return [...this.kube.requests, ...this.aws.requests].filter(({ name }) => isWrite(name)).length;
  }
}

/** Its apiVersion and plural. */
function resourceOf(kind: string): [string, string] {
  const plurals: Readonly<Record<string, string>> = { BucketPolicy: "bucketpolicies", IAMPolicy: "iampolicies" };
  return [kind === "Secret" ? "v1" : "s3.cloud37.dev/v1alpha1", plurals[kind] ?? `${kind.toLowerCase()}s`];
}

/** An object of ours in the namespace. */
export function ours(kind: typeof KINDS[number], name: string, spec: Loose, metadata: Loose = {}): Loose {
  return object(kind, { name, namespace: NAMESPACE, ...metadata }, spec);
}

/** The Secret and the Provider that all else refers to. */
export function providerObjects(
  { aws: { credentials }, endpoint }: Pick<Place, "aws" | "endpoint">,
  { secretNamespace = NAMESPACE } = {},
): Loose[] {
  const reference = (key: string) => ({ name: "wasabi-credentials", key, namespace: secretNamespace });
  const annotations = { "s3.cloud37.dev/allowed-namespaces": NAMESPACE };
  return [
    secret({ name: "wasabi-credentials", namespace: secretNamespace, annotations }, {
      "access-key": credentials.accessKeyId,
      "secret-key": credentials.secretAccessKey,
    }),
    ours("Provider", "wasabi", {
      type: "wasabi",
      endpoint,
      iamEndpoint: endpoint,
      region: "us-east-1",
      auth: { accessKeySecretRef: reference("access-key"), secretKeySecretRef: reference("secret-key") },
    }),
  ];
}
