import assert from "node:assert/strict";
import project from "../../../../deno.json" with { type: "json" };
import { complaints, type Facts, readFacts } from "../../../../tools/release/check.ts";
import { release } from "./sample.ts";

const good: Facts = {
  project: "1.2.3",
  chart: { version: "1.2.3", appVersion: "1.2.3" },
  repository: "ghcr.io/some/operator",
  images: ["ghcr.io/some/operator:1.2.3"],
  changelog: "# Changelog\n\n## 1.2.3, 2030-01-31\n\n- Something.\n\n## 1.2.2, 2029-12-01\n\n- Less.\n",
};

Deno.test("complaints() has none where all agree with the tag", () => {
  assert.deepEqual(complaints(release(), good), []);
});

const wrong: Readonly<Record<string, readonly [change: Partial<Facts>, complaint: string]>> = {
  "deno.json has another version": [{ project: "1.2.2" }, "deno.json has version 1.2.2, the tag is v1.2.3"],
  "the chart has another version": [
    { chart: { version: "1.2.2", appVersion: "1.2.3" } },
    "Chart.yaml has version 1.2.2, the tag is v1.2.3",
  ],
  "the chart is of another operator": [
    { chart: { version: "1.2.3", appVersion: "1.2.2" } },
    "Chart.yaml has appVersion 1.2.2, the tag is v1.2.3",
  ],
  "the chart takes somebody else's image": [
    { repository: "ghcr.io/other/operator" },
    "values.yaml takes the image from ghcr.io/other/operator, it is pushed to ghcr.io/some/operator",
  ],
  "the manifest is old": [
    { images: ["ghcr.io/some/operator:1.2.2"] },
    "deploy/install.yaml runs ghcr.io/some/operator:1.2.2, not ghcr.io/some/operator:1.2.3: run task gen:operator",
  ],
  "the manifest has no image": [
    { images: [] },
    "deploy/install.yaml runs no image, not ghcr.io/some/operator:1.2.3: run task gen:operator",
  ],
  "the changelog lacks the version": [
    { changelog: "# Changelog\n\n## 1.2.2, 2029-12-01\n\n- Less.\n" },
    'CHANGELOG.md has no section "## 1.2.3, DATE"',
  ],
  "the changelog has no date": [
    { changelog: "## 1.2.3, to be released\n\n- Something.\n" },
    'CHANGELOG.md says "to be released" of 1.2.3: write the date, as 2030-01-31',
  ],
  "the changelog is silent": [{ changelog: "## 1.2.3, 2030-01-31\n" }, "CHANGELOG.md says nothing of 1.2.3"],
};

for (const [fact, [change, complaint]] of Object.entries(wrong)) {
  Deno.test(`complaints() when ${fact}`, () => {
    assert.deepEqual(complaints(release(), { ...good, ...change }), [complaint]);
  });
}

Deno.test("this checkout agrees with itself about its version, but for a date that may be to come", async () => {
  const GITHUB_REPOSITORY = "kenchrcum/wasabi-s3-operator";
  const found = complaints(
    release(`v${project.version}`, { GITHUB_REPOSITORY }),
    await readFacts(new URL("../../../../", import.meta.url)),
  );
  assert.deepEqual(found.filter((complaint) => !complaint.endsWith("write the date, as 2030-01-31")), []);
});
