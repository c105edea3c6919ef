import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphGradientMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimelineBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as GraphBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { DATASOURCE, instants, type Query, ranges, rowsOf } from "./query.ts";

/** What every panel says. */
export interface PanelOptions {
  readonly title: string;
  /** What it shows, and what to make of it. */
  readonly description: string;
  /** Unit as Grafana names it: `s`, `ops`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  /** Columns of 24. */
  readonly width: number;
  /** Rows of 30 pixels; 8 by default, 4 for a single number. */
  readonly height?: number;
  readonly queries: readonly Query[];
  readonly decimals?: number;
}

/** A colour from a value on; the first one has none. */
export type Threshold = readonly [value: number | null, color: string];

/** Green, and another colour from a value on. */
export function greenUntil(value: number, color = "red"): readonly Threshold[] {
  return [[null, "green"], [value, color]];
}

export interface GraphOptions extends PanelOptions {
  readonly max?: number;
  /** Areas on top of each other instead of lines. */
  readonly stacked?: boolean;
  /** Colour by a pattern of a series's name. */
  readonly colors?: Readonly<Record<string, string>>;
}

/** Lines over time, from 0. */
export function graph(options: GraphOptions): Builder<Panel> {
  const { queries, max, stacked = false, colors = {}, height = 8 } = options;
  const builder = describe(new GraphBuilder(), { ...options, height })
    .targets(ranges(queries))
    .min(0)
    .lineWidth(1)
    .fillOpacity(stacked ? 30 : 8)
    .gradientMode(GraphGradientMode.None)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None))
    .legend(
      new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(
        true,
      ),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  for (const [pattern, fixedColor] of Object.entries(colors)) {
    builder.overrideByRegexp(pattern, [{ id: "color", value: { mode: "fixed", fixedColor } }]);
  }
  return max === undefined ? builder : builder.max(max);
}

/** One number, or one for each series, coloured by its value. */
export function stat(
  options: PanelOptions & { readonly thresholds: readonly Threshold[]; readonly withNames?: boolean },
): Builder<Panel> {
  const { queries, thresholds, withNames = false, height = 4 } = options;
  return describe(new StatBuilder(), { ...options, height })
    .targets(instants(queries))
    .thresholds(steps(thresholds))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .textMode(withNames ? BigValueTextMode.ValueAndName : BigValueTextMode.Value);
}

/**
 * A table whose columns are labels, in the order given, and the value.
 * @param options.columns title of each column by label; `Value` is the number
 */
export function table(options: PanelOptions & { readonly columns: Readonly<Record<string, string>> }): Builder<Panel> {
  const { queries, columns, height = 8 } = options;
  const names = Object.keys(columns);
  return describe(new TableBuilder(), { ...options, height })
    .targets(rowsOf(queries))
    .filterable(true)
    .noValue("none")
    .withTransformation({
      id: "filterFieldsByName",
      options: { include: { names } },
    })
    .withTransformation({
      id: "organize",
      options: { indexByName: Object.fromEntries(names.map((name, index) => [name, index])), renameByName: columns },
    });
}

/** A bar for each series, coloured by its state over time. */
export function timeline(
  options: PanelOptions & {
    readonly thresholds: readonly Threshold[];
    /** Text by value. */
    readonly states: Readonly<Record<string, string>>;
  },
): Builder<Panel> {
  const { queries, thresholds, states, height = 8 } = options;
  return describe(new TimelineBuilder(), { ...options, height })
    .targets(ranges(queries))
    .thresholds(steps(thresholds))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mappings([{
      type: "value",
      options: Object.fromEntries(Object.entries(states).map(([value, text], index) => [value, { text, index }])),
      // deno-lint-ignore no-explicit-any
    } as any])
    .showValue(VisibilityMode.Auto)
    .fillOpacity(80)
    .rowHeight(0.8);
}

type AnyBuilder = GraphBuilder | StatBuilder | TableBuilder | TimelineBuilder;

function describe<B extends AnyBuilder>(builder: B, options: PanelOptions): B {
  const { title, description, unit, width, height = 8, decimals } = options;
  builder.title(title).description(description).unit(unit).datasource(DATASOURCE).span(width).height(height);
  if (decimals !== undefined) builder.decimals(decimals);
  return builder;
}

function steps(thresholds: readonly Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(thresholds.map(([value, color]) => ({ value, color })));
}
