import { Background } from "./background.ts";
import { coreEvents, events } from "./builtin/events.ts";
import { definitions } from "./builtin/definitions.ts";
import { leases } from "./builtin/leases.ts";
import { namespaces } from "./builtin/namespaces.ts";
import { configMaps, secrets } from "./builtin/secrets.ts";
import { StatusError } from "./errors.ts";
import { seededRandom } from "../aws/ids.ts";
import { answerControl, UNCOUNTED } from "../control.ts";
import { type Interposer, RequestLog, type RequestRecord } from "../requests.ts";
import { ordered } from "./metadata.ts";
import { clone, keyOf, type KubeObject, timeOf } from "./object.ts";
import { servedOf } from "./read.ts";
import { type Resource, Resources } from "./resource.ts";
import { nameOf, route } from "./route.ts";
import { failure, readBody, respond } from "./server.ts";
import { type Behaviour, newUid, type Service } from "./service.ts";
import { Storage } from "./storage.ts";
import { Watches } from "./watch.ts";

export type { KubeObject } from "./object.ts";
export type { Behaviour } from "./service.ts";

export interface KubeSandboxOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Epoch milliseconds; default `Date.now`. */
  readonly clock?: () => number;
  /** Seed of uids and generated names; default 1. */
  readonly seed?: number;
  /** Without it nobody is asked who he is. */
  readonly token?: string;
  readonly behaviour?: Partial<Behaviour>;
  /** Changes kept a resource; a watch from before them gets 410. Default 10 000. */
  readonly historySize?: number;
  readonly faults?: Interposer;
  /** How long each answer takes at least, milliseconds; default 0. */
  readonly latencyMs?: number;
}

export interface KubeSandbox {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly behaviour: Behaviour;
  readonly requests: readonly RequestRecord[];
  readonly faults: Interposer | undefined;
  readonly watches: Watches;
  /** The newest resourceVersion. */
  readonly revision: number;
  /** Answers a request that was not sent over the network. */
  answer(request: Request): Promise<Response>;
  /** Stores an object as it is, unchecked and without defaults; a version that stands there is replaced. */
  put(object: unknown): KubeObject;
  /** The object as it is served; `undefined` when there is none. */
  get(apiVersion: string, plural: string, ref: { namespace?: string; name: string }): KubeObject | undefined;
  /** All objects of a resource, of one namespace or of all. */
  list(apiVersion: string, plural: string, namespace?: string): KubeObject[];
  /** Every version of a resource's objects, in the order in which they were stored, as far as history is kept. */
  versions(apiVersion: string, plural: string): KubeObject[];
  /** Breaks (`error`) or ends (`end`) every live watch. */
  cutWatches(how?: "error" | "end"): void;
  /** Forgets the history: a watch from an older version gets 410. */
  compact(): void;
  /** How often each request came, by name, since the start or the last `forgetRequests`. */
  counts(): Record<string, number>;
  forgetRequests(): void;
  /** A kubeconfig for it, as JSON, which is YAML. */
  kubeconfig(namespace?: string): string;
  close(): Promise<void>;
}

const BUILT_IN: readonly Resource[] = [namespaces, secrets, configMaps, coreEvents, events, leases, definitions];

/** Starts a Kubernetes API server on 127.0.0.1. */
export function startKubeSandbox(options: KubeSandboxOptions = {}): Promise<KubeSandbox> {
  const service = serviceOf(options);
  const background = new Background(service);
  const watches = new Watches();
  const log = new RequestLog(service.now);
  const aborter = new AbortController();
  for (const name of ["default", "kube-system", "kube-public", "kube-node-lease"]) putNamespace(service, name);
  const answer = (request: Request) => handle(request, { service, watches, log, options });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, signal: aborter.signal, onListen: () => {} },
    answer,
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return Promise.resolve({
    url,
    behaviour: service.behaviour,
    requests: log.records,
    faults: options.faults,
    watches,
    get revision() {
      return service.storage.revision;
    },
    answer,
    put: (object) => put(service, object as KubeObject),
    get: (apiVersion, plural, ref) => find(service, apiVersion, plural, ref),
    list: (apiVersion, plural, namespace) => {
      const resource = resourceAt(service, apiVersion, plural);
      return service.storage.list(resource.table, namespace).map((each) => servedOf(resource, each));
    },
    versions: (apiVersion, plural) => {
      const resource = resourceAt(service, apiVersion, plural);
      const { storage } = service;
      const changes = storage.changesAfter(resource.table, storage.oldest(resource.table)) ?? [];
      return changes.map(({ object }) => servedOf(resource, object));
    },
    cutWatches: (how) => watches.cut(how),
    compact: () => service.storage.compact(),
    counts: () => log.counts(),
    forgetRequests: () => log.forget(),
    kubeconfig: (namespace) => kubeconfigText(url, options.token, namespace),
    async close() {
      background.stop();
      watches.cut("end");
      aborter.abort();
      await server.finished;
    },
  });
}

