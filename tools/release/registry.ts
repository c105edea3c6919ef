import type { Commit } from "../executable/commit.ts";
import type { Run } from "./programs.ts";
import type { Release } from "./release.ts";

/** What was pushed. */
export interface Pushed {
  /** Without tag. */
  readonly name: string;
  /** `sha256:…` */
  readonly digest: string;
}

export interface PushOptions {
  readonly release: Release;
  readonly run: Run;
  /** Folder for what is made on the way, with a slash at its end. */
  readonly folder: string;
}

export interface ImageOptions extends PushOptions {
  /** What the executables tell of themselves. */
  readonly commit: Commit;
}

export interface ChartOptions extends PushOptions {
  /** Docker's, with the credentials of the registry; Helm reads it too. */
  readonly dockerConfig: string;
}

const CHART = "deploy/helm/wasabi-s3-operator";
const PLATFORMS = ["linux/amd64", "linux/arm64"];

/** Makes the registry known to Docker, Helm and cosign, which all read Docker's file. */
export async function logIn(
  { registry }: Release,
  { run, user, token }: { readonly run: Run; readonly user: string; readonly token: string },
): Promise<void> {
  await run("docker", ["login", registry, "--username", user, "--password-stdin"], { input: token });
}

/**
 * Builds the image for all platforms with what BuildKit attests, pushes and signs it.
 * @throws Error where a program fails, or nothing tells the commit
 */
export async function pushImage({ release, run, folder, commit }: ImageOptions): Promise<Pushed> {
  const { commit: revision = "", date } = commit;
  if (date === undefined || !/^[0-9a-f]{40}$/.test(revision)) {
    throw new Error(`An image is built from a commit, not from "${revision}"`);
  }
  const { image: name, version } = release;
  const metadata = `${folder}image.json`;
  // The builder that Docker has anyway makes neither images of several platforms nor attestations.
  await run("docker", ["buildx", "create", "--driver", "docker-container", "--use"]);
  await run("docker", [
    "buildx",
    "build",
    "--file=deploy/Dockerfile",
    `--platform=${PLATFORMS.join(",")}`,
    "--sbom=true",
    "--provenance=mode=max",
    `--build-arg=VERSION=${version}`,
    `--build-arg=REVISION=${revision}`,
    `--build-arg=SOURCE_DATE_EPOCH=${Date.parse(date) / 1_000}`,
    `--tag=${name}:${version}`,
    `--metadata-file=${metadata}`,
    "--push",
    ".",
  ]);
  const { "containerimage.digest": digest } = JSON.parse(await Deno.readTextFile(metadata));
  return await signed({ name, digest: checked(digest) }, run);
}

/** Packages, pushes and signs the chart. @throws Error where a program fails */
export async function pushChart({ release, run, folder, dockerConfig }: ChartOptions): Promise<Pushed> {
  const { chart: name, version, registry } = release;
  await run("helm", ["package", CHART, "--destination", folder]);
  const parent = name.slice(0, name.lastIndexOf("/"));
  const said = await run("helm", [
    "push",
    `${folder}${name.slice(parent.length + 1)}-${version}.tgz`,
    `oci://${parent}`,
    "--registry-config",
    dockerConfig,
    ...(isLocal(registry) ? ["--plain-http"] : []),
  ]);
  return await signed({ name, digest: checked(said.match(/^Digest: (\S+)$/m)?.[1]) }, run);
}

/** Signs by the identity of the workflow that runs; an image of several platforms and each of its parts. */
async function signed({ name, digest }: Pushed, run: Run): Promise<Pushed> {
  await run("cosign", ["sign", "--yes", "--recursive", `${name}@${digest}`]);
  return { name, digest };
}

function checked(digest: unknown): string {
  if (typeof digest === "string" && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new Error(`What was pushed has no digest, but ${JSON.stringify(digest)}`);
}

/** A registry on this machine speaks HTTP, as Docker takes it for granted too. */
function isLocal(registry: string): boolean {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(registry);
}
