import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { run } from "../chart/helm.ts";
import { DESKTOP_TARGETS, POD_TARGETS } from "../../tools/release/files.ts";
import { findPrograms } from "./programs.ts";
import { IMAGE_DIGEST, Rehearsal, succeed, TOKEN, VERSION } from "./rehearsal.ts";

const VALIDATOR = fileURLToPath(new URL("./bill_of_materials.py", import.meta.url));
const REPOSITORY = "kenchrcum/wasabi-s3-operator";

Deno.test("the commands of the release workflow make a release", async (test) => {
  await using rehearsal = await Rehearsal.start();
  const commands = async (program: string) => {
    return (await rehearsal.read("record/commands")).split("\n").filter((line) => line.startsWith(`${program} `));
  };
  const more = { REGISTRY: rehearsal.registry };
  const [image, chart] = [REPOSITORY, `${REPOSITORY}/charts/wasabi-s3-operator`];
  let chartDigest = "";

  await test.step("a version whose date is not written is refused", async () => {
    const changelog = rehearsal.path("checkout/CHANGELOG.md");
    const text = await Deno.readTextFile(changelog);
    await Deno.writeTextFile(changelog, text.replace(/^## ([\d.]+),.*$/m, "## $1, to be released"));
    await assert.rejects(rehearsal.play("check"), /CHANGELOG\.md says "to be released" of /);
    await Deno.writeTextFile(changelog, text.replace(/^## ([\d.]+),.*$/m, "## $1, 2030-01-31"));
    await rehearsal.play("check");
  });

  await test.step("image and chart are pushed and signed", async () => {
    await rehearsal.play("images", more);
    const [, , build = ""] = await commands("docker");
    assert.match(build, new RegExp(` --tag=${rehearsal.registry}/${image}:${VERSION} .* --push \\.$`));
    const signed = (await commands("cosign")).map((line) => line.split(" ").at(-1));
    chartDigest = signed[1]?.split("@")[1] ?? "";
    assert.deepEqual(signed, [
      `${rehearsal.registry}/${image}@${IMAGE_DIGEST}`,
      `${rehearsal.registry}/${chart}@${chartDigest}`,
    ]);
  });

  await test.step("the registry has the chart under its version and the digest that was signed", async () => {
    const response = await fetch(`http://${rehearsal.registry}/v2/${chart}/manifests/${VERSION}`);
    const manifest = new Uint8Array(await response.arrayBuffer());
    assert.equal(`sha256:${createHash("sha256").update(manifest).digest("hex")}`, chartDigest);
    const { config } = JSON.parse(new TextDecoder().decode(manifest));
    assert.equal(config.mediaType, "application/vnd.cncf.helm.config.v1+json");
  });

  await test.step("Helm renders what the registry has", async () => {
    const { helm } = await findPrograms();
    const reference = `oci://${rehearsal.registry}/${chart}`;
    const args = ["template", reference, "--version", VERSION, "--plain-http"];
    const { code, out, err } = await run(helm, args, { env: { HELM_CACHE_HOME: rehearsal.path("helm") } });
    assert.equal(code, 0, err);
    assert.deepEqual(out.match(/image: .*/g), [`image: "ghcr.io/${image}:${VERSION}"`]);
    assert.equal(out.match(/^kind: CustomResourceDefinition$/gm)?.length, 6);
  });

  await test.step("the bill of materials is CycloneDX, and lists what the program imports", async () => {
    const { python } = await findPrograms();
    const bill = await rehearsal.read("checkout/dist/sbom.cdx.json");
    assert.deepEqual(await run(python, [VALIDATOR], { input: bill }), { code: 0, out: "", err: "" });
    const names = JSON.parse(bill).components.map(({ purl }: { purl: string }) => purl.replace(/@[^@]*$/, ""));
    for (const name of ["github/denoland/deno", "npm/%40aws-sdk/client-s3", "npm/prom-client"]) {
      assert.ok(names.includes(`pkg:${name}`), name);
    }
    assert.ok(!names.includes("pkg:npm/fast-check"), "only tests need it");
    const broken = bill.replace('"type": "platform"', '"type": "planet"');
    assert.equal((await run(python, [VALIDATOR], { input: broken })).code, 1);
  });

  await test.step("the page has every file, a signature, and notes that tell of this version", async () => {
    const archives = DESKTOP_TARGETS.map((target) => `wasabi-s3-operator-${VERSION}-${target}.tar.gz`);
    const compiled = [...POD_TARGETS.map((target) => `wasabi-s3-operator-${target}`), ...archives];
    for (const name of compiled) await Deno.writeTextFile(rehearsal.path(`checkout/dist/${name}`), name);
    const attested = await rehearsal.read("checkout/dist/sbom.cdx.json");
    await rehearsal.play("page", more);
    assert.equal(await rehearsal.read("checkout/dist/release/sbom.cdx.json"), attested);
    const cwd = rehearsal.path("checkout/dist/release");
    await succeed("sha256sum", ["--check", "--strict", "checksums.txt"], { cwd });
    const [create = ""] = await commands("gh");
    assert.match(create, new RegExp(`^gh release create v${VERSION} --repo ${REPOSITORY} --verify-tag `));
    const files = ["checksums.txt", "checksums.txt.sigstore.json", "install.yaml", "sbom.cdx.json", ...compiled].sort();
    assert.deepEqual(create.split(" ").slice(-files.length).map((path) => path.split("/").at(-1)), files);
    const notes = await rehearsal.read("record/input-of-gh-release");
    assert.match(notes, new RegExp(`\n- \`${rehearsal.registry}/${image}:${VERSION}@${IMAGE_DIGEST}\`\n`));
    assert.ok(notes.includes(chartDigest));
    assert.match(notes, new RegExp(`\\(https://github\\.com/${REPOSITORY}/blob/v${VERSION}/docs/migration\\.md\\)`));
  });

  await test.step("the token was given on standard input alone", async () => {
    assert.ok(!(await rehearsal.read("record/commands")).includes(TOKEN));
    assert.equal(await rehearsal.read("record/input-of-docker-login"), TOKEN);
  });
});
