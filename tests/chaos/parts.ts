import { crashMatrix } from "./crash_matrix.ts";
import { everyFault, faultMatrix } from "./fault_matrix.ts";
import { listFaults } from "./list_faults.ts";
import { choose, type Part, type Sample } from "./part.ts";
import { randomCampaign } from "./random/campaign.ts";
import { twoReplicas } from "./replicas/two_replicas.ts";
import { seeded } from "./seeded_part.ts";
import { staleServers } from "./stale_servers.ts";
import { watchFaults } from "./watch_faults.ts";

/** All kinds of trouble, of which a campaign is made. */
export const parts: readonly Part[] = [
  crashMatrix,
  faultMatrix,
  watchFaults,
  listFaults,
  staleServers,
  twoReplicas,
  randomCampaign,
  seeded,
];

/** Played only where they are asked for by name. */
export const longParts: readonly Part[] = [everyFault];

/** What `deno task test chaos` and `deno task chaos --sample` play of each job that they choose. */
export const SAMPLE: Sample = { runs: 2, seed: 4 };
const SAMPLED_JOBS = 9;

/** The jobs of a part that are in the sample: others in each part. */
export function sampledJobs(part: Part): readonly string[] {
  return choose(part.jobs, { runs: part.sampled ?? SAMPLED_JOBS, seed: SAMPLE.seed + parts.indexOf(part) });
}
