import { READABLE_FOLDERS } from "./permissions.ts";

/** The text of a file; `undefined` when there is none. @throws Error with the remedy, where this build may not read it */
export async function readFile(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new Error(
      `"${path}" is not in a folder that the build for pods reads (${READABLE_FOLDERS.join(", ")}): ` +
        "put it there, or use the desktop build (task compile:cli, or task start:cli)",
      { cause: error },
    );
  }
}