function serviceOf({ seed = 1, clock = Date.now, historySize = 10_000, behaviour }: KubeSandboxOptions): Service {
  const resources = new Resources();
  for (const resource of BUILT_IN) resources.set(resource);
  return {
    storage: new Storage(historySize),
    resources,
    now: clock,
    random: seededRandom(seed),
    behaviour: { expiredWatch: "event", bookmarkMs: 60_000, backgroundMs: 0, ...behaviour },
  };
}

function putNamespace(service: Service, name: string): void {
  put(service, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  });
}

function put(service: Service, given: KubeObject): KubeObject {
  const object = clone(given);
  const resource = service.resources.ofKind(object.apiVersion, object.kind);
  if (resource === undefined) throw new RangeError(`Nothing serves ${object.apiVersion} ${object.kind}`);
  object.metadata = {
    ...object.metadata,
    uid: object.metadata.uid ?? newUid(service.random),
    creationTimestamp: object.metadata.creationTimestamp ?? timeOf(service.now()),
    ...(resource.generations ? { generation: object.metadata.generation ?? 1 } : {}),
  };
  const stored = resource.toStored?.(object) ?? object;
  return servedOf(resource, service.storage.put(resource.table, ordered(stored)));
}

function resourceAt({ resources }: Service, apiVersion: string, plural: string): Resource {
  const resource = resources.at(apiVersion, plural);
  if (resource === undefined) throw new RangeError(`Nothing serves ${plural} of ${apiVersion}`);
  return resource;
}

function find(service: Service, apiVersion: string, plural: string, ref: { namespace?: string; name: string }) {
  const resource = resourceAt(service, apiVersion, plural);
  const stored = service.storage.get(resource.table, keyOf(ref.namespace, ref.name));
  return stored && servedOf(resource, stored);
}

interface Handling {
  readonly service: Service;
  readonly watches: Watches;
  readonly log: RequestLog;
  readonly options: KubeSandboxOptions;
}

async function handle(request: Request, { service, watches, log, options }: Handling): Promise<Response> {
  const control = answerControl(request, log);
  if (control !== undefined) return control;
  const url = new URL(request.url);
  const target = route(url.pathname, service.resources);
  const name = nameOf(request.method, url, target);
  const record = request.headers.has(UNCOUNTED) ? undefined : log.add(name, url);
  const { token, latencyMs, faults } = options;
  const next = async () => {
    let response: Response;
    try {
      const body = await readBody(request);
      response = token !== undefined && request.headers.get("authorization") !== `Bearer ${token}`
        ? failure(new StatusError(401, "Unauthorized", "Unauthorized"))
        : respond(service, watches, { request, url, body, target });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      response = failure(error);
    }
    if (record !== undefined) record.status = response.status;
    return response;
  };
  if (latencyMs) await new Promise((resolve) => setTimeout(resolve, latencyMs));
  return faults === undefined ? next() : faults.answer(request, name, next);
}

function kubeconfigText(server: string, token: string | undefined, namespace = "default"): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "sandbox", cluster: { server } }],
    users: [{ name: "sandbox", user: token === undefined ? {} : { token } }],
    contexts: [{ name: "sandbox", context: { cluster: "sandbox", user: "sandbox", namespace } }],
    "current-context": "sandbox",
  });
}
