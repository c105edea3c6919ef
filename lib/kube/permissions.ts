import type { Logger } from "../telemetry/api.ts";
import type { ResourceType } from "./api.ts";
import type { Transport } from "./transport.ts";

/** One thing that the operator does with a resource. */
interface Action {
  readonly group: string;
  /** With its subresource, such as `buckets/status`. */
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
}

/** A rule as an authorizer tells it: `*` stands for all. */
interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Review {
  readonly status?: { readonly resourceRules?: readonly Rule[]; readonly incomplete?: boolean };
}

export interface PermissionOptions {
  readonly transport: Pick<Transport, "request">;
  readonly types: readonly ResourceType[];
  /** Those of whose objects some are made and deleted by the operator. */
  readonly children: readonly ResourceType[];
  /** Where the objects are; where the whole cluster is watched, any namespace. */
  readonly namespaces: readonly string[];
  /** Absent without a Lease. */
  readonly lease?: { readonly namespace: string; readonly name: string };
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * What the operator must be allowed to do, and is not, by its own review of the rules that bind it
 * (SelfSubjectRulesReview), which everybody may ask for. Nothing is said where the authorizer cannot list its rules.
 */
export async function lackingPermissions(
  { types, children, namespaces, lease, ...options }: PermissionOptions,
): Promise<string[]> {
  const wanted = new Map(namespaces.map((namespace) => [namespace, actionsOn(types, children)]));
  if (lease) wanted.set(lease.namespace, [...wanted.get(lease.namespace) ?? [], ...actionsOnLease(lease.name)]);
  const found: string[] = [];
  for (const [namespace, actions] of wanted) {
    const rules = await rulesIn(namespace, options);
    const lacking = rules ? actions.filter((action) => !rules.some((rule) => allows(rule, action))) : [];
    for (const [resource, verbs] of byResource(lacking)) {
      found.push(
        `Not allowed to ${
          verbs.join(", ")
        } ${resource} in namespace ${namespace}: bind the role of the chart, or one ` +
          `with its rules (docs/install.md)`,
      );
    }
  }
  return found;
}

function actionsOn(types: readonly ResourceType[], children: readonly ResourceType[]): Action[] {
  const on = (group: string, resource: string, verbs: string) =>
    verbs.split(" ").map((verb) => ({ group, resource, verb }));
  return [
    ...types.flatMap(({ group, plural }) => [
      ...on(group, plural, "get list watch patch"),
      ...on(group, `${plural}/status`, "patch"),
    ]),
    ...children.flatMap(({ group, plural }) => on(group, plural, "create delete")),
    ...on("", "secrets", "get create patch delete"),
    ...on("events.k8s.io", "events", "create patch"),
  ];
}

function actionsOnLease(name: string): Action[] {
  const lease = { group: "coordination.k8s.io", resource: "leases" };
  return [{ ...lease, verb: "create" }, ...["get", "watch", "update"].map((verb) => ({ ...lease, verb, name }))];
}

/** Resolves to `undefined` where the rules cannot be told. */
async function rulesIn(
  namespace: string,
  { transport, log, signal }: Pick<PermissionOptions, "transport" | "log" | "signal">,
): Promise<readonly Rule[] | undefined> {
  const [apiVersion, kind] = ["authorization.k8s.io/v1", "SelfSubjectRulesReview"];
  try {
    const review = await transport.request<Review>("POST", `/apis/${apiVersion}/selfsubjectrulesreviews`, {
      operation: "create_selfsubjectrulesreviews",
      signal,
      body: { apiVersion, kind, spec: { namespace } },
    });
    if (review?.status?.incomplete === false) return review.status.resourceRules;
    log.debug("The authorizer does not list all of its rules", { namespace });
  } catch (error) {
    log.debug("The rules of the authorizer are not known", { namespace, error });
  }
  return undefined;
}

function allows({ verbs, apiGroups = [], resources = [], resourceNames = [] }: Rule, action: Action): boolean {
  const { group, resource, verb, name } = action;
  const [, subresource] = resource.split("/");
  return matches(verbs, verb) && matches(apiGroups, group) &&
    (matches(resources, resource) || (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name)));
}

function matches(given: readonly string[], wanted: string): boolean {
  return given.includes("*") || given.includes(wanted);
}

/** Verbs by `resource.group`. */
function byResource(actions: readonly Action[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { group, resource, verb } of actions) {
    const [plural, subresource] = resource.split("/");
    const id = `${plural}${group && `.${group}`}${subresource ? `/${subresource}` : ""}`;
    found.set(id, [...found.get(id) ?? [], verb]);
  }
  return found;
}
