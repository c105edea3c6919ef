/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** A line of an API server's audit log, as far as it is looked at (audit.k8s.io/v1 Event). */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Each permission of the rules by itself, such as `patch s3.cloud37.dev/buckets/status`; a name stands behind it. */
export function permissionsOf(rules: readonly Rule[]): Set<string> {
  return new Set(
    rules.flatMap(({ apiGroups, resources, resourceNames = [undefined], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) => resourceNames.map((name) => permission({ verb, group, resource, name })))
        )
      )
    ),
  );
}

/**
 * The permission that a request needed. The Lease is the one object that rules name; none of them can name an object
 * that is about to be made.
 */
export function permissionFor({ verb, requestURI, objectRef }: AuditEvent): string {
  if (objectRef === undefined) return `${verb} ${requestURI}`;
  const { apiGroup = "", resource, subresource, name } = objectRef;
  const isNamed = resource === "leases" && verb !== "create";
  return permission({
    verb,
    group: apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    name: isNamed ? name : undefined,
  });
}

export function isAllowed({ annotations }: AuditEvent): boolean {
  return annotations?.["authorization.k8s.io/decision"] === "allow";
}

/** Reads an audit log. */
export function auditEvents(text: string, user: string): AuditEvent[] {
  const events: AuditEvent[] = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  return events.filter(({ user: { username } }) => username === user);
}

function permission({ verb, group, resource, name }: {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string | undefined;
}): string {
  return `${verb} ${group === "" ? "" : `${group}/`}${resource}${name === undefined ? "" : ` ${name}`}`;
}
