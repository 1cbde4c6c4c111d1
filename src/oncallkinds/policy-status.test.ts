import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, type Live, parseYaml } from "#api";
import type { SigmaPolicy } from "#api/oncall/v1";
import { type LevelBackTest, levelsDefault, policyDefault, type SeriesBackTest } from "#sigma";
import type { PolicyCheck } from "./policy-source.ts";
import { type BackTestOutcome, backTestResult, policyConditions } from "./policy-status.ts";
import { sourcesInForce, translatePolicies } from "./translate-policies.ts";

const check: PolicyCheck = {
  findExprProblem: (expr) => (expr === "bad" ? "no good" : undefined),
  findRuleProblem: () => undefined,
};
const hourMs = 3_600_000;
const testedAtMs = Date.parse("2026-03-01T00:00:00Z");
const policy = { ...policyDefault, name: "shop/latency", expr: "up" };
const paging = "expr: up, mode: active, team: web, runbookURL: u, pageEligible: true";

// Each series as `name obstacle? hour hour …`: the hours at which s3-page would have fired.
const busy = resultOf("a - 1 2 9", "b young 5", "c -");

test("a back-test is summed up by level, and listed by series, those with most pages first", () => {
  assert.deepEqual(busy, {
    time: "2026-03-01T00:00:00Z",
    history: "28d",
    pages: 4,
    seriesCount: 3,
    pagingSeriesCount: 2,
    levels: levelsDefault.map(({ name, action, sigmas }) => ({
      name,
      action,
      thresholdMin: sigmas,
      thresholdMax: sigmas,
      firings: name === "s3-page" ? 4 : 0,
      perDayMax: 0.3,
    })),
    series: [
      { labels: { service: "a" }, pages: 3, lastPageTime: "2026-02-01T09:00:00Z" },
      {
        labels: { service: "b" },
        pages: 1,
        lastPageTime: "2026-02-01T05:00:00Z",
        obstacles: ["young"],
      },
      { labels: { service: "c" }, pages: 0 },
    ],
  });
});

const tested = (...series: readonly string[]): BackTestOutcome => ({
  kind: "tested",
  result: resultOf(...series),
});
const failed: BackTestOutcome = { kind: "failed", reason: "too many samples" };
const obstacles =
  "it is in shadow mode, and its series are not marked as page-eligible, and no alert has to agree, and no team owns it, and it has no runbook";

for (const [spec, outcome, ...want] of [
  [paging, tested("a -", "b young"), "Accepted True ", "MayPage True 1 of 2 series may page"],
  [paging, tested("b young"), "Accepted True ", "MayPage False 0 of 1 series may page: young"],
  [paging, tested(), "Accepted True ", "MayPage False the expression had no series in that time"],
  [paging, failed, "Accepted True ", "MayPage False too many samples"],
  [paging, undefined, "Accepted True ", "MayPage Unknown the past was not looked through yet"],
  ["expr: up", tested("a -"), "Accepted True ", `MayPage False ${obstacles}`],
  ["expr: bad", undefined, "Accepted False spec.expr: no good", "MayPage False it is not in force"],
] as const) {
  test(`{${spec}} after ${outcome?.kind ?? "nothing"}: ${want.join("; ")}`, () => {
    const [verdict] = translatePolicies(
      { sigma: [objectOf(spec)], burnRates: [] },
      { check, before: new Map() },
    );
    assert.ok(verdict);
    const state = { outcome, engine: "taken" as const };
    assert.deepEqual(show(policyConditions(verdict, state)), want);
  });
}

test("a bad edit leaves the old version in force, and what is known of it", () => {
  const context = { check, before: new Map() };
  const first = translatePolicies({ sigma: [objectOf(paging)], burnRates: [] }, context);
  const edited = objectOf(paging.replace("up", "bad"));
  const [verdict] = translatePolicies(
    { sigma: [edited], burnRates: [] },
    { check, before: sourcesInForce(first) },
  );
  assert.ok(verdict);
  assert.equal(verdict.source?.file.policies[0]?.expr, "up");
  const state = { outcome: tested("a -"), engine: "taken" as const };
  assert.deepEqual(show(policyConditions(verdict, state)), [
    "Accepted False spec.expr: no good; what it said before stays in force",
    "MayPage True 1 of 1 series may page",
  ]);
});

test("a policy that the engine did not take is not said to be in force", () => {
  const context = { check, before: new Map() };
  const [verdict] = translatePolicies({ sigma: [objectOf(paging)], burnRates: [] }, context);
  assert.ok(verdict);
  const state = { outcome: undefined, engine: "refused" as const };
  assert.deepEqual(show(policyConditions(verdict, state)), [
    "Accepted Unknown the engine keeps what it had, because a file of its own is not valid; its log says which",
    "MayPage Unknown the past was not looked through yet",
  ]);
});

function show(conditions: ReturnType<typeof policyConditions>): readonly string[] {
  return conditions.map(({ type, status, message }) => `${type} ${status} ${message}`);
}

function resultOf(...series: readonly string[]) {
  return backTestResult(policy, series.map(seriesOf), testedAtMs);
}

function seriesOf(text: string): SeriesBackTest {
  const [name = "", obstacle = "-", ...hours] = text.split(" ");
  const firings = hours.map((hour) => {
    const startMs = Date.parse("2026-02-01T00:00:00Z") + Number(hour) * hourMs;
    return { startMs, endMs: startMs + 60_000, sigmas: 4 };
  });
  const levels = levelsDefault.map(
    (level): LevelBackTest => ({
      level,
      threshold: level.sigmas,
      firings: level.name === "s3-page" ? firings : [],
      perDayMax: 0.1,
    }),
  );
  return {
    labels: ["service", name],
    judgedCount: 1,
    judgedDays: 28,
    effectiveCount: 100,
    lagOne: 0,
    levels,
    obstacles: obstacle === "-" ? [] : [obstacle],
  };
}

function objectOf(spec: string): Live<SigmaPolicy> {
  const value = parseYaml(`{${spec}}`)[0]?.value as JsonObject;
  const metadata = { name: "latency", namespace: "shop", uid: "1" };
  return { metadata, spec: value } as unknown as Live<SigmaPolicy>;
}
