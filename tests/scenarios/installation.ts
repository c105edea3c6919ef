import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import { parseAllDocuments } from "yaml";
import { iamPolicy } from "../../tools/gen/iam_policy.ts";
import { type Clients, clientsOf } from "../sandbox/aws/contract/case.ts";
import { type AwsSandbox, type AwsSandboxOptions, type Recording, startAwsSandbox } from "../sandbox/aws/mod.ts";
import type { Loose } from "./admin.ts";
import { valueOf } from "./objects.ts";
import { OPERATOR_USER, seedOperatorUser } from "./operator_user.ts";
import type { RunningOperator } from "./operator.ts";
import type { Stage } from "./stage.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url);
/** The day after the recording was made: whatever today is, what was due then is due here. */
const TAKE_OVER = Date.parse("2026-11-24T00:00:00Z");
/** The region of the recorded Provider, and so of its buckets. */
const REGION = "eu-central-1";
const KINDS = ["Provider", "Bucket", "User", "IAMPolicy", "AccessKey", "BucketPolicy"];

export interface InstallationOptions extends Pick<AwsSandboxOptions, "mode"> {
  /** Changes the recorded objects before they are created. */
  readonly edit?: (recorded: RecordedObjects) => void;
}

/** The objects of the recording, to be changed, left out or added to. */
export class RecordedObjects {
  constructor(readonly list: Loose[]) {}

  get(kind: string, name: string): Loose {
    const found = this.list.find((each) => each.kind === kind && each.metadata.name === name);
    if (found === undefined) throw new RangeError(`No ${kind} "${name}" in the recording`);
    return found;
  }

  /** A further object like the recorded one. */
  copy(kind: string, name: string, copy: string): Loose {
    const made = structuredClone(this.get(kind, name));
    made.metadata = { ...made.metadata, name: copy, uid: crypto.randomUUID() };
    this.list.push(made);
    return made;
  }

  drop(kind: string, name: string): void {
    this.list.splice(this.list.indexOf(this.get(kind, name)), 1);
  }
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
    const recorded = new RecordedObjects(await readCluster());
    edit(recorded);
    const own = recorded.get("Secret", "wasabi-credentials");
    let now = () => TAKE_OVER;
    const aws = await startAwsSandbox({ mode, clock: () => now() });
    seedOperatorUser(aws, iamPolicy(), {
      accessKeyId: valueOf(own, "access-key"),
      secretAccessKey: valueOf(own, "secret-key"),
    });
    const { url: endpoint, credentials } = aws;
    const clients = clientsOf({ endpoint, credentials, lacks: {}, close: () => Promise.resolve() });
    stage.defer(async () => {
      clients.close();
      await aws.close();
    });
    aws.load(JSON.parse(await read("provider-0.2.x.json")) as Recording, secretKeys(recorded.list));
    for (const [name, bucket] of aws.state.buckets) aws.state.buckets.set(name, { ...bucket, region: REGION });
    await stage.namespace();
    const installation = new Installation(stage, aws, clients, await create(stage, recorded.list, aws.url));
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

async function read(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, FIXTURES));
}

async function readCluster(): Promise<Loose[]> {
  return parseAllDocuments(await read("cluster-0.2.x.yaml")).map((document: Loose) => document.toJS());
}

/** Secret access keys by id. */
function secretKeys(objects: readonly Loose[]): Record<string, string> {
  const pairs = objects.filter(({ kind, data }) => kind === "Secret" && data?.["access-key-id"] !== undefined)
    .map((secret) => [valueOf(secret, "access-key-id"), valueOf(secret, "secret-access-key")]);
  return Object.fromEntries(pairs);
}

/**
 * Creates owners before what they own, whose references get the new uids; returns the objects as the server has them.
 */
async function create({ admin, ns }: Stage, objects: readonly Loose[], endpoint: string): Promise<Loose[]> {
  const uids = new Map<string, string>();
  const made = new Map<Loose, Loose>();
  const isNext = (each: Loose) =>
    !made.has(each) && (each.metadata.ownerReferences ?? []).every(({ uid }: Loose) => uids.has(uid));
  for (let each = objects.find(isNext); each !== undefined; each = objects.find(isNext)) {
    const { status, ...object } = moved(each, ns);
    const { uid, creationTimestamp: _, generation: __, ...metadata } = object.metadata;
    const ownerReferences = metadata.ownerReferences?.map((owner: Loose) => ({ ...owner, uid: uids.get(owner.uid) }));
    if (object.kind === "Provider") object.spec = { ...object.spec, endpoint, iamEndpoint: endpoint };
    let answer = await admin.create({ ...object, metadata: { ...metadata, ownerReferences } });
    if (status !== undefined) answer = await admin.patch(answer, { status }, "/status");
    uids.set(uid, answer.metadata.uid);
    made.set(each, answer);
  }
  return objects.map((each) => made.get(each) ?? neverMade(each));
}

function neverMade({ kind, metadata: { name } }: Loose): never {
  throw new RangeError(`The owner of ${kind} "${name}" is not in the recording`);
}

/** The object in another namespace than that of the recording. */
function moved(value: Loose, namespace: string): Loose {
  if (Array.isArray(value)) return value.map((each) => moved(each, namespace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === "namespace" ? namespace : moved(each, namespace)]),
  );
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
