import { kinds } from "../../handlers/kinds.ts";
import { pathOf } from "../../lib/kube/paths.ts";

/** An object of the API as a test writes and reads it. */
// deno-lint-ignore no-explicit-any
export type Loose = any;

/** Where an API server is, for its administrator. */
export interface ApiServer {
  readonly url: string;
  readonly token?: string;
  /** PEM of the authority that signed its certificate. */
  readonly caCert?: string;
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string;
  /** Answers in place of the network. */
  readonly answer?: (request: Request) => Promise<Response>;
}

/** An answer that is not a success. */
export class AdminError extends Error {
  override readonly name = "AdminError";

  constructor(readonly status: number, readonly body: Loose) {
    super(`${status} ${body?.reason ?? ""}: ${body?.message ?? ""}`);
  }
}

const types: Readonly<Record<string, { readonly group: string; readonly version: string; readonly plural: string }>> = {
  ...kinds,
  Namespace: { group: "", version: "v1", plural: "namespaces" },
  Secret: { group: "", version: "v1", plural: "secrets" },
  Event: { group: "events.k8s.io", version: "v1", plural: "events" },
  Lease: { group: "coordination.k8s.io", version: "v1", plural: "leases" },
};

/** What a person does with kubectl, over plain HTTP. */
export class Admin implements Disposable {
  readonly #server: ApiServer;
  readonly #client: Deno.HttpClient;

  constructor(server: ApiServer) {
    this.#server = server;
    this.#client = Deno.createHttpClient({ http2: false, ...(server.caCert ? { caCerts: [server.caCert] } : {}) });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  /** Creates the object, or replaces spec and metadata of the one that is there. */
  async apply(object: Loose): Promise<Loose> {
    try {
      return await this.create(object);
    } catch (error) {
      if (!(error instanceof AdminError && error.body?.reason === "AlreadyExists")) throw error;
      const { spec, data, stringData, metadata: { annotations, labels } } = object;
      return await this.patch(object, { spec, data, stringData, metadata: { annotations, labels } });
    }
  }

  async create(object: Loose): Promise<Loose> {
    const { namespace } = object.metadata;
    return await this.request("POST", pathOf(typeOf(object), { namespace }), object);
  }

  /** @returns `undefined` when there is none */
  async get(object: Loose): Promise<Loose | undefined> {
    try {
      return await this.request("GET", pathFor(object));
    } catch (error) {
      if (error instanceof AdminError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The path of a kind's list over all namespaces. */
  pathOfAll(kind: string): string {
    return pathOf(typeOf({ kind }), {});
  }

  async list(kind: string, namespace: string): Promise<Loose[]> {
    const { items } = await this.request("GET", pathOf(typeOf({ kind }), { namespace }));
    return items.map((item: Loose) => ({ ...item, kind }));
  }

  /** Merge patch; `null` removes. */
  async patch(object: Loose, patch: Loose, subresource = ""): Promise<Loose> {
    return await this.request("PATCH", pathFor(object) + subresource, patch, "application/merge-patch+json");
  }

  async annotate(object: Loose, annotations: Readonly<Record<string, string | null>>): Promise<Loose> {
    return await this.patch(object, { metadata: { annotations } });
  }

  /** Fine for what is gone already. */
  async remove(object: Loose): Promise<void> {
    try {
      await this.request("DELETE", pathFor(object));
    } catch (error) {
      if (!(error instanceof AdminError && error.status === 404)) throw error;
    }
  }

  async request(method: string, path: string, body?: Loose, type = "application/json"): Promise<Loose> {
    const { url, token, answer } = this.#server;
    const init = {
      method,
      headers: {
        accept: "application/json",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = answer
      ? await answer(new Request(url + path, init))
      : await fetch(url + path, { ...init, client: this.#client, signal: AbortSignal.timeout(30_000) });
    const answered = await response.json();
    if (!response.ok) throw new AdminError(response.status, answered);
    return answered;
  }
}

function typeOf({ kind }: Loose) {
  const type = types[kind];
  if (type === undefined) throw new TypeError(`Unknown kind "${kind}"`);
  return { ...type, kind };
}

function pathFor(object: Loose): string {
  const { namespace, name } = object.metadata;
  return pathOf(typeOf(object), { namespace, name });
}
