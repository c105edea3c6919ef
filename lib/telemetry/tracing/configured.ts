import type { Config } from "../../config/settings.ts";
import type { TracingOptions } from "./options.ts";

/** OTEL_SERVICE_NAME where nobody has set it; `service.name` in OTEL_RESOURCE_ATTRIBUTES comes before it. */
const DEFAULT_NAME = "wasabi-s3-operator";
const TIMEOUT_MS = 10_000;

/** Who runs, for the resource attributes of traces. */
export interface Instance {
  readonly version: string;
  readonly podName?: string | undefined;
  readonly podNamespace?: string | undefined;
}

/** The options of tracing that the configuration comes to, or why there is none. */
export function tracingOptions(config: Config, instance: Instance): TracingOptions | { readonly off: string } {
  if (config.sdkDisabled) return { off: "OTEL_SDK_DISABLED is true" };
  if (!config.tracesEnabled) return { off: "OTEL_TRACES_ENABLED is false" };
  const url = config.otlpTracesEndpoint ?? (config.otlpEndpoint && withTracesPath(config.otlpEndpoint));
  if (url === undefined) return { off: "OTEL_EXPORTER_OTLP_ENDPOINT is not set" };
  const certificateFile = config.otlpTracesCertificate ?? config.otlpCertificate;
  return {
    url,
    protocol: config.otlpTracesProtocol ?? config.otlpProtocol ?? "http/protobuf",
    headers: config.otlpTracesHeaders ?? config.otlpHeaders ?? {},
    // Two names that OpenTelemetry has for what is one bound here.
    timeoutMs: Math.min(config.otlpTracesTimeoutMs ?? config.otlpTimeoutMs ?? TIMEOUT_MS, config.bspExportTimeoutMs),
    ...(certificateFile === undefined ? {} : { certificateFile }),
    resource: resourceOf(config, instance),
    sampler: config.tracesSampler,
    ratio: config.tracesSamplerArg,
    batch: {
      mostWaiting: config.bspMaxQueueSize,
      mostInBatch: Math.min(config.bspMaxExportBatchSize, config.bspMaxQueueSize),
      delayMs: config.bspScheduleDelayMs,
    },
  };
}

/** The rule of opentelemetry.io/docs/specs/otel/protocol/exporter: a path of the base URL stays in front. */
function withTracesPath(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
  return url.href;
}

function resourceOf(
  { serviceName, serviceVersion, resourceAttributes = {} }: Config,
  { version, podName, podNamespace }: Instance,
): Record<string, string> {
  const own = {
    "service.name": DEFAULT_NAME,
    "service.version": version,
    ...(podName === undefined ? {} : { "k8s.pod.name": podName, "service.instance.id": podName }),
    ...(podNamespace === undefined ? {} : { "k8s.namespace.name": podNamespace }),
  };
  const named = {
    ...(serviceName === DEFAULT_NAME ? {} : { "service.name": serviceName }),
    ...(serviceVersion === undefined ? {} : { "service.version": serviceVersion }),
  };
  return { ...own, ...resourceAttributes, ...named };
}
