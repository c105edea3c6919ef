import { answerControl } from "../control.ts";
import { emptyState, type State } from "./state.ts";
import { Ids, seededRandom } from "./ids.ts";
import { type Behaviour, behaviour, type BehaviourChanges } from "./options.ts";
import { loadRecording, type Recording } from "./recording.ts";
import { type Interposer, RequestLog, type RequestRecord } from "../requests.ts";
import { respond, route } from "./server.ts";
import { Seed } from "./seed.ts";
import type { Decision, RootCredentials, Service } from "./service.ts";
import { readSignature } from "./sigv4.ts";

export type { Recording } from "./recording.ts";
export type { Decision, RootCredentials } from "./service.ts";
export type * from "./state.ts";

export interface AwsSandboxOptions {
  /** Default `aws`. */
  readonly mode?: Behaviour["mode"];
  /** Where it is to differ from its mode. */
  readonly behaviour?: BehaviourChanges;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Epoch milliseconds; default `Date.now`. */
  readonly clock?: () => number;
  /** Seed of all ids and secrets; default 1. */
  readonly seed?: number;
  readonly accountId?: string;
  readonly rootCredentials?: RootCredentials;
  readonly faults?: Interposer;
  /** How long each answer takes at least, milliseconds; default 0. */
  readonly latencyMs?: number;
}

export interface AwsSandbox {
  /** S3, IAM and STS answer here, path style: `http://127.0.0.1:port`. */
  readonly url: string;
  /** The account's root user. */
  readonly credentials: RootCredentials;
  readonly accountId: string;
  readonly state: State;
  /** May be changed while it runs: quirks, limits, what is unsupported. */
  readonly behaviour: Behaviour;
  readonly seed: Seed;
  readonly requests: readonly RequestRecord[];
  readonly faults: Interposer | undefined;
  /** Every secret access key that was ever given out, those of deleted keys too. */
  readonly secrets: readonly string[];
  /** What users asked to do so far, whether or not they might. */
  decisions(): Decision[];
  /** Answers a request that was not sent over the network. */
  answer(request: Request): Promise<Response>;
  /** How often each operation was asked for, by name, since the start or the last `forgetRequests`. */
  counts(): Record<string, number>;
  forgetRequests(): void;
  /** Lays out `fixtures/provider-0.2.x.json` or the like. */
  load(recording: Recording, secrets?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** Starts S3, IAM and STS on 127.0.0.1. */
export function startAwsSandbox(options: AwsSandboxOptions = {}): Promise<AwsSandbox> {
  const service = serviceOf(options);
  const log = new RequestLog(service.now);
  const aborter = new AbortController();
  const answer = (request: Request) => handle(request, service, log, options);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, signal: aborter.signal, onListen: () => {} },
    answer,
  );
  const seed = new Seed(service);
  return Promise.resolve({
    url: `http://127.0.0.1:${server.addr.port}`,
    credentials: service.root,
    accountId: service.state.accountId,
    state: service.state,
    behaviour: service.behaviour,
    seed,
    requests: log.records,
    faults: options.faults,
    decisions: () => [...service.asked.values()],
    answer,
    secrets: service.ids.secrets,
    counts: () => log.counts(),
    forgetRequests: () => log.forget(),
    load: (recording, secrets) => loadRecording(service, seed, recording, secrets),
    async close() {
      aborter.abort();
      await server.finished;
    },
  });
}

function serviceOf(options: AwsSandboxOptions): Service {
  const { accountId = "123456789012", clock = Date.now, seed = 1, mode = "aws", rootCredentials } = options;
  return {
    behaviour: behaviour(mode, options.behaviour),
    state: emptyState(accountId),
    ids: new Ids(seededRandom(seed)),
    root: rootCredentials ??
      { accessKeyId: "AKIASANDBOXROOT00000", secretAccessKey: "sandbox-root-secret-of-no-value-at-all-0" },
    now: clock,
    asked: new Map(),
  };
}

async function handle(
  request: Request,
  service: Service,
  log: RequestLog,
  options: AwsSandboxOptions,
): Promise<Response> {
  const control = answerControl(request, log);
  if (control !== undefined) return control;
  const routed = await route(request);
  const name = `${routed.api}:${routed.operation}`;
  const record = log.add(name, routed.request.url, { accessKeyId: readSignature(routed.request)?.accessKeyId });
  const next = () => {
    const response = respond(service, routed);
    record.status = response.status;
    return Promise.resolve(response);
  };
  if (options.latencyMs) await new Promise((resolve) => setTimeout(resolve, options.latencyMs));
  return options.faults === undefined ? next() : options.faults.answer(request, name, next);
}
