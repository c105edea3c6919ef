import assert from "node:assert/strict";
import { billOfMaterials, type Graph, type Lock } from "../../../../tools/release/sbom.ts";

const graph: Graph = {
  modules: [{ kind: "esm" }, { kind: "npm", npmPackage: "@scope/a@1.0.0" }, { npmPackage: "@scope/a@1.0.0" }],
  npmPackages: {
    "@scope/a@1.0.0": { name: "@scope/a", version: "1.0.0", dependencies: ["b@2.0.0"] },
    "b@2.0.0": { name: "b", version: "2.0.0", dependencies: ["@scope/a@1.0.0"] },
    "tests-only@3.0.0": { name: "tests-only", version: "3.0.0", dependencies: [] },
  },
};
const lock: Lock = { npm: { "@scope/a@1.0.0": { integrity: "sha512-AQI=" }, "b@2.0.0": { integrity: "sha512-/w==" } } };
const subject = { version: "1.2.3", date: "2030-01-31T00:00:00Z", deno: "2.9.6" };
const [APP, DENO] = ["pkg:generic/wasabi-s3-operator@1.2.3", "pkg:github/denoland/deno@v2.9.6"];
const [A, B] = ["pkg:npm/%40scope/a@1.0.0", "pkg:npm/b@2.0.0"];

Deno.test("billOfMaterials() lists Deno and the packages that the program reaches, with the lock file's hashes", () => {
  const { components, dependencies, metadata } = billOfMaterials(graph, lock, subject);
  assert.deepEqual(components, [
    { type: "platform", "bom-ref": DENO, name: "deno", version: "2.9.6", purl: DENO },
    {
      type: "library",
      "bom-ref": A,
      name: "a",
      version: "1.0.0",
      purl: A,
      group: "@scope",
      hashes: [{ alg: "SHA-512", content: "0102" }],
    },
    {
      type: "library",
      "bom-ref": B,
      name: "b",
      version: "2.0.0",
      purl: B,
      hashes: [{ alg: "SHA-512", content: "ff" }],
    },
  ]);
  assert.deepEqual(dependencies, [
    { ref: APP, dependsOn: [DENO, A] },
    { ref: A, dependsOn: [B] },
    { ref: B, dependsOn: [A] },
  ]);
  assert.equal((metadata as { timestamp: string }).timestamp, subject.date);
});

Deno.test("billOfMaterials() is the same for the same commit, and another for another", () => {
  const bill = billOfMaterials(graph, lock, subject);
  assert.match(`${bill.serialNumber}`, /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  assert.deepEqual(billOfMaterials(graph, lock, subject), bill);
  const later = billOfMaterials(graph, lock, { ...subject, date: "2030-02-01T00:00:00Z" });
  assert.notEqual(later.serialNumber, bill.serialNumber);
});

Deno.test("billOfMaterials() refuses a package that the lock file does not have", () => {
  assert.throws(() => billOfMaterials(graph, { npm: {} }, subject), /deno\.lock has no SHA-512 of @scope\/a@1\.0\.0/);
});
