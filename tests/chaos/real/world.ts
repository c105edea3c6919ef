import { Admin, type Loose } from "../../scenarios/admin.ts";
import type { Place } from "../place.ts";
import { type Sight, unsettled } from "../sight.ts";
import { KINDS, NAMESPACE } from "../world.ts";
import type { Lane } from "./lane.ts";
import { Names } from "./names.ts";
import { RealOperator } from "./operator.ts";
import { personWith } from "./person.ts";
import { seeService } from "./service_sight.ts";

/** Where the removal by namespace keeps the Provider's Secret. */
const OTHER_NAMESPACE = "vault";
/** Longer than any wait of the operator's but an overlap of days; the record of an intent is kept for ten minutes. */
const LATER_MS = 20 * 60_000;
const PATIENCE_MS = 60_000;
const POLL_MS = 20;
/** So many looks in a row without any request: nothing is being done. */
const QUIET_LOOKS = 12;
/** Operators that find something to write although the last one was through. */
const MOST_ROUNDS = 6;
/** What a namespace holds for us. */
const KEPT = [...KINDS, "Secret"];
let serial = 0;

/** A namespace of a real cluster and a service, for one run. */
export class RealWorld implements Place, AsyncDisposable {
  readonly endpoint = "https://s3.test";
  readonly admin: Admin;
  readonly aws: Place["aws"];
  readonly time: Place["time"] = {
    skip: (ms) => this.#startLater(ms),
    runUntil: (holds, ms) => this.#until(holds, ms),
  };
  readonly #lane: Lane;
  readonly #names: Names;
  readonly #client: Deno.HttpClient;
  #operator: RealOperator | undefined;
  #log: readonly string[] = [];

