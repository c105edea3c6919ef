import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { CHART, run } from "./helm.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const dockerfile = await Deno.readTextFile(`${ROOT}/deploy/Dockerfile`);
/** The arguments of each instruction of a name. */
const all = (name: string) => [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, rest = ""]) => rest);

Deno.test("the image is built from every file that main.ts imports, and what compiles it", async () => {
  const copied = all("COPY").filter((args) => !args.startsWith("--from")).flatMap((args) =>
    args.split(" ").slice(0, -1)
  );
  const modules = await Promise.all(["main.ts", "tools/executable/compile.ts"].map(modulesOf));
  const own = modules.flat().filter(({ specifier }) => specifier.startsWith("file:")).map(({ local = "" }) => local);
  const left = own.map((path) => path.slice(ROOT.length)).filter((path) => {
    return !copied.some((source) => path === source || path.startsWith(`${source}/`));
  });
  assert.ok(own.length > 100);
  assert.deepEqual(left, []);
});

Deno.test("the image is compiled by the Deno that the tests run on", () => {
  assert.match(all("FROM")[0] ?? "", new RegExp(`/deno:${Deno.version.deno} AS build$`));
});

Deno.test("the image has the executable for its architecture, which the build names by Docker's word for it", () => {
  const target = "linux-$TARGETARCH";
  assert.match(all("RUN")[0] ?? "", new RegExp(`deno task compile --target "${target.replace("$", "\\$")}"$`));
  const [copied] = all("COPY").filter((args) => args.startsWith("--from"));
  assert.equal(copied, `--from=build --chmod=0555 /src/dist/wasabi-s3-operator-${target} /wasabi-s3-operator`);
  // Of the stage that compiles, and of the image: an argument reaches no further than its stage.
  assert.equal(all("ARG").filter((name) => name === "TARGETARCH").length, 2);
});

Deno.test("the image needs no shell, and runs as the user of the chart", async () => {
  const [base = ""] = all("FROM").slice(-1);
  assert.match(base, /^gcr\.io\/distroless\/cc-debian\d+:nonroot$/);
  assert.doesNotMatch(dockerfile.slice(dockerfile.indexOf(base)), /^RUN /m);
  const { securityContext: { runAsUser, runAsGroup } } = parse(await Deno.readTextFile(`${CHART}/values.yaml`));
  assert.deepEqual(all("USER"), [`${runAsUser}:${runAsGroup}`]);
  assert.deepEqual(all("ENTRYPOINT"), ['["/wasabi-s3-operator"]']);
});

async function modulesOf(entry: string): Promise<readonly { readonly local?: string; readonly specifier: string }[]> {
  const { out } = await run(Deno.execPath(), ["info", "--json", `${ROOT}/${entry}`], {});
  return JSON.parse(out).modules;
}
