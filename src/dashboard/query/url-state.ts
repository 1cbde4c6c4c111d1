/**
 * What the query page shows, as the address says it. The names are those of Prometheus' own page, so
 * that links to it, in alerts and chats, work here: `g0.expr`, `g0.tab`, `g0.range_input`, ….
 */
import {
  type Density,
  findDurationMs,
  findTimeMs,
  formatDurationMs,
  formatTime,
  type Resolution,
} from "./time-range.ts";

export type PanelTab = "table" | "graph" | "explain";

export interface PanelState {
  readonly expr: string;
  readonly tab: PanelTab;
  /** When the table looks; undefined means now. */
  readonly momentMs: number | undefined;
  readonly rangeMs: number;
  /** Where the graph ends; undefined means now. */
  readonly endMs: number | undefined;
  readonly resolution: Resolution;
  readonly isStacked: boolean;
  readonly startsAtZero: boolean;
  readonly showsExemplars: boolean;
  readonly showsTree: boolean;
}

export const newPanel: PanelState = {
  expr: "",
  tab: "table",
  momentMs: undefined,
  rangeMs: 3_600_000,
  endMs: undefined,
  resolution: { kind: "auto", density: "medium" },
  isStacked: false,
  startsAtZero: false,
  showsExemplars: false,
  showsTree: false,
};

const panelsMax = 50;

/** The panels of an address' query, in order; one empty panel when it names none. */
export function readPanels(search: string): readonly PanelState[] {
  const params = new URLSearchParams(search);
  const panels: PanelState[] = [];
  while (panels.length < panelsMax && params.has(`g${panels.length}.expr`)) {
    const index = panels.length;
    panels.push(readPanel((name) => params.get(`g${index}.${name}`) ?? ""));
  }
  return panels.length === 0 ? [newPanel] : panels;
}

function readPanel(get: (name: string) => string): PanelState {
  const stepMs = Number(get("res_step") || get("step_input")) * 1_000;
  const density = densities.find((one) => one === get("res_density")) ?? "medium";
  return {
    expr: get("expr"),
    tab: readTab(get("tab")),
    momentMs: findTimeMs(get("moment_input"), "utc"),
    rangeMs: findDurationMs(get("range_input")) ?? newPanel.rangeMs,
    endMs: findTimeMs(get("end_input"), "utc"),
    resolution: stepMs > 0 ? { kind: "fixed", stepMs } : { kind: "auto", density },
    isStacked: get("display_mode") === "stacked" || get("stacked") === "1",
    startsAtZero: get("y_axis_min") === "0",
    showsExemplars: get("show_exemplars") === "1",
    showsTree: get("show_tree") === "1",
  };
}

const densities: readonly Density[] = ["low", "medium", "high"];

/** Older pages numbered their tabs. */
function readTab(text: string): PanelTab {
  if (text === "0" || text === "graph") return "graph";
  return text === "explain" ? "explain" : "table";
}

/** The address' query for these panels, without its question mark. */
export function writePanels(panels: readonly PanelState[]): string {
  const params = new URLSearchParams();
  for (const [index, panel] of panels.entries()) {
    for (const [name, value] of writtenPanel(panel)) params.set(`g${index}.${name}`, value);
  }
  return params.toString();
}

function writtenPanel(panel: PanelState): readonly (readonly [string, string])[] {
  const { resolution } = panel;
  const isFixed = resolution.kind === "fixed";
  const entries: readonly (readonly [string, string] | undefined)[] = [
    ["expr", panel.expr],
    ["show_tree", panel.showsTree ? "1" : "0"],
    ["tab", panel.tab],
    timeEntry("end_input", panel.endMs),
    timeEntry("moment_input", panel.momentMs),
    ["range_input", formatDurationMs(panel.rangeMs)],
    ["res_type", isFixed ? "fixed" : "auto"],
    isFixed ? ["res_step", String(resolution.stepMs / 1_000)] : ["res_density", resolution.density],
    ["display_mode", panel.isStacked ? "stacked" : "lines"],
    panel.startsAtZero ? ["y_axis_min", "0"] : undefined,
    ["show_exemplars", panel.showsExemplars ? "1" : "0"],
  ];
  return entries.filter((entry) => entry !== undefined);
}

function timeEntry(name: string, timeMs: number | undefined) {
  return timeMs === undefined ? undefined : ([name, formatTime(timeMs, "utc")] as const);
}
