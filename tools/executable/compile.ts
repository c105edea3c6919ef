/**
 * Compiles main.ts into dist/: `compile.ts [--build pod|desktop] [--target NAME]...`.
 *
 * Without a target it is one file for this machine, dist/wasabi-s3-operator. Each target gets a file with its name, or,
 * of the desktop build, an archive with the licence. What the program says of its commit comes from Git, or from the
 * variables REVISION and SOURCE_DATE_EPOCH.
 */
import { parseArgs } from "node:util";
import project from "../../deno.json" with { type: "json" };
import { compile } from "./compiler.ts";
import { BUILDS } from "./permissions.ts";

const NAME = "wasabi-s3-operator";
const ROOT = new URL("../../", import.meta.url).pathname;
const DIST = `${ROOT}dist`;

/** Targets as Rust calls them, by their names in files. */
const TARGETS: Readonly<Record<string, string>> = {
  "linux-amd64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "darwin-amd64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "windows-amd64": "x86_64-pc-windows-msvc",
};

const { values } = parseArgs({
  options: { build: { type: "string", default: "pod" }, target: { type: "string", multiple: true, default: [] } },
});
const build = oneOf(BUILDS, values.build);
const targets = values.target.map((target) => oneOf(Object.keys(TARGETS), target));

await Deno.mkdir(DIST, { recursive: true });
if (targets.length === 0) await made(`${DIST}/${NAME}`, (output) => compile({ build, output }));
for (const target of targets) {
  const triple = TARGETS[target];
  if (build === "pod") await made(`${DIST}/${NAME}-${target}`, (output) => compile({ build, output, target: triple }));
  else await made(`${DIST}/${NAME}-${project.version}-${target}.tar.gz`, (output) => archive(target, output));
}

async function made(output: string, make: (output: string) => Promise<void>): Promise<void> {
  await make(output);
  console.log(output.slice(ROOT.length));
}

/** Puts the desktop build and the licence into an archive. */
async function archive(target: string, output: string): Promise<void> {
  const folder = `${DIST}/${target}`;
  await Deno.mkdir(folder, { recursive: true });
  try {
    const program = target.startsWith("windows") ? `${NAME}.exe` : NAME;
    await compile({ build: "desktop", output: `${folder}/${program}`, target: TARGETS[target] });
    await Deno.copyFile(`${ROOT}LICENSE`, `${folder}/LICENSE`);
    const args = ["-czf", output, "-C", folder, program, "LICENSE"];
    const { success } = await new Deno.Command("tar", { args, stdin: "null", stderr: "inherit" }).output();
    if (!success) throw new Error(`${output} could not be written`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function oneOf<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((each) => each === word);
  if (found !== undefined) return found;
  console.error(`Unknown "${word}": give one of ${words.join(", ")}`);
  Deno.exit(2);
}
