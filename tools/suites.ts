import { findBinaries } from "../tests/api/binaries.ts";
import { startMoto } from "../tests/api/moto.ts";
import { prepareImage } from "../tests/executable/image.ts";
import { compilePrograms } from "../tests/executable/programs.ts";
import { findHelm } from "../tests/chart/helm.ts";
import { findPrograms as findReadersPrograms } from "../tests/docs/programs.ts";
import { findVerdicts } from "../tests/gitops/verdicts.ts";
import { findCollector } from "../tests/observe/collector.ts";
import { findPrometheus } from "../tests/observe/prometheus_binaries.ts";
import { findPrograms as findReleasePrograms } from "../tests/release/programs.ts";

/** Some tests that run together, in a process of their own with the permissions that they need. */
export interface Suite {
  readonly name: string;
  readonly paths: readonly string[];
  readonly permissions: readonly string[];
  /** Extra flags of `deno test`. */
  readonly flags?: readonly string[];
  /** Builds and fetches what the suite needs, where that takes long. Throws when it cannot. */
  readonly setUp?: () => Promise<void>;
}

/** What a suite's tests came to; steps of tests count like tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

const SANDBOXED = ["--allow-read", "--allow-env", "--allow-sys", "--allow-net=127.0.0.1,localhost", "--allow-run"];

/** All suites, in the order in which they run: the quick ones first. */
export const suites: readonly Suite[] = [
  { name: "unit", paths: ["tests/unit/"], permissions: [...SANDBOXED, writing()], flags: ["--parallel"] },
  { name: "sandbox", paths: ["tests/sandbox/"], permissions: [...SANDBOXED, writing()] },
  { name: "scenarios", paths: ["tests/scenarios/"], permissions: [...SANDBOXED, writing()] },
  { name: "chaos", paths: ["tests/chaos/"], permissions: [...SANDBOXED, writing()] },
  { name: "executable", paths: ["tests/executable/"], permissions: ["-A"], setUp: setUpExecutable },
  { name: "api", paths: ["tests/api/"], permissions: ["-A"], setUp: setUpApi },
  { name: "chart", paths: ["tests/chart/"], permissions: ["-A"], setUp: setUpChart },
  { name: "gitops", paths: ["tests/gitops/"], permissions: ["-A"], setUp: setUpGitops },
  { name: "release", paths: ["tests/release/"], permissions: ["-A"], setUp: setUpRelease },
  { name: "observe", paths: ["tests/observe/"], permissions: ["-A"], setUp: setUpObserve },
  { name: "docs", paths: ["tests/docs/"], permissions: ["-A"], setUp: setUpDocs },
];

/** Tests may write where the system keeps temporary files, and nowhere else. */
function writing(): string {
  return `--allow-write=${Deno.env.get("TMPDIR") ?? "/tmp"}`;
}

/** Compiles the programs, and lays out what the image holds. */
async function setUpExecutable(): Promise<void> {
  await compilePrograms();
  await prepareImage();
}

/** Builds the control plane and installs moto, once; that moto starts shows that its environment is whole. */
async function setUpApi(): Promise<void> {
  await findBinaries();
  await (await startMoto()).close();
}

/** Builds the control plane and Helm, once. */
async function setUpChart(): Promise<void> {
  await findBinaries();
  await findHelm();
}

/** Builds the program that asks kstatus, Argo CD's Lua and Flux's CEL, once. */
async function setUpGitops(): Promise<void> {
  await findVerdicts();
}

/** Builds actionlint, a registry and Helm, and installs the schemas of CycloneDX, once. */
async function setUpRelease(): Promise<void> {
  await findReleasePrograms();
}

/** Downloads or builds Prometheus, and builds the collector, once. */
async function setUpObserve(): Promise<void> {
  await findPrometheus();
  await findCollector();
}

/** Obtains what readers of the documentation are told to run, once. */
async function setUpDocs(): Promise<void> {
  await findReadersPrograms();
}

/**
 * Reads deno's JUnit report.
 * @throws SyntaxError when the text is none
 */
export function readReport(xml: string): Counts {
  const [suite] = xml.match(/<testsuites [^>]*>/) ?? [];
  if (suite === undefined) throw new SyntaxError("Not a JUnit report: no element testsuites");
  const total = number(suite, "tests");
  const failed = number(suite, "failures") + number(suite, "errors");
  const ignored = [...xml.matchAll(/<skipped\b/g)].length;
  return { passed: total - failed - ignored, failed, ignored };
}

function number(element: string, attribute: string): number {
  return Number(element.match(new RegExp(`\\b${attribute}="(\\d+)"`))?.[1] ?? 0);
}

/**
 * What a suite counts for in the end. A process that fails although no test did, a suite without any test, and, where
 * CI is set, a test that was left out each count as a failure.
 */
export function judge(
  counts: Counts,
  { success, isCi }: { readonly success: boolean; readonly isCi: boolean },
): Counts & { readonly complaint?: string } {
  const { passed, failed, ignored } = counts;
  if (passed + failed === 0) return { ...counts, failed: 1, complaint: "no test ran" };
  if (!success && failed === 0) return { ...counts, failed: 1, complaint: "the process failed outside of its tests" };
  if (ignored === 0) return counts;
  return { ...counts, failed: failed + (isCi ? ignored : 0), complaint: `${ignored} left out` };
}
