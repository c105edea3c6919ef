import type { Logger } from "../telemetry/api.ts";
import type { ResourceType } from "./api.ts";
import { keyOf, type KubeObject } from "./object.ts";
import { pathOf } from "./paths.ts";
import type { Transport } from "./transport.ts";

export interface UnwatchedOptions {
  readonly transport: Pick<Transport, "request">;
  readonly types: readonly ResourceType[];
  /** The watched namespaces. */
  readonly namespaces: readonly string[];
  readonly log: Logger;
  readonly signal: AbortSignal;
}

interface Page {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly KubeObject[];
}

const PAGE_SIZE = 500;
/** So many are named; the count tells the rest. */
const NAMED = 5;

/**
 * Warns once of objects with our finalizer outside the watched namespaces: version 0.2.x watched the whole cluster
 * whatever its setting said, so a setting that is honoured now may leave objects to nobody.
 * Where the cluster may not be listed nothing is said. Never rejects.
 */
export async function warnOfUnwatched({ namespaces, log, ...options }: UnwatchedOptions): Promise<void> {
  const found: string[] = [];
  for (const type of options.types) {
    try {
      for (const { metadata } of await listAll(type, options)) {
        if (namespaces.includes(metadata.namespace)) continue;
        if (metadata.finalizers?.includes(`${type.group}/finalizer`)) found.push(`${type.kind} ${keyOf(metadata)}`);
      }
    } catch (error) {
      log.debug("Not looked at outside the watched namespaces", { plural: type.plural, error });
    }
  }
  if (found.length === 0) return;
  log.warning(
    "Objects with this operator's finalizer are in namespaces that it does not watch: nothing reconciles them, and " +
      "their deletion does not finish. Set WATCH_SCOPE=cluster, or add their namespaces to WATCH_NAMESPACES",
    { count: found.length, some: found.slice(0, NAMED), watching: namespaces },
  );
}

async function listAll(
  type: ResourceType,
  { transport, signal }: Pick<UnwatchedOptions, "transport" | "signal">,
): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  let next = "";
  do {
    const query = { limit: String(PAGE_SIZE), ...(next ? { continue: next } : {}) };
    const page: Page = await transport.request("GET", pathOf(type), {
      operation: `list_${type.plural}`,
      signal,
      query,
    });
    objects.push(...page.items);
    next = page.metadata.continue ?? "";
  } while (next !== "");
  return objects;
}
