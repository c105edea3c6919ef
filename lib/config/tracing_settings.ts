import { PROTOCOLS, SAMPLERS } from "../telemetry/tracing/options.ts";
import { headers as headerPairs, ratio, resourceAttributes, standardBoolean, url } from "./parsers.ts";
import { boolean, integer, oneOf, type Setting, setting, text } from "./setting.ts";

/** Milliseconds that a timer can count. */
const milliseconds = integer(0, 999_999_999);

/** OpenTelemetry's rule for an enum, a number or a sampler's argument that makes no sense: a warning, and the default. */
const lenient = { lenient: true } as const;

/** A setting of OTLP, and its variant for traces, which beats it. */
function otlp<T>(name: string, options: Omit<Setting<T>, "env" | "flag" | "fallback">) {
  const all = setting<T | undefined>(`OTEL_EXPORTER_OTLP_${name}`, { ...options, fallback: undefined });
  const traces = { ...options, fallback: undefined, help: `as above, for traces alone; it beats the one above` };
  return [all, setting<T | undefined>(`OTEL_EXPORTER_OTLP_TRACES_${name}`, traces)] as const;
}

const [endpoint, tracesEndpoint] = otlp("ENDPOINT", {
  parse: url,
  placeholder: "URL",
  help: "OTLP receiver (HTTP, mostly port 4318), to which v1/traces is added; no traces without it",
});
const [headers, tracesHeaders] = otlp("HEADERS", {
  parse: headerPairs,
  placeholder: "PAIRS",
  help: "headers of each export, name=value separated by commas, values percent-encoded",
  secret: true,
});
const [timeout, tracesTimeout] = otlp("TIMEOUT", {
  parse: integer(1, 999_999_999),
  placeholder: "MILLISECONDS",
  help: "bound on one export with all its tries; default 10000",
  ...lenient,
});
const [protocol, tracesProtocol] = otlp("PROTOCOL", {
  parse: oneOf(PROTOCOLS),
  placeholder: "PROTOCOL",
  help: `${PROTOCOLS.join(" or ")}; default ${PROTOCOLS[0]}`,
  ...lenient,
});
const [certificate, tracesCertificate] = otlp("CERTIFICATE", {
  parse: text,
  placeholder: "FILE",
  help: "PEM file of the authority that signed the receiver's certificate",
});

/** Settings of tracing, by OpenTelemetry's names (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). */
export const tracingSettings = {
  tracesEnabled: setting("OTEL_TRACES_ENABLED", {
    parse: boolean,
    fallback: true,
    help: "export traces if there is an endpoint for them",
  }),
  sdkDisabled: setting("OTEL_SDK_DISABLED", {
    parse: standardBoolean,
    fallback: false,
    help: "no traces, whatever else is set",
    ...lenient,
  }),
  serviceName: setting("OTEL_SERVICE_NAME", {
    parse: text,
    fallback: "wasabi-s3-operator",
    placeholder: "NAME",
    help: "service name of traces",
  }),
  serviceVersion: setting<string | undefined>("OTEL_SERVICE_VERSION", {
    parse: text,
    fallback: undefined,
    placeholder: "VERSION",
    help: "service version of traces; default: the operator's",
  }),
  resourceAttributes: setting<Readonly<Record<string, string>> | undefined>("OTEL_RESOURCE_ATTRIBUTES", {
    parse: resourceAttributes,
    fallback: undefined,
    placeholder: "PAIRS",
    help: "attributes of all traces, name=value separated by commas, percent-encoded",
    ...lenient,
  }),
  otlpEndpoint: endpoint,
  otlpTracesEndpoint: tracesEndpoint,
  otlpHeaders: headers,
  otlpTracesHeaders: tracesHeaders,
  otlpTimeoutMs: timeout,
  otlpTracesTimeoutMs: tracesTimeout,
  otlpProtocol: protocol,
  otlpTracesProtocol: tracesProtocol,
  otlpCertificate: certificate,
  otlpTracesCertificate: tracesCertificate,
  tracesSampler: setting("OTEL_TRACES_SAMPLER", {
    parse: oneOf(SAMPLERS),
    fallback: "parentbased_always_on",
    placeholder: "SAMPLER",
    help: "always_on, always_off, traceidratio, or one of them with parentbased_ before it",
    ...lenient,
  }),
  tracesSamplerArg: setting("OTEL_TRACES_SAMPLER_ARG", {
    parse: ratio,
    fallback: 1,
    placeholder: "RATIO",
    help: "share of traces that the samplers of traceidratio keep, from 0 to 1",
    ...lenient,
  }),
  bspScheduleDelayMs: setting("OTEL_BSP_SCHEDULE_DELAY", {
    parse: milliseconds,
    fallback: 5_000,
    placeholder: "MILLISECONDS",
    help: "longest time until a span is sent",
    ...lenient,
  }),
  bspExportTimeoutMs: setting("OTEL_BSP_EXPORT_TIMEOUT", {
    parse: integer(1, 999_999_999),
    fallback: 30_000,
    placeholder: "MILLISECONDS",
    help: "bound on one export, as the timeout of OTLP; the shorter one counts",
    ...lenient,
  }),
  bspMaxQueueSize: setting("OTEL_BSP_MAX_QUEUE_SIZE", {
    parse: integer(1, 100_000),
    fallback: 2_048,
    placeholder: "SPANS",
    help: "spans that may wait; more are lost, and counted",
    ...lenient,
  }),
  bspMaxExportBatchSize: setting("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", {
    parse: integer(1, 100_000),
    fallback: 512,
    placeholder: "SPANS",
    help: "spans in one export, at most as many as may wait",
    ...lenient,
  }),
} as const;
