import assert from "node:assert/strict";
import project from "../../../../deno.json" with { type: "json" };
import { DESKTOP_TARGETS, gather, POD_TARGETS, publish } from "../../../../tools/release/files.ts";
import { recorder, release } from "./sample.ts";

const MADE = [
  "sbom.cdx.json",
  ...POD_TARGETS.map((target) => `wasabi-s3-operator-${target}`),
  ...DESKTOP_TARGETS.map((target) => `wasabi-s3-operator-1.2.3-${target}.tar.gz`),
];

interface Place {
  readonly dist: string;
  readonly to: string;
  readonly manifest: string;
}

async function withFiles(names: readonly string[], test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["manifest.yaml", ...names]) await Deno.writeTextFile(`${folder}/${name}`, `of ${name}`);
    await test({ dist: `${folder}/`, to: `${folder}/release/`, manifest: `${folder}/manifest.yaml` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const tasks = { "compile:all": POD_TARGETS, "compile:cli": DESKTOP_TARGETS };

for (const [task, targets] of Object.entries(tasks)) {
  Deno.test(`a release has all that task ${task} compiles`, () => {
    const { command } = project.tasks[task as keyof typeof tasks];
    assert.deepEqual([...command.matchAll(/--target (\S+)/g)].map(([, target]) => target), targets);
  });
}

Deno.test("gather() brings all files together, with their checksums by name", async () => {
  await withFiles(MADE, async (place) => {
    await Deno.mkdir(place.to);
    await Deno.writeTextFile(`${place.to}of-a-former-run`, "");
    const names = await gather(release(), place);
    assert.deepEqual(names, ["checksums.txt", "install.yaml", ...MADE].sort());
    assert.deepEqual((await Array.fromAsync(Deno.readDir(place.to))).map(({ name }) => name).sort(), names);
    assert.equal(await Deno.readTextFile(`${place.to}install.yaml`), "of manifest.yaml");
    const sums = await Deno.readTextFile(`${place.to}checksums.txt`);
    // What sha256sum says of "of manifest.yaml".
    assert.match(sums, /^b6705d2ecbc03bd45d9cbb810db7e2d8b355d5e70703faff519f2eb1c85e0498 {2}install\.yaml$/m);
    assert.deepEqual(sums.trim().split("\n").map((line) => line.split("  ")[1]), ["install.yaml", ...MADE].sort());
  });
});

for (const missing of MADE) {
  Deno.test(`gather() refuses a release without ${missing}`, async () => {
    await withFiles(MADE.filter((name) => name !== missing), async (place) => {
      await assert.rejects(gather(release(), place), new RegExp(`${missing} has not been made: run the tasks`));
    });
  });
}

Deno.test("publish() signs the checksums, and makes the page with every file", async () => {
  await withFiles(MADE, async (place) => {
    await gather(release(), place);
    const { run, lines, inputs } = recorder();
    await publish(release(), { run, folder: place.to, notes: "What is new" });
    const files = ["checksums.txt", "install.yaml", ...MADE].sort().map((name) => place.to + name);
    assert.deepEqual(lines, [
      `cosign sign-blob --yes --bundle ${place.to}checksums.txt.sigstore.json ${place.to}checksums.txt`,
      "gh release create v1.2.3 --repo Some/Operator --verify-tag --title 1.2.3 --notes-file - " + files.join(" "),
    ]);
    assert.deepEqual(inputs, ["", "What is new"]);
  });
});

Deno.test("publish() says that a release candidate is one", async () => {
  await withFiles([], async ({ dist }) => {
    const { run, lines } = recorder();
    await publish(release("v1.2.3-rc.1"), { run, folder: dist, notes: "" });
    assert.match(lines.at(-1) ?? "", / --prerelease /);
  });
});

Deno.test("the page on releases names every file, and the workflow that signs", async () => {
  const root = new URL("../../../../", import.meta.url);
  const page = await Deno.readTextFile(new URL("docs/releases.md", root));
  const files = [
    "checksums.txt",
    "checksums.txt.sigstore.json",
    "install.yaml",
    "sbom.cdx.json",
    "wasabi-s3-operator-1.0.0-SYSTEM.tar.gz",
    ...POD_TARGETS.map((target) => `wasabi-s3-operator-${target}`),
  ];
  const [, ...rows] = page.match(/^\| .*$/gm) ?? [];
  assert.deepEqual(files.filter((name) => !rows.some((row) => row.includes(`\`${name}\``))), []);
  const [workflow = ""] = page.match(/\.github\/workflows\/[\w.]+(?=@refs\/tags\/v)/) ?? [];
  assert.match(await Deno.readTextFile(new URL(workflow, root)), /run: .* release image$/m);
});
