import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Admin } from "../scenarios/admin.ts";
import { layCluster, loadService, readRecorded } from "../scenarios/recorded.ts";
import { RELEASE } from "../chart/render.ts";
import { survivors } from "../chart/survivors.ts";
import { blocksFor } from "./checks.ts";
import { readPages } from "./pages.ts";
import { Place } from "./place.ts";

const FORMER = fileURLToPath(new URL("../chart/fixtures/former", import.meta.url));
const PAGE = "docs/migration.md";
const blocks = blocksFor("run", (await readPages()).flatMap((page) => page.blocks)).filter(({ page }) => page === PAGE);
/** What many gave to 0.2.x, which read it nowhere. */
const VALUES = { operator: { watchScope: "namespaced", logLevel: "DEBUG" } };
/** Of the recording: the key that a failed rotation left, and the user that has it. */
const [USER, LEFT] = ["reader", "AKIARZPUZDIKLK5CMNW5"];

/** A cluster and a service as 0.2.x leaves them. */
async function formerPlace(): Promise<Place> {
  const place = await Place.start();
  const { code, err } = await place.site.upgrade(FORMER, VALUES);
  assert.equal(code, 0, err);
  await place.site.get("create", "namespace", "demo");
  const recorded = await readRecorded();
  await loadService(place.service, recorded);
  using admin = new Admin(place.site.cluster);
  await layCluster({ admin, ns: "demo", endpoint: place.service.url }, recorded);
  place.service.forgetRequests();
  return place;
}

Deno.test("a release of 0.2.x is migrated, step by step, and back, by what the documentation tells", async (test) => {
  await using place = await formerPlace();
  const before = await survivors(place.site);
  const replacements = {
    "https://iam.wasabisys.com": place.service.url,
    // One object can never be taken over, so this time passes.
    "--timeout=5m": "--timeout=15s",
  };
  const run = async (heading: RegExp, more: Readonly<Record<string, string>> = {}) => {
    const found = blocks.filter(({ headings }) => headings.some((each) => heading.test(each)));
    assert.ok(found.length > 0, `${PAGE} has nothing to run under ${heading}`);
    for (const block of found) {
      await test.step(`${block.headings.at(-1)}, line ${block.line}`, async () => {
        await place.reader.runs(block, { ...replacements, ...more });
      });
    }
  };
  const counts = (name: string) => place.service.counts()[`iam:${name}`] ?? 0;

  await run(/^[1-3]\. /);
  await test.step("nothing was changed at the service so far", () => {
    assert.deepEqual(place.service.counts(), {});
  });
  await run(/^[4-6]\. /);
  await test.step("nothing is lost, no key was made or deleted, and the new operator runs", async () => {
    assert.equal(await survivors(place.site), before);
    assert.deepEqual([counts("CreateAccessKey"), counts("DeleteAccessKey")], [0, 0]);
    assert.ok(place.node.log().some((line) => line.includes('"Leading"')));
  });
  await run(/^7\. /);
  await test.step("the key that a failed rotation left is deleted", async () => {
    const keys = () => place.service.state.users.get(USER)?.keys ?? [];
    for (const end = Date.now() + 30_000; keys().some(({ id }) => id === LEFT);) {
      assert.ok(Date.now() < end, `${LEFT} is still there`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(keys().length, 1);
  });
  await run(/^What happens at the first start/);
  await run(/^Going back/);
  await test.step("the way back loses nothing", async () => {
    assert.equal(await survivors(place.site), before);
  });
  await run(/^[3-5]\. /, { [`${RELEASE}  2 `]: `${RELEASE}  4 ` });
  await test.step("nor does coming again", async () => {
    assert.equal(await survivors(place.site), before);
  });
});
