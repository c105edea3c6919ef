/** Facts of a span. Never a secret, a policy or an access key id. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  /** `client` for a request to another service, in which no other span begins. Default `internal`. */
  readonly kind?: "internal" | "client";
  /** A function is called only where the span is recorded. */
  readonly attributes?: Attributes | (() => Attributes);
  /** W3C `traceparent` of the span that this one goes on from, where that is not the active one. */
  readonly parent?: string | undefined;
  /** W3C `traceparent`s of spans that this one has to do with. */
  readonly links?: readonly string[];
  /** True: a span only inside another one; what polls by itself would fill the collector with traces of one span. */
  readonly nested?: true;
  /** Errors that belong to the normal flow, such as "no such tag set": they do not make the span one that failed. */
  readonly expected?: (error: unknown) => boolean;
}

/** The span that a function runs in. */
export interface ActiveSpan {
  /** W3C `traceparent` of it; absent where it is not recorded. */
  readonly traceparent?: string | undefined;
  /** Called only where the span is recorded. */
  set(attributes: () => Attributes): void;
  /** Marks the span as failed although its function does not throw. */
  fail(errorType: string, message: string): void;
}

/** Runs `fn` in a span; nests across awaits; records a throw and passes it on. */
export type TraceSpan = <T>(
  name: string,
  options: SpanOptions,
  fn: (span: ActiveSpan) => Promise<T>,
) => Promise<T>;

/** Stands for a span where there is none. */
export const NO_SPAN: ActiveSpan = { set() {}, fail() {} };

/** Traces nothing. */
export function untraced<T>(_name: string, _options: SpanOptions, fn: (span: ActiveSpan) => Promise<T>): Promise<T> {
  return fn(NO_SPAN);
}
