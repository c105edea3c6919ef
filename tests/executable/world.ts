import { stringify } from "yaml";
import { type Child, freePort, waitFor } from "../api/processes.ts";
import { type AwsSandbox, startAwsSandbox } from "../sandbox/aws/mod.ts";
import { startKubeSandbox } from "../sandbox/kube/mod.ts";
import { Admin, type Loose } from "../scenarios/admin.ts";
import { installKinds } from "../scenarios/install.ts";
import { object, secret } from "../scenarios/objects.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { startInImage } from "./image.ts";
import { TlsFront } from "./tls_front.ts";

/** How the operator shows the cluster who it is. */
export const IDENTITIES = ["a client certificate", "the token of a service account"] as const;
export type Identity = typeof IDENTITIES[number];

const TOKEN = "token-of-the-service-account";
const namespace = "default";

/** A cluster and a service behind TLS of an authority that nobody else knows, and the operator in its image. */
export interface World extends AsyncDisposable {
  readonly operator: Child;
  readonly admin: Admin;
  readonly aws: AwsSandbox;
  /** What the operator reaches the cluster through. */
  readonly front: TlsFront;
  /** Of the operator's metrics and probes. */
  readonly url: string;
  /** Applies the object, and waits until it is Ready. */
  ready(object: Loose): Promise<Loose>;
}

/** Starts all of it; resolves once the operator is ready. */
export async function openWorld(identity: Identity): Promise<World> {
  await using parts = new AsyncDisposableStack();
  const certificates = await makeCertificates();
  const byToken = identity === "the token of a service account";
  const kube = parts.adopt(await startKubeSandbox(byToken ? { token: TOKEN } : {}), (each) => each.close());
  const aws = parts.adopt(await startAwsSandbox(), (each) => each.close());
  const front = parts.use(await TlsFront.open(kube.url, { certificates, asksForCertificate: !byToken }));
  const awsFront = parts.use(await TlsFront.open(aws.url, { certificates, asksForCertificate: false }));
  const server = { url: kube.url, kubeconfig: "", ...(byToken ? { token: TOKEN } : {}) };
  await installKinds(server);
  const admin = parts.use(new Admin(server));
  for (const each of providerObjects(aws, { endpoint: awsFront.url, authority: certificates.authority })) {
    await admin.create(each);
  }

  const folder = parts.adopt(await Deno.makeTempDir(), (path) => Deno.remove(path, { recursive: true }));
  const files = byToken ? serviceAccount(certificates) : kubeconfig(front.url, certificates);
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
  // User 65532 must be able to read it.
  await Deno.chmod(folder, 0o755);
  const port = freePort();
  const flags = [`--metrics-port=${port}`, "--drift-check-interval-seconds=5"];
  const operator = byToken
    ? await startInImage(flags, {
      serviceAccount: folder,
      env: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: `${front.port}`, KUBECONFIG: "" },
    })
    : await startInImage([...flags, "--kubeconfig=/etc/wasabi-s3-operator/config"], { config: folder });
  parts.defer(() => operator.stop());
  const url = `http://127.0.0.1:${port}`;
  await waitFor("the operator", async () => (await fetch(`${url}/readyz`)).ok, 60_000, operator.log);
  const owned = parts.move();
  return {
    operator,
    admin,
    aws,
    front,
    url,
    async ready(object) {
      await admin.apply(object);
      await waitFor(
        `${object.kind} ${object.metadata.name}`,
        async () => isReady(await admin.get(object)),
        60_000,
        operator.log,
      );
      return await admin.get(object);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A Bucket with a user, a key and a policy of its own. */
export function bucket(name: string): Loose {
  return object("Bucket", { name, namespace }, { providerRef: { name: "wasabi" }, name });
}

/** The Provider, with its credentials, and the authority where there is one, in a Secret. */
export function providerObjects(
  { credentials }: AwsSandbox,
  { endpoint, authority }: { readonly endpoint: string; readonly authority?: string },
): Loose[] {
  const name = "wasabi-credentials";
  return [
    secret({ name, namespace }, {
      "access-key": credentials.accessKeyId,
      "secret-key": credentials.secretAccessKey,
      ...(authority === undefined ? {} : { "ca.crt": authority }),
    }),
    object("Provider", { name: "wasabi", namespace }, {
      type: "wasabi",
      endpoint,
      iamEndpoint: endpoint,
      region: "us-east-1",
      auth: { accessKeySecretRef: { name }, secretKeySecretRef: { name } },
      ...(authority === undefined ? {} : { tls: { caCertSecretRef: { name } } }),
    }),
  ];
}

function serviceAccount({ authority }: Certificates): Record<string, string> {
  return { "ca.crt": authority, token: TOKEN, namespace };
}

function kubeconfig(server: string, { authority, client }: Certificates): Record<string, string> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "pod",
    clusters: [{ name: "pod", cluster: { server, "certificate-authority": "ca.crt" } }],
    users: [{ name: "pod", user: { "client-certificate": "client.crt", "client-key": "client.key" } }],
    contexts: [{ name: "pod", context: { cluster: "pod", user: "pod" } }],
  };
  return { config: stringify(config), "ca.crt": authority, "client.crt": client.cert, "client.key": client.key };
}

function isReady(object: Loose): boolean {
  const { generation } = object.metadata;
  return object.status?.conditions?.some((each: Loose) =>
    each.type === "Ready" && each.status === "True" && each.observedGeneration === generation
  );
}
