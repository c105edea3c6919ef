import { LOG_COMPONENTS, LOG_LEVELS } from "../telemetry/log_levels.ts";
import { logLevel } from "./parsers.ts";
import { boolean, integer, labelSelector, namespaces, oneOf, type Setting, setting, text } from "./setting.ts";
import { tracingSettings } from "./tracing_settings.ts";

/** Every setting of the operator; docs/configuration.md. The help text is made from it. */
export const settings = {
  watchScope: setting("WATCH_SCOPE", {
    parse: oneOf(["cluster", "namespaced"]),
    fallback: "cluster",
    placeholder: "SCOPE",
    help: "cluster, or namespaced: the operator's own namespace, or --watch-namespaces",
  }),
  watchNamespaces: setting<readonly string[]>("WATCH_NAMESPACES", {
    parse: namespaces,
    fallback: [],
    placeholder: "NAMES",
    help: "the namespaces of scope namespaced, separated by commas",
  }),
  watchLabelSelector: setting<string | undefined>("WATCH_LABEL_SELECTOR", {
    parse: labelSelector,
    fallback: undefined,
    placeholder: "SELECTOR",
    help: "work on objects with such labels alone, under a Lease of their own: shard=a, or !shard",
  }),
  logLevel: setting("LOG_LEVEL", {
    parse: logLevel,
    fallback: "INFO",
    placeholder: "LEVEL",
    help: `${LOG_LEVELS.join(", ")}; as INFO,kube=DEBUG others for ${LOG_COMPONENTS.join(", ")}`,
  }),
  metricsPort: setting("METRICS_PORT", {
    parse: integer(0, 65_535),
    fallback: 8080,
    placeholder: "PORT",
    help: "port of /metrics, /healthz and /readyz; 0 takes a free one and logs it",
  }),
  driftCheckIntervalSeconds: setting("DRIFT_CHECK_INTERVAL_SECONDS", {
    parse: integer(1, 604_800),
    fallback: 300,
    placeholder: "SECONDS",
    help: "time between two looks at an object at rest, within 20 % either way",
  }),
  references: setting("REFERENCES", {
    parse: oneOf(["granted", "all"]),
    fallback: "granted",
    placeholder: "RULE",
    help: "references to other namespaces: granted (by the target), or all",
  }),
  adoption: setting("ADOPTION", {
    parse: oneOf(["annotated", "always"]),
    fallback: "annotated",
    placeholder: "RULE",
    help: "buckets, users and policies that exist already: taken where annotated, or always",
  }),
  leaderElect: setting("LEADER_ELECT", {
    parse: boolean,
    fallback: true,
    help: "work only while holding the Lease; false for a single process",
  }),
  concurrency: setting("CONCURRENCY", {
    parse: integer(1, 1_000),
    fallback: 16,
    placeholder: "COUNT",
    help: "objects of one kind that are reconciled at the same time",
  }),
  kubeconfig: setting<string | undefined>("KUBECONFIG", {
    parse: text,
    fallback: undefined,
    placeholder: "FILE",
    help: "kubeconfig file; default: the pod's service account, else ~/.kube/config",
  }),
  context: {
    env: undefined,
    flag: "context",
    parse: text,
    fallback: undefined,
    placeholder: "NAME",
    help: "context of the kubeconfig",
  } as Setting<string | undefined>,
  ...tracingSettings,
  userReadinessTimeoutSeconds: setting<string | undefined>("USER_READINESS_TIMEOUT_SECONDS", {
    parse: text,
    fallback: undefined,
    placeholder: "SECONDS",
    help: "accepted for older charts, without effect",
  }),
} as const;

export type Settings = typeof settings;
export type SettingName = keyof Settings;

/** The value of every setting. */
export type Config = { readonly [Name in SettingName]: Settings[Name] extends Setting<infer T> ? T : never };
