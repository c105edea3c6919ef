/** What an executable is made from. */
export interface Commit {
  /** The hash, with `-dirty` behind it where files differ; `undefined` where nothing tells. */
  readonly commit: string | undefined;
  /** When the commit was made, RFC 3339 in UTC. */
  readonly date: string | undefined;
}

/** Asks the variables REVISION and SOURCE_DATE_EPOCH, for where there is no repository, else Git. */
export async function readCommit(folder: URL): Promise<Commit> {
  const commit = Deno.env.get("REVISION") ||
    await git(folder, ["describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]);
  const seconds = Deno.env.get("SOURCE_DATE_EPOCH") || await git(folder, ["log", "-1", "--format=%ct"]);
  return { commit, date: seconds && new Date(Number(seconds) * 1_000).toISOString().replace(".000", "") };
}

async function git(cwd: URL, args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args: [...args], cwd, stdin: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
