import type { HttpSide } from "../../lib/aws/connection.ts";
import type { Owner, VirtualTime } from "./virtual_time.ts";

/** A request of an operator as the gate sees it. */
export interface Passing {
  /** Counts from 1, over the writes to Kubernetes and all calls to S3 and IAM; 0 for reads of Kubernetes. */
  readonly number: number;
  readonly request: Request;
  readonly side: "kube" | "aws";
  /** Such as `PATCH /api/v1/…` or `GET /bucket?tagging`; an IAM action has its name. */
  readonly name: string;
}

/** Sends the request on, or another one in its place. */
export type Next = (instead?: Request) => Promise<Response>;

/** What a test does with a request: sends it on with `next`, before or after something else, or not at all. */
export type Meddler = (passing: Passing, next: Next) => Promise<Response>;

const LATENCY_MS = { kube: 2, aws: 5 };

export type Server = (request: Request) => Promise<Response>;

export interface GateOptions {
  readonly time: VirtualTime;
  readonly kube: Server;
  readonly aws: Server;
  /** Stays for good, between the operator and `meddle`. */
  readonly sabotage?: Meddler | undefined;
}

/** All that an operator sends goes through here: it is numbered, and a test may meddle with it. */
export class Gate {
  /** Names of the numbered requests, in their order. */
  readonly sent: string[] = [];
  readonly owner: Owner = { dead: false };
  /** May be changed while it runs. */
  meddle: Meddler = (_, next) => next();
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** A request that is never answered; also all those of a process that is dead. */
  static never(): Promise<never> {
    return new Promise(() => {});
  }

  /** The fetch of the operator's Kubernetes client. */
  readonly fetch: typeof fetch = (input, init) => {
    const { signal: _, ...rest } = init ?? {};
    return this.#send(new Request(input, rest), "kube");
  };

  /** The HTTP side of its S3 and IAM clients. */
  readonly awsHttp = (): HttpSide => ({
    requestHandler: {
      metadata: { handlerProtocol: "http/1.1" },
      handle: async (request: SdkRequest) => {
        const response = await this.#send(toRequest(request), "aws");
        const headers = Object.fromEntries(response.headers);
        return { response: { statusCode: response.status, headers, body: response.body ?? new Uint8Array() } };
      },
    },
    close: () => {},
  });

  async #send(request: Request, side: Passing["side"]): Promise<Response> {
    const { time, sabotage = (_, next) => next(), kube, aws } = this.#options;
    if (this.owner.dead) return Gate.never();
    const name = await nameOf(request, side);
    // Whoever asks at the same time is served in a fixed order, so that each run is like the last one.
    // It is on its way, whatever becomes of who sent it.
    await time.as(undefined, () => time.wait(LATENCY_MS[side], name));
    if (this.owner.dead) return Gate.never();
    const isCounted = side === "aws" || (request.method !== "GET" && !isReview(name));
    const number = isCounted ? this.sent.push(name) : 0;
    const server = side === "kube" ? kube : aws;
    // What the server sets timers for is not the operator's.
    const next: Next = (instead = request) => time.as(undefined, () => server(instead.clone()));
    const passing = { number, request, side, name };
    // A bug is the operator's: it sees what comes of a fault.
    const response = await sabotage(
      passing,
      (edited = request) => this.meddle({ ...passing, request: edited }, (instead = edited) => next(instead)),
    );
    await this.#thawed(name);
    if (this.owner.dead) return Gate.never();
    return isWatch(passing) ? this.#held(response, name) : response;
  }

  /** What a watch tells a process that is frozen waits for its thaw. */
  #held(response: Response, name: string): Response {
    const thawed = () => this.#thawed(name);
    const transform = async (chunk: Uint8Array, to: TransformStreamDefaultController<Uint8Array>) => {
      await thawed();
      to.enqueue(chunk);
    };
    return new Response(response.body?.pipeThrough(new TransformStream({ transform, flush: thawed })), response);
  }

  /** Resolves when its process is not frozen, in the order in which what waits for that came. */
  async #thawed(name: string): Promise<void> {
    const { time } = this.#options;
    if ((this.owner.frozenUntil ?? 0) > time.elapsed) await time.as(this.owner, () => time.wait(0, name));
  }
}

/** Whether the answer is a stream of events. */
export function isWatch({ side, request }: Pick<Passing, "side" | "request">): boolean {
  return side === "kube" && new URL(request.url).searchParams.has("watch");
}

/** A question, though it is sent like a write. */
function isReview(name: string): boolean {
  return name.endsWith("/selfsubjectrulesreviews");
}

/** What the SDK hands to its request handler. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

function toRequest({ method, protocol, hostname, port, path, query = {}, headers, body }: SdkRequest): Request {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === null ? [escape(key)] : [value].flat().map((each) => `${escape(key)}=${escape(each)}`)
  );
  const search = pairs.length > 0 ? `?${pairs.join("&")}` : "";
  const url = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}${search}`;
  const hasBody = body !== undefined && method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers, ...(hasBody ? { body: body as BodyInit } : {}) });
}

/** As signatures want it. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** How a request is called; reads a copy of its body. */
export async function nameOf(request: Request, side: Passing["side"]): Promise<string> {
  const { pathname, search } = new URL(request.url);
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  if (side === "aws" && isForm) {
    const form = new URLSearchParams(await request.clone().text());
    return `iam:${form.get("Action")} ${form.get("UserName") ?? form.get("PolicyArn") ?? ""}`.trim();
  }
  return side === "aws" ? `s3:${request.method} ${pathname}${search}` : `${request.method} ${pathname}`;
}
