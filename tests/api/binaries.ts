import { createHash } from "node:crypto";

/** The programs of a control plane. */
export interface Binaries {
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllerManager: string;
  readonly kubectl: string;
}

const MODULE = new URL("./servers/", import.meta.url);
const PACKAGES = [
  "k8s.io/kubernetes/cmd/kube-apiserver",
  "k8s.io/kubernetes/cmd/kube-controller-manager",
  "k8s.io/kubernetes/cmd/kubectl",
  "go.etcd.io/etcd/server/v3",
];

/**
 * Finds the control plane: KUBEBUILDER_ASSETS, else a build cached by the hash of go.sum, else `go build` (about nine
 * minutes on two cores where Go has nothing cached).
 * @throws Error when Go is missing or the build fails
 */
export async function findBinaries(): Promise<Binaries> {
  const assets = Deno.env.get("KUBEBUILDER_ASSETS");
  if (assets) return named(assets, "etcd");
  return named(await goPrograms("control-plane", { module: MODULE, packages: PACKAGES }), "server");
}

export interface GoProgramsOptions {
  /** Folder of the go.mod and go.sum that fix all versions. */
  readonly module: URL;
  readonly packages: readonly string[];
}

/**
 * The folder of programs written in Go, which are built where the hash of go.sum finds no former build.
 * @throws Error when Go is missing or the build fails
 */
export async function goPrograms(name: string, { module, packages }: GoProgramsOptions): Promise<string> {
  const sum = createHash("sha256").update(await Deno.readTextFile(new URL("go.sum", module))).digest("hex");
  const folder = `${cacheFolder()}/${name}-${sum.slice(0, 16)}`;
  if (await exists(`${folder}/complete`)) return folder;
  console.error(`Building ${packages.map((path) => path.split("/").at(-1)).join(", ")} (minutes, once) …`);
  await Deno.mkdir(folder, { recursive: true });
  const args = ["build", "-trimpath", "-ldflags", "-s -w", "-o", `${folder}/`, ...packages];
  const { success } = await new Deno.Command("go", { args, cwd: module, stdout: "inherit", stderr: "inherit" })
    .output();
  if (!success) throw new Error(`The programs of ${name} could not be built: see the output of go build above`);
  await Deno.writeTextFile(`${folder}/complete`, "");
  return folder;
}

function named(folder: string, etcd: string): Binaries {
  return {
    etcd: `${folder}/${etcd}`,
    apiserver: `${folder}/kube-apiserver`,
    controllerManager: `${folder}/kube-controller-manager`,
    kubectl: `${folder}/kubectl`,
  };
}

/** Where builds and environments of the tests are kept between runs. */
export function cacheFolder(): string {
  const base = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  return `${base}/wasabi-s3-operator-tests`;
}

export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
