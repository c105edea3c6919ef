/**
 * What a label may say: one of a few words, or text from outside of which only so many different ones pass. One without
 * either names an object, and the metric has `mostObjects`.
 */
export interface LabelDefinition {
  /** What it names, in a few words. */
  readonly about?: string;
  /** The only values; any other becomes `other`. */
  readonly values?: readonly string[];
  /** Bound on the number of different values; what comes after becomes `other`. */
  readonly most?: number;
}

export type Labels = Readonly<Record<string, LabelDefinition>>;

/** One metric: all that the program, its reference page, its dashboards and its alerts know of it. */
export interface MetricDefinition<L extends Labels = Labels, T extends MetricType = MetricType> {
  readonly type: T;
  /** As `/metrics` shows it. */
  readonly name: string;
  /** One sentence without a full stop; also the HELP line. */
  readonly help: string;
  readonly unit: Unit;
  readonly labels: L;
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
  /**
   * True: samples carry the trace that they come from, where there is one. Not for a counter beside a histogram, which
   * counts the same, shows the same traces, and costs as much for each.
   */
  readonly exemplars?: true;
  /** True: names and labels are those of 0.2.x, so that its alerts and dashboards go on working. */
  readonly contract?: true;
  /** Bound on the series of a gauge that names objects; those left out are counted in `series_omitted`. */
  readonly mostObjects?: number;
  /** True: tells of the whole cluster, so that only the process that leads shows it. */
  readonly cluster?: true;
  /** True: every combination of its labels' words is 0 from the start, so that an increase shows the first count. */
  readonly fromStart?: true;
}

export type MetricType = "counter" | "gauge" | "histogram";

/** What a value counts or measures; `timestamp` is seconds since the epoch, `flag` is 1 or 0. */
export type Unit = "count" | "flag" | "seconds" | "timestamp" | "bytes" | "per second";

/** The labels of a sample: a word where the words are known, else text. */
export type LabelsOf<D extends MetricDefinition> = {
  readonly [K in keyof D["labels"]]: D["labels"][K] extends { readonly values: readonly (infer V extends string)[] } ? V
    : string;
};

type More = Partial<
  Pick<MetricDefinition, "unit" | "exemplars" | "contract" | "mostObjects" | "cluster" | "fromStart">
>;

/** Only ever goes up; its name ends in `_total`. */
export function counter<const L extends Labels>(
  name: string,
  help: string,
  { labels, ...more }: { readonly labels: L } & More,
): MetricDefinition<L, "counter"> {
  return { type: "counter", name, help, unit: "count", labels, ...more };
}

/** Goes up and down, and goes away with what it tells of. */
export function gauge<const L extends Labels>(
  name: string,
  help: string,
  { labels, ...more }: { readonly labels: L } & More,
): MetricDefinition<L, "gauge"> {
  return { type: "gauge", name, help, unit: "count", labels, ...more };
}

/** A distribution of durations. */
export function histogram<const L extends Labels>(
  name: string,
  help: string,
  { labels, buckets, ...more }: { readonly labels: L; readonly buckets: readonly number[] } & More,
): MetricDefinition<L, "histogram"> {
  return { type: "histogram", name, help, unit: "seconds", labels, buckets, ...more };
}

/** A label that is one of these words. */
export function oneOf<const V extends readonly string[]>(...values: V): { readonly values: V } {
  return { values };
}

/** A label whose values come from outside, bounded. */
export function upTo(most: number, about: string): { readonly most: number; readonly about: string } {
  return { most, about };
}
