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
 * Finds the control plane: KUBEBUILDER_ASSETS, else a build in the cache, else `go build` (about nine
 * minutes on two cores where Go has nothing cached).
 * @throws Error when Go is missing or the build fails
 */
export async function findBinaries(): Promise<Binaries> {
  const assets = Deno.env.get("KUBEBUILDER_ASSETS");
  if (assets) return named(assets, "etcd");
  const [, version] = (await Deno.readTextFile(new URL("go.mod", MODULE))).match(/k8s\.io\/kubernetes (v\S+)/) ?? [];
  // Without it the API server tells no version, and a chart cannot ask for one.
  const variables = { "k8s.io/component-base/version.gitVersion": `${version}` };
  return named(await goPrograms("control-plane", { module: MODULE, packages: PACKAGES, variables }), "server");
}

export interface GoProgramsOptions {
  /** Folder of the go.mod and go.sum that fix all versions. */
  readonly module: URL;
  readonly packages: readonly string[];
  /** Values of variables of packages, by their paths. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * The folder of programs written in Go, which are built where the hash of go.sum, flags and the module's own sources
 * finds no former build.
 * @throws Error when Go is missing or the build fails
 */
export async function goPrograms(
  name: string,
  { module, packages, variables = {} }: GoProgramsOptions,
): Promise<string> {
  const ldflags = ["-s -w", ...Object.entries(variables).map(([path, value]) => `-X ${path}=${value}`)].join(" ");
  const hash = createHash("sha256").update(await Deno.readTextFile(new URL("go.sum", module))).update(ldflags);
  for (const source of await goSources(module)) hash.update(await Deno.readTextFile(source));
  const folder = `${cacheFolder()}/${name}-${hash.digest("hex").slice(0, 16)}`;
  if (await exists(`${folder}/complete`)) return folder;
  console.error(`Building ${packages.map((path) => path.split("/").at(-1)).join(", ")} (minutes, once) …`);
  await Deno.mkdir(folder, { recursive: true });
  await goBuild(`The programs of ${name}`, { module, args: ["-ldflags", ldflags, "-o", `${folder}/`, ...packages] });
  await Deno.writeTextFile(`${folder}/complete`, "");
  return folder;
}

async function goSources(module: URL): Promise<URL[]> {
  const files = await Array.fromAsync(Deno.readDir(module));
  return files.map(({ name }) => name).filter((name) => name.endsWith(".go")).sort().map((name) =>
    new URL(name, module)
  );
}

/**
 * Runs `go build` in the folder of a module; what it says is shown.
 * @param what for the error
 * @throws Error when it fails
 */
export async function goBuild(
  what: string,
  { module, args }: { readonly module: URL; readonly args: readonly string[] },
): Promise<void> {
  const build = ["build", "-trimpath", ...args];
  const { success } = await new Deno.Command("go", { args: build, cwd: module, stdout: "inherit", stderr: "inherit" })
    .output();
  if (!success) throw new Error(`${what} could not be built: see the output of go build above`);
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
