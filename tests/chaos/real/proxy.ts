import { changesSomething } from "../crash_matrix.ts";
import { type Meddler, nameOf, type Passing } from "../gate.ts";
import type { ApiServer } from "../../scenarios/admin.ts";
import { MadeKeys } from "./made_keys.ts";

export interface ProxyOptions {
  readonly kube: ApiServer;
  /** Where S3 and IAM are. */
  readonly service: string;
}

/** Said by the connection, not by who sends the message on. */
const HOP = ["host", "connection", "content-length", "content-encoding", "transfer-encoding"];

/** Stands between the operator's process and both servers, in plain HTTP, and numbers what changes something. */
export class FaultProxy implements AsyncDisposable {
  /** Names of the requests that change something, in their order. */
  readonly sent: string[] = [];
  readonly madeKeys = new MadeKeys();
  /** Gives what is the same in all runs for what is not. */
  tidy: (text: string) => string = (text) => text;
  meddle: Meddler = (_, next) => next();
  /** Stays for all runs, under `meddle`. */
  sabotage: Meddler = (_, next) => next();
  /** Nothing passes while it is closed. */
  closed = false;
  /** Grows whenever a request comes or is answered, watches apart. */
  activity = 0;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #options: ProxyOptions;
  readonly #client: Deno.HttpClient;
  readonly #servers: Readonly<Record<Passing["side"], Deno.HttpServer<Deno.NetAddr>>>;

  constructor(options: ProxyOptions) {
    this.#options = options;
    const { caCert } = options.kube;
    this.#client = Deno.createHttpClient({ http2: false, ...(caCert ? { caCerts: [caCert] } : {}) });
    this.#servers = { kube: this.#serve("kube"), aws: this.#serve("aws") };
  }

  /** Where the operator finds the side. */
  url(side: Passing["side"]): string {
    return `http://127.0.0.1:${this.#servers[side].addr.port}`;
  }

  /** Are requests under way, watches apart? */
  get busy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Resolves once all that was under way has come to its end. */
  async idle(): Promise<void> {
    while (this.busy) await Promise.allSettled(this.#underWay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Object.values(this.#servers).map((server) => server.shutdown()));
    this.#client.close();
  }

  #serve(side: Passing["side"]): Deno.HttpServer<Deno.NetAddr> {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => dropped() };
    return Deno.serve(options, (request) => {
      if (this.closed) return dropped();
      if (new URL(request.url).searchParams.has("watch")) return this.#forward(request, side);
      return this.#track(this.#pass(request, side));
    });
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    this.activity++;
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
      this.activity++;
    }
  }

  async #pass(received: Request, side: Passing["side"]): Promise<Response> {
    const { method, headers, url } = received;
    // All of it is here before any of it goes on: half a request of a process that was killed reaches nobody.
    const body = await received.arrayBuffer();
    const request = new Request(url, { method, headers, ...(body.byteLength > 0 ? { body } : {}) });
    const name = this.tidy(await nameOf(request, side));
    const isCounted = (side === "aws" || method !== "GET") && changesSomething(name);
    const number = isCounted ? this.sent.push(name) : 0;
    const next = async (instead = request) => {
      const response = await this.#forward(instead, side);
      if (!/^iam:(Create|List)AccessKey/.test(name)) return response;
      return new Response(this.madeKeys.answer(await response.text()), response);
    };
    const passing = { number, request, side, name };
    return await this.meddle(
      passing,
      (instead = request) => this.sabotage({ ...passing, request: instead }, next),
    );
  }

  async #forward(request: Request, side: Passing["side"]): Promise<Response> {
    const { kube, service } = this.#options;
    const { pathname, search } = new URL(request.url);
    const headers = without(request.headers);
    if (side === "kube" && kube.token) headers.set("authorization", `Bearer ${kube.token}`);
    const response = await fetch((side === "kube" ? kube.url : service) + pathname + search, {
      method: request.method,
      headers,
      body: request.body,
      redirect: "manual",
      client: this.#client,
    });
    const answered = without(response.headers);
    if (side === "aws") answered.set("date", this.madeKeys.date(response.headers.get("date") ?? ""));
    return new Response(response.body, { status: response.status, headers: answered });
  }
}

/** What a process that is dead cannot read any more. */
export function dropped(): Response {
  return new Response(null, { status: 502 });
}

function without(headers: Headers): Headers {
  return new Headers([...headers].filter(([name]) => !HOP.includes(name)));
}
