import type { KindDefinition } from "../crd/kind.ts";
import type { Schema } from "../crd/schema.ts";
import type { Logger } from "../telemetry/api.ts";
import type { ResourceType } from "./api.ts";
import type { Transport } from "./transport.ts";

/** What is looked at of a schema that the API server publishes. */
interface Served {
  readonly properties?: Readonly<Record<string, Served>>;
  readonly items?: Served;
  readonly additionalProperties?: Served;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-group-version-kind"?: readonly { readonly kind?: string }[];
}

interface Document {
  readonly components?: { readonly schemas?: Readonly<Record<string, Served>> };
}

/** A kind, and what the program knows of its fields. */
export type KnownKind = ResourceType & Pick<KindDefinition, "spec" | "status">;

/** So many fields are named; the rest is counted. */
const NAMED = 3;

/**
 * Which CRDs lack fields that the program knows: the API server would drop what is written there, records of keys among
 * them. It is read from the OpenAPI document, which everybody who is authenticated may read. Where there is none, or no
 * such kind in it, nothing is said.
 */
export async function oldCrds(
  kinds: readonly KnownKind[],
  { transport, log, signal }: {
    readonly transport: Pick<Transport, "request">;
    readonly log: Logger;
    readonly signal: AbortSignal;
  },
): Promise<string[]> {
  const [first] = kinds;
  if (first === undefined) return [];
  const path = `/openapi/v3/apis/${first.group}/${first.version}`;
  let schemas: readonly Served[];
  try {
    const document = await transport.request<Document>("GET", path, { operation: "get_openapi", signal });
    schemas = Object.values(document?.components?.schemas ?? {});
  } catch (error) {
    log.debug("The schemas of the CRDs are not known", { error });
    return [];
  }
  return kinds.flatMap(({ kind, plural, group, spec, status }) => {
    const served = schemas.find((each) => each["x-kubernetes-group-version-kind"]?.some((name) => name.kind === kind));
    if (served === undefined) return [];
    const own: Schema = { type: "object", properties: { spec, status } };
    const missing = lackingFields(own, served, "");
    if (missing.length === 0) return [];
    const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : "";
    return [
      `The CRD ${plural}.${group} is older than this program, and lacks ${
        missing.slice(0, NAMED).join(", ")
      }${more}: ` +
      `apply the CRDs of this version, which the chart has and the command "crds" prints`,
    ];
  });
}

/** Paths of the fields of `own` that `served` does not have, such as `spec.rules[].id`. */
export function lackingFields(own: Schema, served: Served | undefined, path: string): string[] {
  if (served?.["x-kubernetes-preserve-unknown-fields"]) return [];
  if (served === undefined) return [path];
  if ("items" in own) return lackingFields(own.items, served.items, `${path}[]`);
  if ("additionalProperties" in own && own.additionalProperties) {
    return lackingFields(own.additionalProperties, served.additionalProperties, `${path}.*`);
  }
  if (!("properties" in own)) return [];
  return Object.entries(own.properties).flatMap(([name, schema]) =>
    lackingFields(schema, served.properties?.[name], path === "" ? name : `${path}.${name}`)
  );
}
