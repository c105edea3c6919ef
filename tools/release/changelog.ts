import type { Release } from "./release.ts";

/** What CHANGELOG.md says of a version. */
export interface Section {
  /** What stands in the heading after the version; `""` where nothing does. */
  readonly date: string;
  /** Without the heading, and without blank lines around it. */
  readonly text: string;
}

/** Digests of what was pushed, `sha256:…`. */
export interface Digests {
  readonly image: string;
  readonly chart: string;
}

/** The section of a version; `undefined` where there is none. */
export function sectionOf(changelog: string, version: string): Section | undefined {
  for (const section of `\n${changelog}`.split("\n## ").slice(1)) {
    const [heading = "", ...lines] = section.split("\n");
    const [name, date = ""] = heading.split(",").map((part) => part.trim());
    if (name === version) return { date, text: lines.join("\n").trim() };
  }
  return undefined;
}

/**
 * The text of a release's page: the section of its version, and what was pushed.
 * @throws RangeError where CHANGELOG.md has no such section
 */
export function notesOf(changelog: string, release: Release, digests: Digests): string {
  const { version, tag, image, chart } = release;
  const section = sectionOf(changelog, version);
  if (section === undefined) throw new RangeError(`CHANGELOG.md has no section for ${version}`);
  const files = `${release.server}/${release.repository}/blob/${tag}`;
  return [
    absolute(unwrapped(section.text), files),
    "### Image and chart",
    `- \`${image}:${version}@${digests.image}\`\n` +
    `- \`oci://${chart}\`, version ${version}, \`${digests.chart}\``,
    `[What is in a release, and how to verify it](${files}/docs/releases.md)`,
  ].join("\n\n") + "\n";
}

/** Joins the lines of each paragraph and list item: GitHub shows a line break on the page of a release as one. */
function unwrapped(text: string): string {
  return text.replace(/(?<=\S)\n *(?![-#*|>\s]|\d+\. |```)/g, " ");
}

/** Links to files of the project lead to the tagged ones; those to elsewhere, and to anchors, stay. */
function absolute(text: string, files: string): string {
  return text.replace(/\]\((?![a-z]+:|#)([^)]+)\)/g, `](${files}/$1)`);
}
