import { seconds } from "./screen.ts";
import { DRIFT_SECONDS, type Stage } from "./stage.ts";
import { until } from "./surprise.ts";

/** A busy machine takes its time to load a program, milliseconds. */
const START_MS = 90_000;

/** Says what runs, and waits for the operator to have read the cluster. */
export async function begin({ screen, kube, aws, mode, operator, program, watcher, signal }: Stage): Promise<void> {
  screen.begin("A cluster, a service, and the operator");
  screen.text(`Kubernetes API   ${kube.url}`);
  screen.text(`S3 and IAM       ${aws.url}, as ${mode === "wasabi" ? "Wasabi" : "AWS"} does it`);
  screen.text(
    `Operator         ${
      program?.path ?? "main.ts"
    } as process ${operator.pid}; looks for drift every ${DRIFT_SECONDS} s`,
  );
  if (program) screen.text(`Version          ${program.version}`);
  const ms = await until("the operator to start", { look: () => operator.isReady(), holds: (ready) => ready }, {
    signal,
    patienceMs: START_MS,
    seen: () => "that it is not ready",
  });
  screen.ok(`The operator is ready after ${seconds(ms)}: ${operator.metricsUrl}/metrics`);
  watcher.start(kube.url);
}
