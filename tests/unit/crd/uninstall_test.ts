import assert from "node:assert/strict";

const DEPLOY = new URL("../../../deploy/", import.meta.url);

/** All files that are installed, by path. */
async function installed(folder = DEPLOY): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
    // A link leads to what is generated: CRDs, which install.yaml has too, and dashboards.
    if (isSymlink) continue;
    const url = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) { for (const [path, text] of await installed(url)) files.set(path, text); }
    else files.set(url.pathname, await Deno.readTextFile(url));
  }
  return files;
}

Deno.test("nothing that is installed needs the operator to answer", async () => {
  const files = await installed();
  assert.ok([...files.values()].some((text) => /^kind: Deployment$/m.test(text)), "nothing is installed");
  const asks = /WebhookConfiguration|^kind: (APIService|ValidatingAdmission\w+)|strategy: Webhook/m;
  assert.deepEqual([...files].filter(([, text]) => asks.test(text)).map(([path]) => path), []);
});

Deno.test("an uninstall of the chart keeps the CRDs, and with them every object", async () => {
  const template = await Deno.readTextFile(new URL("helm/wasabi-s3-operator/templates/crds.yaml", DEPLOY));
  assert.match(template, /"annotations" \(dict "helm\.sh\/resource-policy" "keep"\)/);
});
