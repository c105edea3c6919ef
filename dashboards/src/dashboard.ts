import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { ALERT_PREFIX } from "./alerts/alert.ts";
import { DATASOURCE } from "./query.ts";
import { variables } from "./variables.ts";

/** Panels below one heading. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

export interface DashboardOptions {
  /** Never changed: links and Grafana's own storage know a dashboard by it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Start of the range that it opens with, such as `now-6h`. */
  readonly from: string;
  readonly rows: readonly Row[];
}

const TAG = "wasabi-s3-operator";

/** A whole dashboard, with our variables, alert annotations and links to the others. */
export function dashboard({ uid, title, description, from, rows }: DashboardOptions): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: "now" })
    .refresh("1m")
    .timezone("browser")
    .variables([...variables])
    .annotation(alertAnnotation())
    .link(
      new DashboardLinkBuilder(TAG).type(DashboardLinkType.Dashboards).tags([TAG]).includeVars(true).keepTime(true),
    );
  for (const [index, row] of rows.entries()) {
    const id = (index + 1) * 100;
    builder.withRow(new RowBuilder(row.title).id(id));
    for (const [i, panel] of row.panels.entries()) builder.withPanel(numbered(panel, id + i + 1));
  }
  return builder.build();
}

/** With an id of its own: links to a panel name it. */
function numbered(panel: Builder<Panel>, id: number): Builder<Panel> {
  return { build: () => ({ ...panel.build(), id }) };
}

function alertAnnotation(): AnnotationQueryBuilder {
  const expr = `ALERTS{alertname=~"${ALERT_PREFIX}.*", alertstate="firing", job=~"$job"}`;
  return new AnnotationQueryBuilder()
    .name("Alerts")
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor("red")
    .expr(expr)
    .titleFormat("{{alertname}}")
    .textFormat("{{kind}} {{object_namespace}} {{name}} {{provider}}")
    .target(new DataqueryBuilder().refId("Anno").expr(expr));
}
