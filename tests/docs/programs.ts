import { findBinaries } from "../api/binaries.ts";
import { pythonEnvironment } from "../api/python.ts";
import { findHelm } from "../chart/helm.ts";
import { findPrometheus } from "../observe/prometheus_binaries.ts";

const REQUIREMENTS = new URL("./programs/requirements.txt", import.meta.url);

/** Paths of the programs that the documentation asks its readers to run. */
export interface Programs {
  readonly kubectl: string;
  readonly helm: string;
  readonly promtool: string;
  readonly aws: string;
  /** A Python with jq's own library. */
  readonly python: string;
}

/** Finds them, or builds and installs them, once. @throws Error when that fails */
export async function findPrograms(): Promise<Programs> {
  const { kubectl } = await findBinaries();
  const helm = await findHelm();
  const { promtool } = await findPrometheus();
  const python = await pythonEnvironment("readers", REQUIREMENTS);
  return { kubectl, helm, promtool, aws: `${python}/bin/aws`, python: `${python}/bin/python` };
}
