import assert from "node:assert/strict";
import { test } from "node:test";
import { newPanel, type PanelState, readPanels, writePanels } from "./url-state.ts";

const full: PanelState = {
  expr: 'rate(up{job="a b"}[5m])',
  tab: "graph",
  momentMs: Date.UTC(2026, 10, 22, 13, 5, 7),
  rangeMs: 5_400_000,
  endMs: Date.UTC(2026, 0, 1),
  resolution: { kind: "fixed", stepMs: 15_000 },
  isStacked: true,
  startsAtZero: true,
  showsExemplars: true,
  showsTree: true,
};

test("an address holds everything that panels show", () => {
  assert.deepEqual(readPanels(writePanels([full, newPanel, full])), [full, newPanel, full]);
});

test("links to Prometheus' page work, old and new", () => {
  const read = (search: string) => {
    const [panel = newPanel] = readPanels(search);
    const { expr, tab, rangeMs, isStacked } = panel;
    return [expr, tab, rangeMs, isStacked];
  };
  assert.deepEqual(read("?g0.expr=up&g0.tab=0&g0.stacked=1&g0.range_input=2d"), [
    "up",
    "graph",
    172_800_000,
    true,
  ]);
  assert.deepEqual(read("?g0.expr=up&g0.tab=1"), ["up", "table", 3_600_000, false]);
});

test("an address without panels shows one empty panel", () => {
  assert.deepEqual(readPanels(""), [newPanel]);
  assert.deepEqual(readPanels("?g1.expr=up"), [newPanel]);
});

test("nonsense in an address falls back to what a new panel has", () => {
  const search = "?g0.expr=up&g0.range_input=long&g0.end_input=noon&g0.res_step=x&g0.tab=?";
  assert.deepEqual(readPanels(search), [{ ...newPanel, expr: "up" }]);
});
