import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import project from "../../../deno.json" with { type: "json" };
import { crdManifests } from "../../../handlers/kinds.ts";
import { helpText } from "../../../lib/config/help.ts";
import { runMain } from "./run.ts";

for (const args of [["version"], ["--version"]]) {
  Deno.test(`${args} prints the version, alone`, async () => {
    assert.deepEqual(await runMain(args), { code: 0, stdout: `${project.version}\n`, stderr: "" });
  });
}

for (const args of [["help"], ["--help"], ["-h"], ["run", "--help"]]) {
  Deno.test(`${args.join(" ")} prints the help text`, async () => {
    assert.deepEqual(await runMain(args), { code: 0, stdout: helpText(), stderr: "" });
  });
}

Deno.test("crds prints the CustomResourceDefinitions of all kinds, as any reader of YAML takes them", async () => {
  const { code, stdout, stderr } = await runMain(["crds"]);
  assert.deepEqual([code, stderr], [0, ""]);
  for (const version of ["1.1", "1.2"] as const) {
    const documents = parseAllDocuments(stdout, { version }).map((document) => document.toJS());
    assert.deepEqual(documents, JSON.parse(JSON.stringify(crdManifests())));
  }
  assert.doesNotMatch(stdout, /[&*]a\d/);
});

Deno.test("crds does not mind a reader that has seen enough", async () => {
  const program = `${JSON.stringify(Deno.execPath())} run -A --no-check --quiet main.ts crds | head -n 1`;
  const { stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", program],
    cwd: new URL("../../../", import.meta.url),
    stdin: "null",
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(new TextDecoder().decode(stdout), "apiVersion: apiextensions.k8s.io/v1\n");
});
