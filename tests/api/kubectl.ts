import { fileURLToPath } from "node:url";
import { findBinaries } from "./binaries.ts";

const ROOT = fileURLToPath(import.meta.resolve("../../"));

/** What kubectl came to. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Finds kubectl, to be run in the project's folder.
 * @param options.cache where it keeps what it learns of the server
 */
export async function findKubectl(
  { kubeconfig, cache }: { readonly kubeconfig: string; readonly cache: string },
): Promise<(...args: string[]) => Promise<Outcome>> {
  const { kubectl } = await findBinaries();
  return async (...args) => {
    const env = { KUBECONFIG: kubeconfig, KUBECACHEDIR: cache };
    const { code, stdout, stderr } = await new Deno.Command(kubectl, { args, cwd: ROOT, env }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, out: out ?? "", err: err ?? "" };
  };
}
