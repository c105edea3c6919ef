/** Where `task compile` puts the commit, and its date, into the executable. */
export const BUILD_VARIABLES = ["WASABI_S3_OPERATOR_COMMIT", "WASABI_S3_OPERATOR_DATE"] as const;

/** What `version` prints: the version, and of a compiled program its commit and that commit's date. */
export function versionText(version: string, env: (name: string) => string | undefined): string {
  const [commit, date] = BUILD_VARIABLES.map(env);
  return commit === undefined ? version : `${version} (commit ${commit}, ${date ?? "date unknown"})`;
}
