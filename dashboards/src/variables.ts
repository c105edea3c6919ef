import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { M } from "./metrics.ts";
import { DATASOURCE } from "./query.ts";

/** Every name: also of series that lack the label. */
const EVERYTHING = ".*";

/** The data source, the installation, and what of it is looked at. */
export const variables: readonly Builder<VariableModel>[] = [
  new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"),
  // "All" becomes the list of the jobs, as names such as workqueue_depth belong to other operators too.
  values("job", { label: "Installation", query: `label_values(${M.buildInfo}, job)` }),
  values("namespace", {
    label: "Namespace",
    query: `label_values(${M.resources}{job=~"$job"}, object_namespace)`,
    all: EVERYTHING,
  }),
  values("kind", { label: "Kind", query: `label_values(${M.resources}{job=~"$job"}, kind)`, all: EVERYTHING }),
  values("provider", {
    label: "Provider",
    query: `label_values(${M.connected}{job=~"$job"}, provider)`,
    all: EVERYTHING,
  }),
];

function values(
  name: string,
  { label, query, all }: { readonly label: string; readonly query: string; readonly all?: string },
): Builder<VariableModel> {
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .query({ query, refId: name })
    .definition(query)
    .datasource(DATASOURCE)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: "All", value: "$__all" });
  return all === undefined ? builder : builder.allValue(all);
}
