import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";

/** Panels of a dashboard without the headings of its rows. */
export function panelsOf({ panels = [] }: Dashboard): Panel[] {
  return panels.filter((panel) => panel.type !== "row") as Panel[];
}

/** Every query of every panel, with the panel's title. */
export function queriesOf(dashboard: Dashboard): { readonly panel: string; readonly expr: string }[] {
  return panelsOf(dashboard).flatMap(({ title = "", targets = [] }) =>
    targets.map((target) => ({ panel: title, expr: (target as unknown as { readonly expr: string }).expr }))
  );
}
