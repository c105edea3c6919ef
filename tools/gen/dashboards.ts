import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { alertGroups } from "../../dashboards/src/alerts/mod.ts";
import { businessDashboard } from "../../dashboards/src/business/mod.ts";
import { mainDashboard } from "../../dashboards/src/main/mod.ts";
import { yamlFile } from "./yaml.ts";
import { alertRules, prometheusRule } from "./alerts.ts";

const DASHBOARDS: readonly Dashboard[] = [mainDashboard, businessDashboard];
const SOURCE = "dashboards/src";

/** Dashboards and alert rules, by path from the project's root. */
export function dashboardFiles(): [path: string, text: string][] {
  return [
    ...DASHBOARDS.map((dashboard): [string, string] => [`dashboards/grafana/${dashboard.uid}.json`, json(dashboard)]),
    ["dashboards/alerts/rules.yaml", yamlFile([alertRules(alertGroups)], SOURCE)],
    ["dashboards/alerts/prometheusrule.yaml", yamlFile([prometheusRule(alertGroups)], SOURCE)],
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
