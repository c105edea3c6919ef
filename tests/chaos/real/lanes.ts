import { startCluster } from "../../api/cluster.ts";
import { bundle } from "../../bench/program.ts";
import { installKinds } from "../../scenarios/install.ts";
import { type Lane, openLane } from "./lane.ts";

/** Starts a cluster for so many lanes, does the work in each of them at the same time, and ends all of it. */
export async function withLanes(count: number, work: (lane: Lane) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "real-chaos-" });
  const cluster = await startCluster({ controllerManager: true });
  try {
    await using lanes = new AsyncDisposableStack();
    await installKinds(cluster);
    const file = await bundle(folder);
    const open = () => openLane(cluster, { bundle: file, folder });
    const opened = await Promise.all(Array.from({ length: count }, open));
    for (const lane of opened) lanes.use(lane);
    await Promise.all(opened.map(work));
  } finally {
    await cluster.close();
    await Deno.remove(folder, { recursive: true });
  }
}
