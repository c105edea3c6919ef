import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** What `deno info --json` tells of a program. */
export interface Graph {
  readonly modules: readonly { readonly kind?: string; readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, NpmPackage>>;
}

interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Their keys. */
  readonly dependencies: readonly string[];
}

/** deno.lock, as far as it matters. */
export interface Lock {
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

export interface Subject {
  readonly version: string;
  /** RFC 3339. */
  readonly date: string;
  /** Of the Deno whose runtime is in the executables. */
  readonly deno: string;
}

/** A component of CycloneDX. */
interface Component {
  readonly type: "application" | "library" | "platform";
  readonly "bom-ref": string;
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
}

/**
 * The bill of materials of the executables: CycloneDX 1.6 with Deno and the npm packages that the program imports, and
 * those that they need. The same for each build of a commit.
 * @see https://cyclonedx.org/docs/1.6/json/
 * @throws Error where the lock file lacks a package
 */
export function billOfMaterials(graph: Graph, lock: Lock, subject: Subject): Record<string, unknown> {
  const { version, date, deno } = subject;
  const direct = graph.modules.flatMap(({ npmPackage }) => npmPackage === undefined ? [] : [npmPackage]);
  const reached = [...reachable(direct, graph)].sort();
  const runtime = component("platform", { name: "deno", version: deno, purl: `pkg:github/denoland/deno@v${deno}` });
  const program = component("application", {
    name: "wasabi-s3-operator",
    version,
    purl: `pkg:generic/wasabi-s3-operator@${version}`,
  });
  const libraries = new Map(reached.map((key) => [key, library(packageOf(key, graph), lock.npm[key]?.integrity)]));
  const refs = (keys: readonly string[]) => keys.flatMap((key) => libraries.get(key)?.["bom-ref"] ?? []);
  const body = {
    metadata: { timestamp: date, component: { ...program, licenses: [{ license: { id: "MIT" } }] } },
    components: [runtime, ...libraries.values()],
    dependencies: [
      { ref: program["bom-ref"], dependsOn: [runtime["bom-ref"], ...refs([...new Set(direct)].sort())] },
      ...reached.flatMap((key) =>
        refs([key]).map((ref) => ({ ref, dependsOn: refs(packageOf(key, graph).dependencies) }))
      ),
    ],
  };
  return { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: serialOf(body), version: 1, ...body };
}

function reachable(from: readonly string[], graph: Graph): Set<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    open.push(...packageOf(key, graph).dependencies);
  }
  return found;
}

function packageOf(key: string, { npmPackages }: Graph): NpmPackage {
  const found = npmPackages[key];
  if (found === undefined) throw new Error(`Deno knows no package "${key}"`);
  return found;
}

function component(
  type: Component["type"],
  { purl, ...rest }: Pick<Component, "name" | "version" | "purl">,
): Component {
  return { type, "bom-ref": purl, ...rest, purl };
}

function library({ name, version }: NpmPackage, integrity: string | undefined): Component {
  const [algorithm, base64 = ""] = integrity?.split("-") ?? [];
  if (algorithm !== "sha512") throw new Error(`deno.lock has no SHA-512 of ${name}@${version}`);
  const [group, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  return {
    ...component("library", { name: bare ?? name, version, purl: `pkg:npm/${name.replace("@", "%40")}@${version}` }),
    ...(group === undefined ? {} : { group }),
    hashes: [{ alg: "SHA-512", content: Buffer.from(base64, "base64").toString("hex") }],
  };
}

/** The serial number that the attestation of a bill wants: a UUID (version 8) made from what the bill says. */
function serialOf(body: unknown): string {
  const hex = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}
