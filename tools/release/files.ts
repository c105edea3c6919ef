import { createHash } from "node:crypto";
import type { Run } from "./programs.ts";
import type { Release } from "./release.ts";

/** Targets that `task compile:all` compiles, and those of `task compile:cli`. */
export const POD_TARGETS = ["linux-amd64", "linux-arm64"];
export const DESKTOP_TARGETS = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64"];

/** The file of checksums, as `sha256sum` writes and reads it. */
export const CHECKSUMS = "checksums.txt";

export interface GatherOptions {
  /** Where executables, archives and the bill of materials are, with a slash at its end. */
  readonly dist: string;
  /** Where to put the files of the release, with a slash at its end. */
  readonly to: string;
  /** Path of the manifest that installs everything. */
  readonly manifest: string;
}

/**
 * Puts the files of a release into a folder of their own, with their checksums. Resolves to their names.
 * @throws Error naming what has not been made
 */
export async function gather({ version }: Release, { dist, to, manifest }: GatherOptions): Promise<string[]> {
  const made = [
    ...POD_TARGETS.map((target) => `wasabi-s3-operator-${target}`),
    ...DESKTOP_TARGETS.map((target) => `wasabi-s3-operator-${version}-${target}.tar.gz`),
    "sbom.cdx.json",
  ];
  const sources = new Map([...made.map((name) => [name, dist + name] as const), ["install.yaml", manifest]]);
  await Deno.remove(to, { recursive: true }).catch(() => {});
  await Deno.mkdir(to, { recursive: true });
  let sums = "";
  for (const [name, source] of [...sources].sort()) {
    const bytes = await Deno.readFile(source).catch((cause) => {
      throw new Error(`${source} has not been made: run the tasks compile:all, compile:cli and release sbom`, {
        cause,
      });
    });
    await Deno.writeFile(to + name, bytes);
    sums += `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`;
  }
  await Deno.writeTextFile(to + CHECKSUMS, sums);
  return [...sources.keys(), CHECKSUMS].sort();
}

export interface PublishOptions {
  readonly run: Run;
  /** The folder that `gather` filled, with a slash at its end. */
  readonly folder: string;
  /** Text of the page. */
  readonly notes: string;
}

/** Signs the checksums, and makes the page of the release with all files. @throws Error where a program fails */
export async function publish(
  { tag, version, repository }: Release,
  { run, folder, notes }: PublishOptions,
): Promise<void> {
  const sums = folder + CHECKSUMS;
  await run("cosign", ["sign-blob", "--yes", "--bundle", `${sums}.sigstore.json`, sums]);
  const files = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => folder + name).sort();
  const flags = ["--repo", repository, "--verify-tag", "--title", version, "--notes-file", "-"];
  const kind = version.includes("-") ? ["--prerelease"] : [];
  await run("gh", ["release", "create", tag, ...flags, ...kind, ...files], { input: notes });
}
