import { type Block, placeOf } from "./pages.ts";
import { commandsOf } from "./shell.ts";

/** How a block is checked: each is a test's business. */
export type Check =
  /** Run as it stands, by a reader's shell against a real API server. */
  | "run"
  /** Names of tasks, suites, files and flags of this project. */
  | "tasks"
  /** Environment of the operator, read as it reads it. */
  | "settings"
  | "yaml"
  | "json"
  | "promql"
  /** A picture of folders, all of which exist. */
  | "tree";

const RUN = new Set(["kubectl", "helm", "aws", "promtool", "jq", "sed"]);

/** Blocks that nothing here can check, by page and first line, and why. */
export const UNCHECKED: Readonly<Record<string, string>> = {
  "docs/gitops.md: kubectl wait buckets --all --for=condition=Ready --timeout=5m":
    "each line waits for something else that happens to the object; tests/gitops has the conditions of each phase",
  "docs/gitops.md: kubectl get bucket app -o yaml > app.yaml":
    "Argo CD's program cannot be had here; tests/gitops runs the same health checks in its own interpreter",
  "docs/releases.md: version=1.0.0": "needs a release, and the services that its signatures are looked up at",
  "docs/releases.md: cosign verify-blob checksums.txt --bundle checksums.txt.sigstore.json \\": "the same",
  "docs/releases.md: gh attestation verify oci://ghcr.io/kenchrcum/wasabi-s3-operator:1.0.0 \\": "the same",
};

/** How a block is checked; `undefined` where it is not. What one prints is only seen where it is run. */
export function checkOf(block: Block): Check | undefined {
  const check = checkOfText(block);
  return block.shows === undefined || check === "run" ? check : undefined;
}

function checkOfText(block: Block): Check | undefined {
  switch (block.language) {
    case "sh":
      return checkOfScript(block.text);
    case "yaml":
    case "json":
    case "promql":
      return block.language;
    case "":
      return "tree";
    default:
      return undefined;
  }
}

function checkOfScript(script: string): Check | undefined {
  const commands = commandsOf(script);
  const programs = commands.map(({ words: [program] }) => program);
  if (programs.some((program) => RUN.has(program ?? ""))) return "run";
  if (programs.length > 0 && programs.every((program) => program === "npx")) return "tasks";
  return commands.length > 0 && commands.every(({ words }) => words.length === 0) ? "settings" : undefined;
}

/** By what `UNCHECKED` names a block. */
export function nameOf(block: Block): string {
  return `${block.page}: ${block.text.split("\n")[0]}`;
}

/** The blocks of pages that are checked so, but for those that nothing can check. */
export function blocksFor(check: Check, blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => checkOf(block) === check && UNCHECKED[nameOf(block)] === undefined);
}

/** Where each block stands that is neither checked nor listed. */
export function neglected(blocks: readonly Block[]): string[] {
  return blocks.filter((block) => checkOf(block) === undefined && UNCHECKED[nameOf(block)] === undefined).map(placeOf);
}
