import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../api/binaries.ts";
import { type Child, spawn } from "../api/processes.ts";
import { OPERATOR } from "./programs.ts";

export interface ImageOptions {
  /** Folder to mount as /etc/wasabi-s3-operator. */
  readonly config?: string;
  /** Folder to mount where a pod has its service account. */
  readonly serviceAccount?: string;
  /** The program's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const SCRIPT = fileURLToPath(new URL("../../deploy/base_image.sh", import.meta.url));

/** Where the base image's files are kept between runs. */
export async function imageFolder(): Promise<string> {
  const hash = createHash("sha256").update(await Deno.readTextFile(SCRIPT)).digest("hex");
  return `${cacheFolder()}/base-image-${hash.slice(0, 16)}`;
}

/**
 * Lays the base image's files out, once, and shows that the operator starts there.
 * @throws Error where this is no Debian 12, or its user is not root
 */
export async function prepareImage(): Promise<void> {
  const folder = await imageFolder();
  const attempt = async () => {
    const args = [SCRIPT, folder, OPERATOR, "version"];
    return await new Deno.Command("sh", { args, stdin: "null" }).output();
  };
  let { success, stderr } = await attempt();
  if (!success) {
    // A new machine has no lists of packages.
    await new Deno.Command("apt-get", { args: ["update"], stdin: "null", stdout: "null", stderr: "null" }).output();
    ({ success, stderr } = await attempt());
  }
  if (!success) throw new Error(`The operator does not start in its image: ${new TextDecoder().decode(stderr).trim()}`);
}

/** Starts the build for pods in the base image. */
export async function startInImage(
  flags: readonly string[],
  { config = "", serviceAccount = "", env = {} }: ImageOptions,
): Promise<Child> {
  const args = [SCRIPT, await imageFolder(), OPERATOR, ...flags];
  return spawn("operator", "sh", "/", args, { ...env, CONFIG: config, SERVICE_ACCOUNT: serviceAccount });
}
