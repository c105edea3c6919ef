import { parse, parseAllDocuments } from "yaml";
import { readManifests } from "../chart/render.ts";
import type { Loose } from "../scenarios/admin.ts";
import { type Block, ROOT } from "./pages.ts";

/** What a YAML block is. */
export type Meaning =
  | { readonly is: "objects"; readonly objects: readonly Loose[] }
  | { readonly is: "values"; readonly values: Loose }
  | { readonly is: "rules"; readonly rules: readonly Loose[] }
  | { readonly is: "known"; readonly file: string };

/** Files of other programs, by the only keys that they may have at their top. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  "Alertmanager's configuration": ["route", "receivers", "inhibit_rules", "time_intervals"],
};
/** Fields below `spec` of kinds whose definitions cannot be had here. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  "argoproj.io/v1alpha1/Application": ["project", "source", "destination", "syncPolicy", "ignoreDifferences"],
  "kustomize.toolkit.fluxcd.io/v1/Kustomization": [
    "dependsOn",
    "healthCheckExprs",
    "healthChecks",
    "interval",
    "path",
    "prune",
    "sourceRef",
    "targetNamespace",
    "timeout",
    "wait",
  ],
};
const valueNames = new Set(
  Object.keys(parse(await Deno.readTextFile(`${ROOT}deploy/helm/wasabi-s3-operator/values.yaml`))),
);

/**
 * Says what a block is by what it has.
 * @throws SyntaxError when it is no YAML, or nothing that is known
 */
export function meaningOf({ page, line, text }: Block): Meaning {
  const documents = parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new SyntaxError(`${page}:${line}: ${error.message}`);
    return document.toJS();
  });
  const [first] = documents;
  if (documents.every((each) => each?.apiVersion && each?.kind)) return { is: "objects", objects: readManifests(text) };
  if (Array.isArray(first) && first.every((each) => each.alert ?? each.record)) return { is: "rules", rules: first };
  const keys = Object.keys(first ?? {});
  if (keys.every((key) => valueNames.has(key))) return { is: "values", values: first };
  const [file] = Object.entries(OTHERS).find(([, known]) => keys.every((key) => known.includes(key))) ?? [];
  if (file !== undefined) return { is: "known", file };
  throw new SyntaxError(`${page}:${line}: neither objects, values of the chart, rules nor a known file: ${keys}`);
}

/** Fields of an object that its kind does not have; `undefined` where an API server must tell. */
export function unknownFields({ apiVersion, kind, spec = {} }: Loose): string[] | undefined {
  const known = FOREIGN[`${apiVersion}/${kind}`];
  return known && Object.keys(spec).filter((field) => !known.includes(field));
}
