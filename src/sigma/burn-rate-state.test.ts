import assert from "node:assert/strict";
import { test } from "node:test";
import type { BurnRatePolicy } from "./burn-rate.ts";
import { burnRateState, burnRateWindows } from "./burn-rate-state.ts";

const hourMs = 3_600_000;
const policy: BurnRatePolicy = {
  name: "api",
  objective: 0.999,
  badExpr: "bad[$window]",
  totalExpr: "all[$window]",
  periodMs: 720 * hourMs,
  team: undefined,
  runbookUrl: undefined,
};

function stateOf(ratios: Readonly<Record<number, number>>) {
  const byMs = Object.entries(ratios).map(([hours, ratio]) => [Number(hours) * hourMs, ratio]);
  return burnRateState(policy, { name: "{}", ratios: new Map(byMs as [number, number][]) });
}

test("the windows of all levels and the period are asked for, each once", () => {
  const hours = burnRateWindows(policy).map((ms) => ms / hourMs);
  assert.deepEqual(hours, [1 / 12, 0.5, 1, 2, 6, 24, 72, 720]);
});

test("what is spent of the period's budget is not left", () => {
  assert.equal(stateOf({ 720: 0.00025 }).budgetLeft?.toFixed(2), "0.75");
  assert.equal(stateOf({ 720: 0.002 }).budgetLeft?.toFixed(2), "-1.00");
  assert.equal(stateOf({ 720: 0 }).budgetLeft, 1);
  assert.equal(stateOf({ 720: Number.NaN }).budgetLeft, null);
});

test("a level is beyond its rate when both of its windows are", () => {
  const [fast] = stateOf({ 1: 0.02, [1 / 12]: 0.02 }).levels;
  assert.deepEqual([fast?.longBurn, fast?.shortBurn, fast?.isFiring], [20, 20, true]);
  assert.equal(stateOf({ 1: 0.02, [1 / 12]: 0.001 }).levels[0]?.isFiring, false);
  assert.equal(stateOf({ 1: 0.02 }).levels[0]?.isFiring, false);
  assert.equal(stateOf({ 1: 0.02 }).levels[0]?.spent, 0.02);
});
