import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { ALERT_PREFIX } from "./alerts/alert.ts";

/** Alerts of ours that fire or are about to, of all data sources: the panel knows no variables. */
export function alertList({ width, height = 8 }: { readonly width: number; readonly height?: number }): Builder<Panel> {
  // The SDK has no builder for this panel.
  const panel: Panel = {
    type: "alertlist",
    title: "Alerts",
    description: "Alerts of this operator that fire or are pending. Each links to its runbook, which says what to do.",
    gridPos: { x: 0, y: 0, w: width, h: height },
    options: {
      alertName: ALERT_PREFIX,
      viewMode: "list",
      groupMode: "default",
      groupBy: [],
      maxItems: 30,
      sortOrder: 3,
      dashboardAlerts: false,
      alertInstanceLabelFilter: "",
      stateFilter: { firing: true, pending: true, error: true, noData: false, normal: false, recovering: true },
    },
  };
  return { build: () => panel };
}
