import { goPrograms } from "../api/binaries.ts";
import { pythonEnvironment } from "../api/python.ts";
import { findHelm } from "../chart/helm.ts";

const MODULE = new URL("./programs/", import.meta.url);
const PACKAGES = [
  "github.com/rhysd/actionlint/cmd/actionlint",
  "github.com/google/go-containerregistry/cmd/registry",
];

/** Paths of the programs that the suite asks. */
export interface Programs {
  readonly actionlint: string;
  /** A registry of images that keeps them in memory. */
  readonly registry: string;
  readonly helm: string;
  /** A Python with CycloneDX's own schemas. */
  readonly python: string;
}

/** Finds them, or builds and installs them (a minute, once). @throws Error when that fails */
export async function findPrograms(): Promise<Programs> {
  const folder = await goPrograms("release", { module: MODULE, packages: PACKAGES });
  const python = await pythonEnvironment("cyclonedx", new URL("requirements.txt", MODULE));
  return {
    actionlint: `${folder}/actionlint`,
    registry: `${folder}/registry`,
    helm: await findHelm(),
    python: `${python}/bin/python`,
  };
}
