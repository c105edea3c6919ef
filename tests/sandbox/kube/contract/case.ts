import assert from "node:assert/strict";

/** What an API server sends and takes, of any shape. */
// deno-lint-ignore no-explicit-any
export type Json = any;

/** A server that the contract runs against; our six kinds are installed there. */
export interface Target {
  readonly url: string;
  /** Bearer token of an administrator. */
  readonly token?: string;
  /** PEM of the authority that signed its certificate. */
  readonly caCert?: string;
  close(): Promise<void>;
}

/** One fact about the API. Cases share a server: each has a namespace of its own. */
export interface ContractCase {
  readonly fact: string;
  run(api: Api): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Json;
  /** The `Warning` header. */
  readonly warning: string;
}

export interface RequestOptions {
  /** Content type of the body; default JSON. */
  readonly type?: string;
  readonly accept?: string;
}

export const MERGE = "application/merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";
export const STRATEGIC = "application/strategic-merge-patch+json";
export const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

/** Plain HTTP to a target, with short paths for what is in the case's namespace. */
export class Api {
  readonly namespace: string;
  readonly #target: Target;
  readonly #client: Deno.HttpClient;

  constructor(target: Target, client: Deno.HttpClient, namespace: string) {
    this.#target = target;
    this.#client = client;
    this.namespace = namespace;
  }

  /** Path of one of our resources: `buckets`, `buckets/a/status`. */
  ours(path: string): string {
    return `/apis/s3.cloud37.dev/v1alpha1/namespaces/${this.namespace}/${path}`;
  }

  /** Path of a resource of the core group. */
  core(path: string): string {
    return `/api/v1/namespaces/${this.namespace}/${path}`;
  }

  async fetch(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const { token, url } = this.#target;
    const headers = { ...token === undefined ? {} : { authorization: `Bearer ${token}` }, ...init.headers };
    return await fetch(url + path, { method, ...init, headers, client: this.#client });
  }

  async request(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer> {
    const { type = "application/json", accept = "application/json" } = options;
    const response = await this.fetch(method, path, {
      headers: { accept, "content-type": type },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    const warning = response.headers.get("warning") ?? "";
    return { status: response.status, body: isJson ? JSON.parse(text) : text, warning };
  }

  /** The object; fails where the answer is not a success. */
  async send(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Json> {
    const answer = await this.request(method, path, body, options);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  patch(path: string, body: unknown, type = MERGE): Promise<Json> {
    return this.send("PATCH", path, body, { type });
  }

  /** Waits until the answer to a GET is as wanted. */
  until(path: string, holds: (answer: Answer) => boolean): Promise<Answer> {
    return this.repeat(() => this.request("GET", path), holds);
  }

  /** Asks until the answer is as wanted. */
  async repeat(ask: () => Promise<Answer>, holds: (answer: Answer) => boolean): Promise<Answer> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await ask();
      if (holds(answer)) return answer;
      assert.ok(Date.now() < deadline, `Waited, and had at last: ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  gone(path: string): Promise<Answer> {
    return this.until(path, ({ status }) => status === 404);
  }
}

/** Asserts a refusal: its status, its reason and, where they are given, the paths of the fields that are wrong. */
export function refused(answer: Answer, status: number, reason: string, fields?: readonly string[]): void {
  const { body } = answer;
  const text = JSON.stringify(body);
  assert.equal(answer.status, status, text);
  assert.deepEqual([body.kind, body.status, body.reason, body.code], ["Status", "Failure", reason, status], text);
  if (fields === undefined) return;
  const found = new Set(body.details.causes.map((cause: Json) => cause.field));
  assert.deepEqual([...found].sort(), [...fields].sort(), text);
}

/** Where the fields of an object were wrong, and further rules went unchecked for that. */
export const UNCHECKED = "<nil>";

export const bucketSpec = { providerRef: { name: "wasabi" }, name: "some-bucket" };

/** A Bucket object. */
export function bucket(name: string, spec: object = {}, metadata: object = {}): Json {
  return {
    apiVersion: "s3.cloud37.dev/v1alpha1",
    kind: "Bucket",
    metadata: { name, ...metadata },
    spec: { ...bucketSpec, ...spec },
  };
}
