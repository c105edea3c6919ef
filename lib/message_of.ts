/** What was thrown, an error or anything else, in its own words; without white space around them. */
export function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).trim();
}
