/** Values of OTEL_TRACES_SAMPLER that there are. */
export const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
export type SamplerName = typeof SAMPLERS[number];

/** Values of OTEL_EXPORTER_OTLP_PROTOCOL that there are. */
export const PROTOCOLS = ["http/protobuf", "http/json"] as const;

/** What the configuration says of tracing; docs/tracing.md. */
export interface TracingOptions {
  /** The path included. */
  readonly url: string;
  readonly protocol: typeof PROTOCOLS[number];
  readonly headers: Readonly<Record<string, string>>;
  /** Bound on one export with all its tries, milliseconds. */
  readonly timeoutMs: number;
  /** PEM file of the authority that signed the collector's certificate. */
  readonly certificateFile?: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: SamplerName;
  /** In [0, 1]; of the samplers with `traceidratio`. */
  readonly ratio: number;
  readonly batch: BatchOptions;
}

export interface BatchOptions {
  /** Spans that may wait; more are lost. */
  readonly mostWaiting: number;
  readonly mostInBatch: number;
  /** Longest time until a span is sent, milliseconds. */
  readonly delayMs: number;
}
