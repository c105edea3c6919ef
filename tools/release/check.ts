import { parse } from "yaml";
import { sectionOf } from "./changelog.ts";
import type { Release } from "./release.ts";

/** What the project says of its version, in many places. */
export interface Facts {
  /** deno.json's version. */
  readonly project: string;
  readonly chart: { readonly version: string; readonly appVersion: string };
  /** Where the chart's values take the image from. */
  readonly repository: string;
  /** Images of deploy/install.yaml. */
  readonly images: readonly string[];
  /** CHANGELOG.md. */
  readonly changelog: string;
}

/** Reads a checkout. */
export async function readFacts(root: URL): Promise<Facts> {
  const read = async (path: string) => await Deno.readTextFile(new URL(path, root));
  const chart = "deploy/helm/wasabi-s3-operator";
  const { version, appVersion } = parse(await read(`${chart}/Chart.yaml`));
  return {
    project: JSON.parse(await read("deno.json")).version,
    chart: { version, appVersion },
    repository: parse(await read(`${chart}/values.yaml`)).image.repository,
    images: [...(await read("deploy/install.yaml")).matchAll(/^ *image: (\S+)$/gm)].map(([, image = ""]) => image),
    changelog: await read("CHANGELOG.md"),
  };
}

/** Why this checkout must not be released under this tag; empty where it may be. */
export function complaints({ version, tag, image }: Release, facts: Facts): string[] {
  const { project, chart, repository, images, changelog } = facts;
  const section = sectionOf(changelog, version);
  const checks: readonly (readonly [fails: boolean, complaint: string])[] = [
    [project !== version, `deno.json has version ${project}, the tag is ${tag}`],
    [chart.version !== version, `Chart.yaml has version ${chart.version}, the tag is ${tag}`],
    [chart.appVersion !== version, `Chart.yaml has appVersion ${chart.appVersion}, the tag is ${tag}`],
    [repository !== image, `values.yaml takes the image from ${repository}, it is pushed to ${image}`],
    [
      images.length === 0 || images.some((each) => each !== `${image}:${version}`),
      `deploy/install.yaml runs ${images.join(", ") || "no image"}, not ${image}:${version}: run task gen:operator`,
    ],
    [section === undefined, `CHANGELOG.md has no section "## ${version}, DATE"`],
    [
      section !== undefined && !/^\d{4}-\d\d-\d\d$/.test(section.date),
      `CHANGELOG.md says "${section?.date}" of ${version}: write the date, as 2030-01-31`,
    ],
    [section?.text === "", `CHANGELOG.md says nothing of ${version}`],
  ];
  return checks.filter(([fails]) => fails).map(([, complaint]) => complaint);
}
