import { equal } from "../../../../lib/equal.ts";
import { type FieldError, invalid, required } from "../field_errors.ts";
import { isObject, type JsonObject, type KubeObject } from "../object.ts";
import { qualifiedNameErrors } from "../names.ts";
import { at, type Resource, resource } from "../resource.ts";
import { age, column, NAME } from "./columns.ts";
import { integer, microTime, object, string, time } from "./fragments.ts";

const reference = object({
  kind: string,
  namespace: string,
  name: string,
  uid: string,
  apiVersion: string,
  resourceVersion: string,
  fieldPath: string,
});
const source = object({ component: string, host: string });
const both = {
  type: string,
  reason: string,
  action: string,
  eventTime: microTime,
  related: reference,
  reportingInstance: string,
  series: object({ count: integer, lastObservedTime: microTime }),
};

/** Field in events.k8s.io to field in the core group, where Events are stored. */
const RENAMED: Readonly<Record<string, string>> = {
  regarding: "involvedObject",
  note: "message",
  reportingController: "reportingComponent",
  deprecatedSource: "source",
  deprecatedFirstTimestamp: "firstTimestamp",
  deprecatedLastTimestamp: "lastTimestamp",
  deprecatedCount: "count",
};
const BACK = Object.fromEntries(Object.entries(RENAMED).map(([mine, core]) => [core, mine]));
const REFERENCE_FIELDS = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

/** Fields that the server always shows, with what they are when they are nothing. */
const CORE_ZEROS = {
  apiVersion: "",
  kind: "",
  metadata: { name: "" },
  involvedObject: {},
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: "",
  reportingInstance: "",
};
const ZEROS = {
  apiVersion: "",
  kind: "",
  metadata: { name: "" },
  eventTime: null,
  regarding: {},
  deprecatedSource: {},
  deprecatedFirstTimestamp: null,
  deprecatedLastTimestamp: null,
};

const common = {
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  table: "/events",
  createsOnUpdate: true,
  columns: [
    column("Last Seen", (event, now) => age(lastSeen(event), now)),
    column("Type", ({ type }) => type ?? ""),
    column("Reason", ({ reason }) => reason ?? ""),
    column("Object", (event) => involved(event)),
    column("Subobject", (event) => at(core(event), "involvedObject", "fieldPath") ?? "", 1),
    column("Source", (event) => sourceOf(core(event)), 1),
    column("Message", (event) => String(core(event)["message"] ?? "").trim()),
    column("First Seen", (event, now) => age(core(event)["firstTimestamp"] ?? event["eventTime"], now), 1),
    column("Count", (event) => at(event, "series", "count") ?? core(event)["count"] ?? 1, 1),
    { ...NAME, priority: 1 },
  ],
} as const;

export const coreEvents: Resource = resource({
  ...common,
  group: "",
  version: "v1",
  schema: object({
    ...both,
    involvedObject: reference,
    message: string,
    reportingComponent: string,
    source,
    firstTimestamp: time,
    lastTimestamp: time,
    count: integer,
  }),
  fields: fieldsOf("involvedObject", "reportingComponent"),
  toStored: withoutZeros,
  toServed: (event) => ({ ...CORE_ZEROS, ...event }),
  check: (event) => legacyErrors(event, "reportingComponent"),
});

export const events: Resource = resource({
  ...common,
  group: "events.k8s.io",
  version: "v1",
  schema: object({
    ...both,
    regarding: reference,
    note: string,
    reportingController: string,
    deprecatedSource: source,
    deprecatedFirstTimestamp: time,
    deprecatedLastTimestamp: time,
    deprecatedCount: integer,
  }),
  fields: fieldsOf("regarding", "reportingController"),
  // Its refusals name the kind that is stored.
  invalidGroup: "",
  toStored: (event) => withoutZeros(renamed(event, RENAMED, "v1")),
  toServed: (event) => ({ ...ZEROS, ...renamed(event, BACK, "events.k8s.io/v1") }),
  check: strictErrors,
});

function renamed({ apiVersion: _, kind, ...fields }: KubeObject, names: Record<string, string>, apiVersion: string) {
  const entries = Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]);
  return { apiVersion, kind, ...Object.fromEntries(entries) } as KubeObject;
}

