import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";

/** A query of Prometheus, drawn in a panel. */
export interface Query {
  readonly expr: string;
  /** Name of each series, such as `{{kind}}`. */
  readonly legend?: string;
}

/** The data source that the variable names, for panels, variables and annotations. */
export const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

const LETTERS = "ABCDEFGHIJ";

/** Queries over the range of the dashboard. */
export function ranges(queries: readonly Query[]): DataqueryBuilder[] {
  return queries.map((query, index) => target(query, index).range());
}

/** Queries of what is now. */
export function instants(queries: readonly Query[]): DataqueryBuilder[] {
  return queries.map((query, index) => target(query, index).instant());
}

/** Queries of what is now, whose labels become columns. */
export function rowsOf(queries: readonly Query[]): DataqueryBuilder[] {
  return queries.map((query, index) => target(query, index).instant().format(PromQueryFormat.Table));
}

function target({ expr, legend }: Query, index: number): DataqueryBuilder {
  const builder = new DataqueryBuilder().refId(LETTERS.charAt(index)).expr(expr).datasource(DATASOURCE);
  return legend === undefined ? builder : builder.legendFormat(legend);
}
