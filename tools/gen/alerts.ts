import type { Alert } from "../../dashboards/src/alerts/alert.ts";

type Groups = Readonly<Record<string, readonly Alert[]>>;

const NAME = "wasabi-s3-operator";
const RUNBOOKS = "https://github.com/kenchrcum/wasabi-s3-operator/blob/main/docs/runbooks/";

/** What a rule file of Prometheus holds. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Record<string, unknown>[] }[];
}

/** The alerts as Prometheus's own rule file has them. */
export function alertRules(groups: Groups): RuleFile {
  return {
    groups: Object.entries(groups).map(([name, alerts]) => ({ name: `${NAME}-${name}`, rules: alerts.map(rule) })),
  };
}

/** The alerts as the Prometheus Operator takes them. */
export function prometheusRule(groups: Groups): Record<string, unknown> {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: NAME, labels: { "app.kubernetes.io/name": NAME } },
    spec: alertRules(groups),
  };
}

function rule(alert: Alert): Record<string, unknown> {
  const { name, severity, expr, keepFiringFor, summary, description, runbook } = alert;
  return {
    alert: name,
    expr,
    for: alert.for,
    ...(keepFiringFor === undefined ? {} : { keep_firing_for: keepFiringFor }),
    labels: { severity },
    annotations: { summary, description, runbook_url: `${RUNBOOKS}${runbook}.md` },
  };
}
