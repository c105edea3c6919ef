import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { CHART, helm } from "./helm.ts";

/** Values of the chart; a null takes a default away. */
export type Values = Readonly<Record<string, unknown>>;

/** An object of a manifest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // deno-lint-ignore no-explicit-any
  readonly [field: string]: any;
}

/** Name of the release and of its namespace, where tests give no other. */
export const RELEASE = "wasabi-s3-operator";

const TEMPLATE = ["template", RELEASE, CHART, "--namespace", RELEASE, "--values", "-"];

/** What the chart makes of values. */
export async function render(values: Values = {}): Promise<Manifest[]> {
  const { code, out, err } = await helm(TEMPLATE, { input: JSON.stringify(values) });
  assert.equal(code, 0, err);
  return readManifests(out);
}

/** Why the chart refuses values. */
export async function refusal(values: Values): Promise<string> {
  const { code, out, err } = await helm(TEMPLATE, { input: JSON.stringify(values) });
  assert.notEqual(code, 0, `Rendered:\n${out.slice(0, 2_000)}`);
  return err;
}

export function readManifests(yaml: string): Manifest[] {
  return parseAllDocuments(yaml, { schema: "yaml-1.1" }).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as Manifest | null;
  }).filter((manifest) => manifest !== null);
}

/** The only object of a kind. */
export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  assert.equal(found.length, 1, `${found.length} objects of kind ${kind}`);
  return found[0]!;
}
