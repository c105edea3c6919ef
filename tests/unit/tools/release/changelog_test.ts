import assert from "node:assert/strict";
import { notesOf, sectionOf } from "../../../../tools/release/changelog.ts";
import { DIGEST, release } from "./sample.ts";

const CHANGELOG = `# Changelog

## 1.2.3, 2030-01-31

A line that is
broken, and [a page](docs/migration.md).

### Fixed

- One thing, with [a page](docs/a.md#b) and
  [another site](https://example.com/).
- Another.

## 1.2.30, 2029-12-01

- Less.
`;

Deno.test("sectionOf() cuts out one version, and tells its date", () => {
  assert.deepEqual(sectionOf(CHANGELOG, "1.2.30"), { date: "2029-12-01", text: "- Less." });
  assert.match(sectionOf(CHANGELOG, "1.2.3")?.text ?? "", /^A line that is\n[^]*- Another\.$/);
  assert.equal(sectionOf(CHANGELOG, "1.2"), undefined);
  assert.deepEqual(sectionOf("## 2.0.0\n", "2.0.0"), { date: "", text: "" });
});

Deno.test("notesOf() joins broken lines, leads links to the tagged files, and names what was pushed", () => {
  const files = "https://github.com/Some/Operator/blob/v1.2.3";
  assert.equal(
    notesOf(CHANGELOG, release(), { image: DIGEST, chart: DIGEST.replaceAll("5", "6") }),
    `A line that is broken, and [a page](${files}/docs/migration.md).

### Fixed

- One thing, with [a page](${files}/docs/a.md#b) and [another site](https://example.com/).
- Another.

### Image and chart

- \`ghcr.io/some/operator:1.2.3@${DIGEST}\`
- \`oci://ghcr.io/some/operator/charts/wasabi-s3-operator\`, version 1.2.3, \`${DIGEST.replaceAll("5", "6")}\`

[What is in a release, and how to verify it](${files}/docs/releases.md)
`,
  );
});

Deno.test("notesOf() refuses a version that the changelog does not have", () => {
  const digests = { image: DIGEST, chart: DIGEST };
  assert.throws(() => notesOf(CHANGELOG, release("v9.0.0"), digests), /^RangeError: CHANGELOG.md has no section for 9/);
});
