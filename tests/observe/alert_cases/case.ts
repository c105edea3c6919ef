/** What an alert does, given what Prometheus scraped. */
export interface AlertCase {
  /** What is the matter, as a fact. */
  readonly fact: string;
  /** Samples, one a minute, in promtool's notation, by series. */
  readonly series: Readonly<Record<string, string>>;
  /** When to look, minutes after the first sample. */
  readonly minute: number;
  /** Labels of each alert that fires then, beside the name and those of the rule: empty for a quiet case. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

/** Two processes of one installation. */
export const A = `namespace="ops", job="op", instance="a"`;
export const B = `namespace="ops", job="op", instance="b"`;
/** What an alert says of the installation. */
export const OPS = { namespace: "ops", job: "op" };

/** Both processes, of which A leads. */
export const twoProcesses: Readonly<Record<string, string>> = {
  [`wasabi_s3_operator_build_info{${A}, version="1"}`]: "1x500",
  [`wasabi_s3_operator_build_info{${B}, version="1"}`]: "1x500",
  [`leader_election_master_status{${A}, name="lease"}`]: "1x500",
  [`leader_election_master_status{${B}, name="lease"}`]: "0x500",
};
