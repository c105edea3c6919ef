import assert from "node:assert/strict";
import { logIn, pushChart, pushImage } from "../../../../tools/release/registry.ts";
import { DIGEST, recorder, release } from "./sample.ts";

const IMAGE = "ghcr.io/some/operator";
const CHART = `${IMAGE}/charts/wasabi-s3-operator`;
const commit = { commit: "a".repeat(40), date: "2030-01-31T00:00:00Z" };

/** A folder where the builder has left its metadata. */
async function withMetadata(metadata: unknown, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/image.json`, JSON.stringify(metadata));
    await test(`${folder}/`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("logIn() gives the token on standard input alone", async () => {
  const { run, lines, inputs } = recorder();
  await logIn(release(), { run, user: "somebody", token: "secret" });
  assert.deepEqual(lines, ["docker login ghcr.io --username somebody --password-stdin"]);
  assert.deepEqual(inputs, ["secret"]);
});

Deno.test("pushImage() builds both platforms with attestations, and signs what was pushed", async () => {
  await withMetadata({ "containerimage.digest": DIGEST }, async (folder) => {
    const { run, lines } = recorder();
    assert.deepEqual(await pushImage({ release: release(), run, folder, commit }), { name: IMAGE, digest: DIGEST });
    assert.deepEqual(lines, [
      "docker buildx create --driver docker-container --use",
      "docker buildx build --file=deploy/Dockerfile --platform=linux/amd64,linux/arm64 --sbom=true " +
      `--provenance=mode=max --build-arg=VERSION=1.2.3 --build-arg=REVISION=${commit.commit} ` +
      `--build-arg=SOURCE_DATE_EPOCH=1896048000 --tag=${IMAGE}:1.2.3 --metadata-file=${folder}image.json --push .`,
      `cosign sign --yes --recursive ${IMAGE}@${DIGEST}`,
    ]);
  });
});

Deno.test("pushImage() signs nothing where the builder told no digest", async () => {
  await withMetadata({}, async (folder) => {
    const { run, lines } = recorder();
    await assert.rejects(pushImage({ release: release(), run, folder, commit }), /has no digest, but undefined$/);
    assert.deepEqual(lines.filter((line) => line.startsWith("cosign")), []);
  });
});

for (const revision of [undefined, `${"a".repeat(40)}-dirty`]) {
  Deno.test(`pushImage() builds nothing from the commit ${revision}`, async () => {
    const { run, lines } = recorder();
    const options = { release: release(), run, folder: "/nowhere/", commit: { commit: revision, date: commit.date } };
    await assert.rejects(pushImage(options), /^Error: An image is built from a commit, not from "/);
    assert.deepEqual(lines, []);
  });
}

const helm = (said: string) => (args: readonly string[]) => args[0] === "push" ? said : "";

Deno.test("pushChart() pushes the package below the image's name, and signs what Helm says of it", async () => {
  const { run, lines } = recorder({ helm: helm(`Pushed: ${CHART}:1.2.3\nDigest: ${DIGEST}\n`) });
  const options = { release: release(), run, folder: "dist/", dockerConfig: "/home/config.json" };
  assert.deepEqual(await pushChart(options), { name: CHART, digest: DIGEST });
  assert.deepEqual(lines, [
    "helm package deploy/helm/wasabi-s3-operator --destination dist/",
    `helm push dist/wasabi-s3-operator-1.2.3.tgz oci://${IMAGE}/charts --registry-config /home/config.json`,
    `cosign sign --yes --recursive ${CHART}@${DIGEST}`,
  ]);
});

Deno.test("pushChart() signs nothing where Helm told no digest", async () => {
  const { run, lines } = recorder({ helm: helm("Pushed\n") });
  const options = { release: release(), run, folder: "dist/", dockerConfig: "/home/config.json" };
  await assert.rejects(pushChart(options), /has no digest, but undefined$/);
  assert.deepEqual(lines.filter((line) => line.startsWith("cosign")), []);
});

const registries: Readonly<Record<string, boolean>> = {
  "127.0.0.1:5000": true,
  "localhost": true,
  "localhost.example.com": false,
  "ghcr.io": false,
};

for (const [REGISTRY, isPlain] of Object.entries(registries)) {
  Deno.test(`pushChart() speaks ${isPlain ? "HTTP" : "HTTPS"} to ${REGISTRY}`, async () => {
    const { run, lines } = recorder({ helm: helm(`Digest: ${DIGEST}\n`) });
    const options = { run, folder: "dist/", dockerConfig: "/home/config.json" };
    await pushChart({ release: release("v1.2.3", { REGISTRY }), ...options });
    assert.equal(lines.some((line) => line.includes("--plain-http")), isPlain);
  });
}
