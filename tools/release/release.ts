/** What is released, and where to. */
export interface Release {
  /** `v1.2.3`, as in Git. */
  readonly tag: string;
  /** `1.2.3`, or `1.2.3-rc.1`. */
  readonly version: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Where the repository's pages are, without a slash at the end. */
  readonly server: string;
  /** Host of the registry. */
  readonly registry: string;
  /** The image's name without tag. */
  readonly image: string;
  /** The chart's name in the registry, without tag. */
  readonly chart: string;
}

const NAME = "wasabi-s3-operator";
/** A version as the chart takes it, too: Semantic Versioning without build metadata, which no image tag can hold. */
const TAG = /^v((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?)$/;

/**
 * Reads the variables that GitHub gives to each step of a workflow, and REGISTRY.
 * @param tag default: GITHUB_REF_NAME
 * @throws RangeError where the tag is no version, or the repository is not known
 */
export function readRelease(tag: string | undefined, env: (name: string) => string | undefined): Release {
  const given = tag ?? env("GITHUB_REF_NAME") ?? "";
  const [, version] = given.match(TAG) ?? [];
  if (version === undefined) throw new RangeError(`The tag "${given}" is no version: it must look like v1.2.3`);
  const repository = env("GITHUB_REPOSITORY") ?? "";
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new RangeError(`GITHUB_REPOSITORY is "${repository}": it must be owner/name`);
  }
  const registry = env("REGISTRY") || "ghcr.io";
  const image = `${registry}/${repository.toLowerCase()}`;
  const server = env("GITHUB_SERVER_URL") || "https://github.com";
  return { tag: given, version, repository, server, registry, image, chart: `${image}/charts/${NAME}` };
}
