import type { Program } from "./operator.ts";
import type { Stack } from "./stack.ts";

/** Mounts a service account where a pod has it, for this process alone, and becomes the program. */
const IN_POD = 'mount -t tmpfs none /var/run && mkdir -p "$0" && cp -r "$SERVICE_ACCOUNT/." "$0" && exec "$@"';
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Lets a program run as in a pod, where a service account's token and an https API server are: without a kubeconfig, and
 * so without what reads one.
 */
export class Pod implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #folder: string;

  /** `undefined` where the system has no mount namespaces for users, or no openssl. */
  static async open(stack: Stack): Promise<Pod | undefined> {
    const folder = `${stack.folder}/service-account`;
    await Deno.mkdir(folder);
    const key = `${stack.folder}/server.key`;
    const san = [
      "-addext",
      "basicConstraints=critical,CA:FALSE",
      "-subj",
      "/CN=bench",
      "-addext",
      "subjectAltName=IP:127.0.0.1",
    ];
    const certificate = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-days", "2", ...san];
    const made = await succeeds("openssl", [...certificate, "-out", `${folder}/ca.crt`]) &&
      await succeeds("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/var/run"]);
    if (!made) return undefined;
    await Deno.writeTextFile(`${folder}/token`, "bench");
    await Deno.writeTextFile(`${folder}/namespace`, "default");
    return new Pod(stack, folder, {
      cert: await Deno.readTextFile(`${folder}/ca.crt`),
      key: await Deno.readTextFile(key),
    });
  }

  private constructor({ kubeUrl }: Stack, folder: string, tls: { readonly cert: string; readonly key: string }) {
    this.#folder = folder;
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls }, (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers, body } = request;
      return fetch(kubeUrl + pathname + search, { method, headers, body });
    });
  }

  /** The program, started in the pod. */
  run({ path, args, env = {} }: Program): Program {
    return {
      path: "unshare",
      args: ["-rm", "sh", "-c", IN_POD, SERVICE_ACCOUNT, path, ...args],
      env: {
        ...env,
        SERVICE_ACCOUNT: this.#folder,
        KUBECONFIG: "",
        KUBERNETES_SERVICE_HOST: "127.0.0.1",
        KUBERNETES_SERVICE_PORT: String(this.#server.addr.port),
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: [...args], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}