  private constructor(lane: Lane) {
    this.#lane = lane;
    const own = `c${(serial++).toString(36)}-${crypto.randomUUID().slice(0, 6)}`;
    this.#names = new Names({
      [OTHER_NAMESPACE]: `other-${own}`,
      [NAMESPACE]: own,
      [this.endpoint]: lane.proxy.url("aws"),
    });
    lane.proxy.tidy = (name) => withoutChance(this.#names.said(name));
    const { caCert } = lane.kube;
    this.#client = Deno.createHttpClient({ http2: false, ...(caCert ? { caCerts: [caCert] } : {}) });
    this.admin = new Admin({ ...lane.kube, answer: (request) => this.#answer(request) });
    this.aws = { seed: personWith(lane.clients), credentials: lane.moto.credentials };
  }

  /** A namespace, and a service with nothing in it. */
  static async start(lane: Lane): Promise<RealWorld> {
    await (await fetch(`${lane.moto.endpoint}/moto-api/reset`, { method: "POST" })).body?.cancel();
    lane.proxy.madeKeys.forget();
    lane.proxy.meddle = (_, next) => next();
    const world = new RealWorld(lane);
    await world.admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    return world;
  }

  /** Does no operator run? */
  get isKilled(): boolean {
    return this.#operator?.dead ?? true;
  }

  /** The last words of the operators of this run. */
  get log(): readonly string[] {
    return [...this.#log, ...this.#operator?.log ?? []];
  }

  /** Starts an operator in place of the one that runs. */
  async startOperator(): Promise<void> {
    await this.killOperator();
    const { proxy, bundle, kubeconfig } = this.#lane;
    await proxy.idle();
    proxy.closed = false;
    const namespace = this.#names.real(NAMESPACE);
    this.#operator = new RealOperator({ bundle, kubeconfig, namespace, laterMs: proxy.madeKeys.laterMs });
  }

  /** Nothing that it has not sent by now reaches anybody. */
  async killOperator(): Promise<void> {
    this.#lane.proxy.closed = true;
    const operator = this.#operator;
    await operator?.kill();
    // Whoever waited for the same end may have started the next one.
    if (operator === undefined || this.#operator !== operator) return;
    this.#log = this.log;
    this.#operator = undefined;
  }

  /** Deletes all objects, the Provider last, as people do who want nothing left. Returns what does not go. */
  async removeAll(): Promise<string[]> {
    for (const kinds of [KINDS.filter((kind) => kind !== "Provider"), ["Provider"]]) {
      const lists = () => Promise.all(kinds.map((kind) => this.list(kind)));
      for (const each of (await lists()).flat()) await this.admin.remove(each);
      const areGone = await this.#until(async () => (await lists()).every(({ length }) => length === 0), PATIENCE_MS);
      if (!areGone) return unsettled((await lists()).flat());
    }
    return [];
  }

  async apply(...objects: readonly Loose[]): Promise<void> {
    for (const each of objects) await this.admin.apply(each);
  }

  async list(kind: string): Promise<Loose[]> {
    return await this.admin.list(kind, NAMESPACE);
  }

  async see(): Promise<Sight> {
    const [service, others, ...lists] = await Promise.all([
      seeService(this.#lane.clients, this.#lane.proxy.madeKeys),
      this.admin.list("Secret", OTHER_NAMESPACE),
      ...KEPT.map((kind) => this.list(kind)),
    ]);
    const namespace = await this.admin.get({ kind: "Namespace", metadata: { name: NAMESPACE } });
    // What is in a namespace that goes is deleted one after the other, the Secrets first.
    const isGoing = namespace?.metadata.deletionTimestamp !== undefined;
    return { ...service, objects: [...others, ...isGoing ? lists.flat().map(going) : lists.flat()] };
  }

  /**
   * Waits until all is at rest and an operator that is started twenty minutes later has nothing to write. Returns what
   * is not so in the end; returns at once when the operator is killed.
   */
  async restForGood(): Promise<string[]> {
    const { sent } = this.#lane.proxy;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const from = sent.length;
      const complaints = await this.rest();
      if (complaints.length > 0 || this.isKilled) return complaints;
      if (round > 0 && sent.length === from) return [];
      await this.#startLater(LATER_MS);
    }
    return ["it still writes"];
  }

  /** Waits until every object is Ready or gone and nothing is being done. */
  async rest(): Promise<string[]> {
    const { proxy } = this.#lane;
    let complaints: string[] = ["it never came to rest"];
    let [looks, seen] = [0, -1];
    await this.#until(async () => {
      if (this.isKilled) return true;
      if (this.#operator?.failed) throw new Error("The process ended by itself");
      const isQuiet = await this.#operator?.ready() === true && !proxy.busy && proxy.activity === seen;
      looks = isQuiet ? looks + 1 : 0;
      seen = proxy.activity;
      if (looks < QUIET_LOOKS) return false;
      looks = 0;
      const objects = (await Promise.all(KEPT.map((kind) => this.list(kind)))).flat();
      complaints = [...unsettled(objects), ...uncollected(objects)];
      return complaints.length === 0 && proxy.activity === seen;
    }, PATIENCE_MS);
    return this.isKilled ? [] : complaints;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.killOperator();
    await this.#lane.proxy.idle();
    this.admin[Symbol.dispose]();
    this.#client.close();
  }

  async #startLater(ms: number): Promise<void> {
    await this.killOperator();
    this.#lane.proxy.madeKeys.laterMs += ms;
    await this.startOperator();
  }

  async #until(holds: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
    for (const end = performance.now() + ms; performance.now() < end;) {
      if (await holds()) return true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return false;
  }

  /** The API server, in the names that scenarios say. */
  async #answer(request: Request): Promise<Response> {
    const { method, headers, url } = request;
    const body = this.#names.real(await request.text());
    const response = await fetch(this.#names.real(url), {
      method,
      headers,
      client: this.#client,
      signal: AbortSignal.timeout(30_000),
      ...(body === "" ? {} : { body }),
    });
    return new Response(this.#names.said(await response.text()), { status: response.status });
  }
}

/** The name of a request, without the times and ids that no two runs share. */
function withoutChance(name: string): string {
  return name.replace(/\b\d{14}\b/, "STAMP").replace(/(?<=uploadId=)[^&]+/, "ID");
}

function going(object: Loose): Loose {
  return { ...object, metadata: { deletionTimestamp: new Date(0).toISOString(), ...object.metadata } };
}

/** What goes with its owner, which is gone: the garbage collector has not come by yet. */
function uncollected(objects: readonly Loose[]): string[] {
  const uids = new Set(objects.map(({ metadata }) => metadata.uid));
  return objects.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }: Loose) => !uids.has(uid)))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}: its owner is gone`);
}
