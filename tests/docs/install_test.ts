import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { blocksFor } from "./checks.ts";
import { type Block, readPages } from "./pages.ts";
import { Place } from "./place.ts";

const MONITORING = fileURLToPath(new URL("../chart/fixtures/monitoring.yaml", import.meta.url));
const blocks = blocksFor("run", (await readPages()).flatMap((page) => page.blocks));
/** What needs a cluster of its own, or ends it; the migration has a test of its own. */
const APART: Readonly<Record<string, readonly string[]>> = {
  "docs/install.md": ["Without Helm", "Upgrading and uninstalling"],
  "docs/migration.md": ["Coming from 0.2.x"],
  "docs/upgrade.md": ["Without Helm"],
};

function section(page: string, heading: string): Block[] {
  const found = blocks.filter((block) => block.page === page && block.headings.includes(heading));
  assert.ok(found.length > 0, `${page} has nothing to run under "${heading}"`);
  return found;
}

Deno.test("what the documentation tells to run works on a real API server", async (test) => {
  await using place = await Place.start();
  const run = async (block: Block) => {
    await test.step(`${block.page}:${block.line}: ${block.text.split("\n")[0]}`, async () => {
      await place.reader.runs(block, place.replacements);
    });
  };
  const way = section("README.md", "On a real cluster");
  for (const block of way) await run(block);

  await place.site.get("create", "-f", MONITORING);
  for (const namespace of ["monitoring", "argocd"]) await place.site.get("create", "namespace", namespace);
  await place.site.get("-n", "argocd", "create", "configmap", "argocd-cm");
  const others = blocks.filter((block) => {
    return !way.includes(block) && !APART[block.page]?.some((heading) => block.headings.includes(heading));
  });
  for (const block of others) await run(block);

  await place.examples("team-a");
  for (const block of section("docs/install.md", "Upgrading and uninstalling")) await run(block);
  await test.step("then nothing is left but what was to be kept", async () => {
    assert.doesNotMatch(
      await place.site.get("get", "crds,clusterroles,clusterrolebindings", "-o", "name"),
      /s3.cloud37/,
    );
    assert.ok(place.service.state.buckets.has("my-company-data"), "a bucket to be retained is gone");
    // The user of README's Bucket was given up on purpose, by the page on deletion.
    const users = [...place.service.state.users.keys()].filter((name) => name.startsWith("example"));
    assert.deepEqual(users, []);
  });
});

Deno.test("the operator is installed without Helm by what the documentation tells", async () => {
  await using place = await Place.start();
  for (const block of section("docs/install.md", "Without Helm")) await place.reader.runs(block, place.replacements);
  const rollout = "kubectl -n wasabi-s3-operator rollout status deployment/wasabi-s3-operator --timeout=60s";
  assert.equal((await place.reader.bash(rollout)).code, 0);
  await place.examples("team-a");
  for (const block of section("docs/upgrade.md", "Without Helm")) await place.reader.runs(block, place.replacements);
});
