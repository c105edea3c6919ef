/** The value of an environment variable; an empty one counts as none. */
export function readEnv(name: string): string | undefined {
  return Deno.env.get(name) || undefined;
}