function fieldsOf(involvedName: string, controllerName: string): Resource["fields"] {
  return {
    ...Object.fromEntries(
      REFERENCE_FIELDS.map((field) => [
        `${involvedName}.${field}`,
        (event: KubeObject) => at(event, "involvedObject", field),
      ]),
    ),
    [controllerName]: (event) => event["reportingComponent"],
    reason: ({ reason }) => reason,
    type: ({ type }) => type,
    ...(involvedName === "involvedObject"
      ? { source: (event: KubeObject) => at(event, "source", "component") || event["reportingComponent"] }
      : {}),
  };
}

function legacyErrors(event: KubeObject, controller: string): FieldError[] {
  const errors: FieldError[] = [];
  const namespace = at(event, "involvedObject", "namespace") ?? "";
  const own = event.metadata.namespace;
  const mismatch = invalid("involvedObject.namespace", namespace, "does not match event.namespace");
  if (event["eventTime"] == null) return namespace !== own && (namespace || own !== "default") ? [mismatch] : [];
  if (namespace === "" && own !== "default" && own !== "kube-system") errors.push(mismatch);
  const reporter = String(event["reportingComponent"] ?? "");
  if (reporter === "") errors.push(required(controller));
  errors.push(...qualifiedNameErrors(reporter).map((text) => invalid(controller, reporter, text)));
  for (const [field, most] of [["reportingInstance", 128], ["action", 128], ["reason", 128]] as const) {
    const value = String(event[field] ?? "");
    if (value === "") errors.push(required(field));
    if (value.length > most) errors.push(invalid(field, "", `can have at most ${most} characters`));
  }
  if (byteLength(event["message"]) > 1024) errors.push(invalid("message", "", "can have at most 1024 characters"));
  return errors;
}

function byteLength(value: unknown): number {
  return typeof value === "string" ? new TextEncoder().encode(value).length : 0;
}

function strictErrors(event: KubeObject, old: KubeObject | undefined): FieldError[] {
  const errors = legacyErrors(event, "reportingController");
  if (old === undefined) {
    errors.push(...seriesErrors(event));
    if (event["eventTime"] == null) errors.push(required("eventTime"));
    if (event["type"] !== "Normal" && event["type"] !== "Warning") {
      errors.push(invalid("type", "", `has invalid value: ${event["type"] ?? ""}`));
    }
    for (const field of ["firstTimestamp", "lastTimestamp", "count", "source"]) {
      const value = event[field];
      if (value && !(isObject(value) && Object.keys(value).length === 0)) {
        errors.push(invalid(field, "", "needs to be unset"));
      }
    }
    return errors;
  }
  if (!equal(event["series"], old["series"])) errors.push(...seriesErrors(event));
  const fixed = ["involvedObject", "reason", "message", "type", "action", "related", "reportingInstance", "eventTime"];
  for (const field of [...fixed, "reportingComponent", "count", "firstTimestamp", "lastTimestamp", "source"]) {
    if (!equal(event[field] ?? null, old[field] ?? null)) {
      const shown = field === "reportingComponent" ? "reportingController" : field;
      errors.push(invalid(shown, event[field] ?? null, "field is immutable"));
    }
  }
  return errors;
}

function seriesErrors({ series }: KubeObject): FieldError[] {
  if (!isObject(series)) return [];
  const errors: FieldError[] = [];
  if (!(Number(series["count"]) >= 2)) errors.push(invalid("series.count", "", "should be at least 2"));
  if (series["lastObservedTime"] == null) errors.push(required("series.lastObservedTime"));
  return errors;
}

function withoutZeros(event: KubeObject): KubeObject {
  const isZero = ([name, value]: [string, unknown]) =>
    name in CORE_ZEROS && (value === null || value === "" || (isObject(value) && Object.keys(value).length === 0));
  return Object.fromEntries(Object.entries(event).filter((entry) => !isZero(entry))) as KubeObject;
}

function sourceOf(event: JsonObject): string {
  const { component, host } = (event["source"] ?? {}) as JsonObject;
  const parts = [component || event["reportingComponent"], host || event["reportingInstance"]];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}

function core(event: KubeObject): JsonObject {
  return event.apiVersion === "v1" ? event : renamed(event, RENAMED, "v1");
}

function involved(event: KubeObject): string {
  const { kind, name } = (core(event)["involvedObject"] ?? {}) as JsonObject;
  return `${String(kind ?? "").toLowerCase()}/${name ?? ""}`;
}

function lastSeen(event: KubeObject): unknown {
  const stored = core(event);
  return at(event, "series", "lastObservedTime") ?? stored["lastTimestamp"] ?? event["eventTime"];
}
