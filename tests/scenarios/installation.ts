import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import { type Clients, clientsOf } from "../sandbox/aws/contract/case.ts";
import { type AwsSandbox, type AwsSandboxOptions, startAwsSandbox } from "../sandbox/aws/mod.ts";
import type { Loose } from "./admin.ts";
import { valueOf } from "./objects.ts";
import { OPERATOR_USER } from "./operator_user.ts";
import type { RunningOperator } from "./operator.ts";
import { layCluster, loadService, readRecorded, RecordedObjects, REGION } from "./recorded.ts";
import type { Stage } from "./stage.ts";

/** The day after the recording was made: whatever today is, what was due then is due here. */
const TAKE_OVER = Date.parse("2026-11-24T00:00:00Z");
const KINDS = ["Provider", "Bucket", "User", "IAMPolicy", "AccessKey", "BucketPolicy"];

export interface InstallationOptions extends Pick<AwsSandboxOptions, "mode"> {
  /** Changes the recorded objects before they are created. */
  readonly edit?: (recorded: RecordedObjects) => void;
}

/** A running installation of 0.2.x without its operator: the recorded cluster and service, laid out on a stage. */
export class Installation {
  /** Our objects as they were left, in the order of the recording. */
  readonly objects: readonly Loose[];
  readonly secrets: readonly Loose[];
  readonly s3: S3Client;
  readonly iam: IAMClient;
  #advancedMs = 0;
  readonly #started = Date.now();

  private constructor(
    readonly stage: Stage,
    readonly aws: AwsSandbox,
    readonly clients: Clients,
    laid: readonly Loose[],
  ) {
    this.objects = laid.filter(({ kind }) => kind !== "Secret");
    this.secrets = laid.filter(({ kind }) => kind === "Secret");
    this.s3 = clients.s3As({ region: REGION });
    this.iam = clients.iam;
    stage.now = () => this.now();
  }

  /** Lays the recording out in the stage's namespace, with a service of its own. */
  static async lay(stage: Stage, { edit = () => {}, mode = "aws" }: InstallationOptions = {}): Promise<Installation> {
    const recorded = await readRecorded();
    edit(recorded);
    let now = () => TAKE_OVER;
    const aws = await startAwsSandbox({ mode, clock: () => now() });
    const { url: endpoint, credentials } = aws;
    const clients = clientsOf({ endpoint, credentials, lacks: {}, close: () => Promise.resolve() });
    stage.defer(async () => {
      clients.close();
      await aws.close();
    });
    await loadService(aws, recorded);
    await stage.namespace();
    const { admin, ns } = stage;
    const installation = new Installation(stage, aws, clients, await layCluster({ admin, ns, endpoint }, recorded));
    now = () => installation.now();
    return installation;
  }

  /** The time in cluster and service, epoch milliseconds. */
  now(): number {
    return TAKE_OVER + Date.now() - this.#started + this.#advancedMs;
  }

  /** Moves the clocks of service and operators on. */
  advance(ms: number): void {
    this.#advancedMs += ms;
  }

  /** An object as it was left. */
  left(kind: string, name: string): Loose {
    return new RecordedObjects([...this.objects, ...this.secrets]).get(kind, name);
  }

  async live(kind: string, name: string): Promise<Loose> {
    return await this.stage.admin.get(this.left(kind, name));
  }

  /** All but these, by kind and name, such as `Bucket/no-provider`. */
  allBut(...names: readonly string[]): Loose[] {
    return this.objects.filter(({ kind, metadata: { name } }) => !names.includes(`${kind}/${name}`));
  }

  /** Waits until these are taken over, which the status write of the same pass follows. */
  async takenOver(...objects: readonly Loose[]): Promise<void> {
    for (const each of objects) {
      await this.stage.until(
        each,
        "to be taken over",
        ({ metadata }) => metadata.annotations?.["s3.cloud37.dev/taken-over"] === "true",
      );
    }
    await this.stage.ready(...objects);
  }

  /** Requests that change something at the service, each with its path, sorted. */
  writes(): string[] {
    return this.aws.requests.filter(({ name }) => !/^\w+:(Get|List|Head)/.test(name))
      .map(({ name, target }) => `${name} ${target.replace(/\/?(\?.*)?$/, "")}`.trim()).sort();
  }

  /** Names of all users and managed policies at IAM but the operator's own. */
  identities(): string[] {
    const { users, policies } = this.aws.state;
    return [...users.values(), ...policies.values()].map(({ name }) => name).filter((name) => name !== OPERATOR_USER);
  }

  /** Ids of a user's keys at IAM. */
  keysAt(user: string): string[] {
    return this.aws.state.users.get(user)?.keys.map(({ id }) => id) ?? [];
  }

  /** S3 with the pair that a Secret holds now. */
  async s3With(secretName: string): Promise<S3Client> {
    const secret = await this.live("Secret", secretName);
    const credentials = {
      accessKeyId: valueOf(secret, "access-key-id"),
      secretAccessKey: valueOf(secret, "secret-access-key"),
    };
    return this.clients.s3As({ credentials, region: REGION });
  }

  /** The version of everything in the namespace, Secrets and Events included. */
  async versions(): Promise<Record<string, string>> {
    const versions: Record<string, string> = {};
    for (const kind of [...KINDS, "Secret", "Event"]) {
      for (const { metadata } of await this.stage.admin.list(kind, this.stage.ns)) {
        versions[`${kind}/${metadata.name}`] = metadata.resourceVersion;
      }
    }
    return versions;
  }

  /** Waits until the operator has looked at all objects once more, and once again. It needs a short drift interval. */
  async lookedAt(operator: RunningOperator): Promise<void> {
    const before = await looks(operator);
    for (const kind of KINDS) {
      const wanted = (before.get(kind) ?? 0) + 2 * this.objects.filter((each) => each.kind === kind).length;
      await this.stage.eventually(
        `two more looks at every ${kind}`,
        async () => ((await looks(operator)).get(kind) ?? 0) >= wanted,
      );
    }
  }
}

/** How often each kind was reconciled. */
async function looks(operator: RunningOperator): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (
    const [, kind = "", count] of (await operator.metrics()).matchAll(
      /^wasabi_s3_operator_reconcile_total\{.*?kind="(\w+)".*\} (\d+)$/gm,
    )
  ) {
    counts.set(kind, (counts.get(kind) ?? 0) + Number(count));
  }
  return counts;
}
