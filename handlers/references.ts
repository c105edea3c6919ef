import { StalledError } from "../lib/errors.ts";
import type { KubeObject } from "../lib/kube/object.ts";
import { annotationOf } from "./objects.ts";

/** A reference as the CRDs have it; without a namespace, the referrer's own. */
export interface Reference {
  readonly name: string;
  readonly namespace?: string;
}

/** What a reference points at: one of our objects with `spec.allowedNamespaces`, or a Secret with the annotation. */
export type Target = KubeObject & { readonly spec?: { readonly allowedNamespaces?: readonly string[] } };

/** Namespace and name that a reference leads to; an empty namespace is none. @param from the referrer's namespace */
export function resolve({ name, namespace }: Reference, from: string): Required<Reference> {
  return { namespace: namespace || from, name };
}

/** Does a reference lead to that object? @param ends.from the referrer's namespace */
export function leadsTo(
  reference: Reference | undefined,
  { from, to }: { readonly from: string; readonly to: Required<Reference> },
): boolean {
  return reference?.name === to.name && (reference.namespace || from) === to.namespace;
}

/**
 * The one function that decides every reference to another namespace; docs/multi-tenancy.md.
 * @param from the referrer's namespace
 * @param field the referring field, such as `spec.providerRef`, for the message
 * @throws StalledError `ReferenceNotGranted`
 */
export function authorizeReference(
  target: Target,
  { from, field, references }: {
    readonly from: string;
    readonly field: string;
    readonly references: "granted" | "all";
  },
): void {
  if (isGranted(target, { from, references })) return;
  const { namespace, name } = target.metadata;
  const remedy = target.kind === "Secret"
    ? `annotate it with s3.cloud37.dev/allowed-namespaces=${from}`
    : `add "${from}" to its spec.allowedNamespaces`;
  throw new StalledError(
    "ReferenceNotGranted",
    `${field} refers to ${target.kind} ${namespace}/${name}, which does not allow namespace "${from}": ${remedy}`,
  );
}

/** May an object in namespace `from` refer to `target`? */
export function isGranted(
  target: Target,
  { from, references }: { readonly from: string; readonly references: "granted" | "all" },
): boolean {
  if (target.metadata.namespace === from || references === "all") return true;
  const granted = target.kind === "Secret" ? secretGrants(target) : target.spec?.allowedNamespaces ?? [];
  return granted.includes(from) || granted.includes("*");
}

function secretGrants(secret: KubeObject): string[] {
  return (annotationOf(secret, "allowedNamespaces") ?? "").split(",").map((each) => each.trim());
}
