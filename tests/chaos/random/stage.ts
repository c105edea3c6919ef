import { kinds } from "../../../handlers/kinds.ts";
import { ANNOTATIONS } from "../../../handlers/names.ts";
import { pathOf } from "../../../lib/kube/paths.ts";
import { AdminError, type Loose } from "../../scenarios/admin.ts";
import { object, secret } from "../../scenarios/objects.ts";
import type { Meddler } from "../gate.ts";
import { ChaosWorld, KINDS } from "../world.ts";
import { ENDPOINT, NAMESPACES, type Target } from "./frames.ts";
import { Person } from "./person.ts";
import { Trouble } from "./trouble.ts";
import { Watchman } from "./watchman.ts";

/** A world in which a script is played, with all who are in it. */
export class Stage {
  readonly person: Person;
  readonly watchman: Watchman;
  readonly trouble = new Trouble();
  isUp = false;

  private constructor(readonly world: ChaosWorld, bug: Meddler | undefined) {
    this.person = new Person(world);
    this.watchman = new Watchman(world, this.person);
    const server: Meddler = bug ?? ((_, next) => next());
    world.sabotage = async (passing, next) => {
      const response = await this.watchman.meddle(
        passing,
        (instead = passing.request) => server({ ...passing, request: instead }, next),
      );
      const isWatch = passing.side === "kube" && new URL(passing.request.url).searchParams.has("watch");
      return isWatch ? this.trouble.watch(response) : response;
    };
  }

  /** Two namespaces with a Provider each, what a person has at the service, and an operator. */
  static async set(mode: "aws" | "wasabi", bug?: Meddler): Promise<Stage> {
    const stage = new Stage(await ChaosWorld.start({ mode }), bug);
    const { admin } = stage.world;
    await admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
    stage.person.settleIn();
    await stage.applyProviders();
    await stage.start();
    await stage.world.time.runUntil(() => false, 1_000);
    return stage;
  }

  /** Puts both Providers and their Secrets in order, as far as their namespaces are there. */
  async applyProviders(): Promise<void> {
    const { admin, aws: { credentials } } = this.world;
    for (const [index, namespace] of NAMESPACES.entries()) {
      const metadata = { name: "wasabi-credentials", namespace, annotations: { [ANNOTATIONS.allowedNamespaces]: "*" } };
      const values = { "access-key": credentials.accessKeyId, "secret-key": credentials.secretAccessKey };
      const reference = (key: string) => ({ name: "wasabi-credentials", key });
      const auth = { accessKeySecretRef: reference("access-key"), secretKeySecretRef: reference("secret-key") };
      const name = ["wasabi", "shared"][index]!;
      const spec = { type: "wasabi", endpoint: ENDPOINT, iamEndpoint: ENDPOINT, region: "us-east-1", auth };
      await this.tried(() => admin.apply(secret(metadata, values)));
      const target: Target = { kind: "Provider", namespace, name };
      await this.put(target, { ...spec, allowedNamespaces: ["*"] });
    }
  }

  /** Creates an object, or gives the one that is there this spec. */
  async put(target: Target, spec: Loose): Promise<void> {
    const { kind, ...metadata } = target;
    const { admin } = this.world;
    const isThere = this.find(target) !== undefined;
    await this.tried(() =>
      isThere
        ? admin.request("PATCH", pathTo(target), [{ op: "replace", path: "/spec", value: spec }], JSON_PATCH)
        : admin.create(object(kind, metadata, spec))
    );
  }

  /** What the API server does not take has not happened. Returns whether it did. */
  async tried(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof AdminError && error.status < 500) return false;
      throw error;
    }
  }

  find({ kind, namespace, name }: Target): Loose | undefined {
    return this.world.list(kind).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  }

  /** Our objects as they are now. */
  objects(): Loose[] {
    return KINDS.flatMap((kind) => this.world.list(kind));
  }

  async start(): Promise<void> {
    this.readLog();
    const { gate } = await this.world.startOperator();
    gate.meddle = this.trouble.meddle;
    this.isUp = true;
  }

  kill(): void {
    this.readLog();
    this.world.killOperator();
    this.isUp = false;
  }

  readLog(): void {
    if (this.isUp) this.watchman.readLog(this.world.operator.log);
  }
}

const JSON_PATCH = "application/json-patch+json";

/** The path of an object of ours. */
export function pathTo({ kind, namespace, name }: Target): string {
  return pathOf(kinds[kind], { namespace, name });
}
