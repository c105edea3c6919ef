import { catalogue, type MetricId } from "../../lib/telemetry/catalogue/mod.ts";

/** Every metric's name by its id in the catalogue, so that no query can name one that there is not. */
export const M = Object.fromEntries(Object.entries(catalogue).map(([id, { name }]) => [id, name])) as Readonly<
  Record<MetricId, string>
>;

/** Matchers of the variables, for between the braces of a selector. Names such as `workqueue_depth` need the job. */
export const JOB = `job=~"$job"`;
export const KIND = `${JOB}, kind=~"$kind"`;
export const OBJECT = `${JOB}, object_namespace=~"$namespace"`;
export const KIND_OBJECT = `${OBJECT}, kind=~"$kind"`;
export const PROVIDER = `${JOB}, provider=~"$provider"`;
/** controller-runtime's label for a kind. */
export const CONTROLLER = `${JOB}, controller=~"$kind"`;

/** Only of the process that leads: those that wait have queues too, which nobody works on. */
export function ofLeader(selector: string): string {
  return `(${selector} and on (job, instance) (${M.leader}{${JOB}} == 1))`;
}

/**
 * A quantile of a histogram.
 * @param quantile 0 to 1
 * @param selector metric's name and matchers, in braces
 * @param by labels of the result
 */
export function quantile(quantile: number, selector: string, { by = [] }: { readonly by?: readonly string[] } = {}) {
  const [name, matchers] = split(selector);
  return `histogram_quantile(${quantile}, sum by (${["le", ...by].join(", ")}) ` +
    `(rate(${name}_bucket${matchers}[$__rate_interval])))`;
}

function split(selector: string): [string, string] {
  const brace = selector.indexOf("{");
  return brace < 0 ? [selector, ""] : [selector.slice(0, brace), selector.slice(brace)];
}
