import { generateKeyPairSync } from "node:crypto";
import { type Binaries, findBinaries } from "./binaries.ts";
import { type Child, freePort, spawn, waitFor } from "./processes.ts";

/** A real API server on 127.0.0.1, with its etcd and, if wanted, the controller manager. */
export interface Cluster {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly caCert: string;
  /** Bearer token of a cluster administrator. */
  readonly token: string;
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string;
  readonly kubectl: string;
  /** Path of the audit log: a JSON object a line for each answer to a service account. */
  readonly auditLog: string;
  close(): Promise<void>;
}

const TOKEN = "administrator-of-a-test-cluster";
/** What a service account asks for is logged once it is answered, a watch also when it begins. */
const AUDIT_POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata", userGroups: ["system:serviceaccounts"] }, { level: "None" }],
};

export async function startCluster({ controllerManager = false } = {}): Promise<Cluster> {
  const binaries = await findBinaries();
  const folder = await Deno.makeTempDir({ prefix: "cluster-" });
  const children: Child[] = [];
  const close = async () => {
    for (const child of children.toReversed()) await child.stop();
    await Deno.remove(folder, { recursive: true });
  };
  try {
    const etcd = await startEtcd(binaries, folder, children);
    const { url, caCert } = await startApiserver(binaries, folder, etcd, children);
    const kubeconfig = `${folder}/kubeconfig`;
    await Deno.writeTextFile(kubeconfig, kubeconfigText(url, caCert));
    if (controllerManager) children.push(startControllerManager(binaries, folder, kubeconfig));
    return { url, caCert, token: TOKEN, kubeconfig, kubectl: binaries.kubectl, auditLog: `${folder}/audit.log`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startEtcd({ etcd }: Binaries, folder: string, children: Child[]): Promise<string> {
  const [client, peer] = [freePort(), freePort()];
  const url = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  children.push(spawn("etcd", etcd, folder, [
    `--data-dir=${folder}/etcd`,
    "--unsafe-no-fsync",
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
  ]));
  await waitFor("etcd", async () => (await fetch(`${url}/health`)).ok);
  return url;
}

async function startApiserver({ apiserver }: Binaries, folder: string, etcd: string, children: Child[]) {
  const port = freePort();
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await Deno.writeTextFile(`${folder}/sa.pub`, publicKey);
  await Deno.writeTextFile(`${folder}/sa.key`, privateKey);
  await Deno.writeTextFile(`${folder}/tokens.csv`, `${TOKEN},admin,admin,system:masters\n`);
  await Deno.writeTextFile(`${folder}/audit-policy.json`, JSON.stringify(AUDIT_POLICY));
  children.push(spawn("kube-apiserver", apiserver, folder, [
    `--etcd-servers=${etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    // The server makes its own certificate there, signed by an authority in the same file.
    `--cert-dir=${folder}/certificates`,
    `--token-auth-file=${folder}/tokens.csv`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${folder}/sa.pub`,
    `--service-account-signing-key-file=${folder}/sa.key`,
    "--service-cluster-ip-range=10.0.0.0/24",
    "--disable-admission-plugins=ServiceAccount",
    // Some clusters have it: who blocks an owner's deletion needs the right to (`buckets/finalizers`).
    "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
    `--audit-policy-file=${folder}/audit-policy.json`,
    `--audit-log-path=${folder}/audit.log`,
  ]));
  const url = `https://127.0.0.1:${port}`;
  const certificate = `${folder}/certificates/apiserver.crt`;
  await waitFor(
    "the API server's certificate",
    async () => (await Deno.readTextFile(certificate)).includes("END CERTIFICATE"),
  );
  const caCert = await Deno.readTextFile(certificate);
  using client = Deno.createHttpClient({ caCerts: [caCert] });
  await waitFor("kube-apiserver", async () => {
    const response = await fetch(`${url}/readyz`, { client, headers: { authorization: `Bearer ${TOKEN}` } });
    await response.body?.cancel();
    return response.ok;
  });
  return { url, caCert };
}

function startControllerManager({ controllerManager }: Binaries, folder: string, kubeconfig: string): Child {
  return spawn("kube-controller-manager", controllerManager, folder, [
    `--kubeconfig=${kubeconfig}`,
    "--controllers=garbage-collector-controller,namespace-controller",
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
    `--secure-port=${freePort()}`,
    `--cert-dir=${folder}/controller-manager`,
  ]);
}

function kubeconfigText(server: string, caCert: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": btoa(caCert) } }],
    users: [{ name: "admin", user: { token: TOKEN } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  });
}
