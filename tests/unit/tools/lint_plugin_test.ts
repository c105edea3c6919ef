import assert from "node:assert/strict";
import plugin from "../../../tools/lint_plugin.ts";

/** The rules that a file breaks, without the plugin's name. */
function broken(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source).map(({ id }) => id.replace("operator/", ""));
}

const ARROW = "export const double = (n: number) => n * 2;\n";

const refused: Readonly<Record<string, readonly [path: string, source: string, rule: string]>> = {
  "lib imports a handler": ["lib/kube/store.ts", 'import { x } from "../../handlers/names.ts";', "layers"],
  "lib imports a handler's type": ["lib/app.ts", 'import type { X } from "../handlers/kinds.ts";', "layers"],
  "lib passes on a handler's export": ["lib/app.ts", 'export { x } from "../handlers/names.ts";', "layers"],
  "lib loads a handler later": ["lib/app.ts", 'const later = () => import("../handlers/mod.ts");', "layers"],
  "a handler imports main": ["handlers/base.ts", 'import "../main.ts";', "layers"],
  "a handler imports a test": ["handlers/base.ts", 'import { x } from "../tests/unit/x.ts";', "layers"],
  "a handler imports another": ["handlers/user.ts", 'import { BucketHandler } from "./bucket.ts";', "layers"],
  "a handler imports from another's folder": [
    "handlers/user/plan.ts",
    'import { x } from "../bucket/access.ts";',
    "layers",
  ],
  "a handler passes on another's exports": ["handlers/user/plan.ts", 'export * from "../bucket/access.ts";', "layers"],
  "a handler imports a type and a value": [
    "handlers/user.ts",
    'import { type A, b } from "./bucket/access.ts";',
    "layers",
  ],
  "a handler uses Deno": ["handlers/base.ts", 'const home = Deno.env.get("HOME");', "deno-edge"],
  "lib uses Deno": ["lib/kube/auth.ts", "function read(): Deno.FsFile | undefined { return undefined; }", "deno-edge"],
  "lib loads client-node": ["lib/kube/auth.ts", 'import { KubeConfig } from "@kubernetes/client-node";', "client-node"],
  "a test loads client-node": ["tests/api/x.ts", 'const k = await import("@kubernetes/client-node");', "client-node"],
  "a module exports an arrow": ["lib/x.ts", ARROW, "top-level-arrow"],
  "a module exports an arrow by default": ["lib/x.ts", "export default () => 1;", "top-level-arrow"],
  "a file has 301 lines": ["tests/x.ts", "const x = 1;\n".repeat(301), "file-length"],
};

for (const [fact, [path, source, rule]] of Object.entries(refused)) {
  Deno.test(`lint refuses: ${fact}`, () => assert.deepEqual(broken(path, source), [rule]));
}

const accepted: Readonly<Record<string, readonly [path: string, source: string]>> = {
  "a handler imports lib": ["handlers/user.ts", 'import { keyOf } from "../lib/kube/object.ts";'],
  "a handler imports a shared module": ["handlers/user/plan.ts", 'import { LABELS } from "../names.ts";'],
  "a handler imports from its own folder": ["handlers/user.ts", 'import { x } from "./user/plan.ts";'],
  "a handler imports its own file from its folder": ["handlers/user/plan.ts", 'import { x } from "../user.ts";'],
  "a handler imports another's type": ["handlers/user.ts", 'import type { Bucket } from "./bucket/schema.ts";'],
  "a handler imports another's type inline": ["handlers/user.ts", 'import { type A } from "./bucket/schema.ts";'],
  "the list of handlers imports them all": ["handlers/mod.ts", 'import { BucketHandler } from "./bucket.ts";'],
  "main imports handlers and lib": ["main.ts", 'import "./handlers/mod.ts";\nimport "./lib/app.ts";'],
  "a tool imports handlers": ["tools/gen.ts", 'import { kinds } from "../handlers/kinds.ts";'],
  "a dashboard imports the catalogue of metrics": [
    "dashboards/src/metrics.ts",
    'import { catalogue } from "../../lib/telemetry/catalogue/mod.ts";',
  ],
  "a test imports a tool": ["tests/unit/x_test.ts", 'import { x } from "../../tools/suites.ts";'],
  "the platform uses Deno": ["lib/platform/env.ts", 'const home = Deno.env.get("HOME");'],
  "the kubeconfig reader loads client-node": [
    "lib/kube/kubeconfig.ts",
    'import { KubeConfig } from "@kubernetes/client-node";',
  ],
  "lib imports client-node's types": ["lib/kube/api.ts", 'import type { V1Pod } from "@kubernetes/client-node";'],
  "a module exports a function": ["lib/x.ts", "export function double(n: number) { return n * 2; }"],
  "a module exports an object with arrows": ["lib/x.ts", "export const clock = { now: () => 1 };"],
  "a file has 300 lines": ["tests/x.ts", "const x = 1;\n".repeat(300)],
};

for (const [fact, [path, source]] of Object.entries(accepted)) {
  Deno.test(`lint accepts: ${fact}`, () => assert.deepEqual(broken(path, source), []));
}

Deno.test("lint knows a file by its absolute path too", () => {
  const path = new URL("../../../lib/kube/auth.ts", import.meta.url).pathname;
  assert.deepEqual(broken(path, 'import { x } from "../../handlers/names.ts";'), ["layers"]);
});
