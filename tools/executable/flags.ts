/**
 * Prints the flags with which `deno run` does what an executable of that build may: `flags.ts pod|desktop [PATH]...`,
 * where more files and folders may be read; empty ones are left out.
 */
import { BUILDS, NO_CODE_FROM_STRINGS, permissionFlags } from "./permissions.ts";

const [name, ...paths] = Deno.args;
const build = BUILDS.find((build) => build === name);
if (build === undefined) {
  console.error(`Unknown build "${name}": give one of ${BUILDS.join(", ")}`);
  Deno.exit(2);
}
const read = paths.filter((path) => path !== "");
console.log([`--v8-flags=${NO_CODE_FROM_STRINGS}`, ...permissionFlags(build, { read })].join(" "));
