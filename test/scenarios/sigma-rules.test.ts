/** The rules made of sigma policies, evaluated as a server does, against the back-test's arithmetic. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "#base/testing";
import { createEngine, type VectorSample } from "#promql";
import { MemoryStorage } from "#promql/testing";
import { labelsOf } from "#series";
import {
  baselineDefault,
  type BaselineSpec,
  policyDefault,
  policyRules,
  seriesScores,
  type SigmaPolicy,
  type SigmaRule,
  sigmaSeries,
} from "#sigma";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const pageLevels = ["s3-page", "s6"];
const signal = new AbortController().signal;

function policyOf(kind: BaselineSpec["kind"]): SigmaPolicy {
  const window = { windowMs: 2 * hourMs, gapMs: 10 * minuteMs, dataMsMin: hourMs };
  return {
    ...policyDefault,
    name: "latency",
    expr: "latency",
    team: "payments",
    runbookUrl: "https://runbooks.example/latency",
    isPageEligible: true,
    mode: "active",
    baseline: { ...baselineDefault, ...window, kind },
  };
}

/**
 * Appends the values of `latency` minute by minute and evaluates all rules at each. The back-test has
 * found a threshold for the levels in `tested`.
 */
async function evaluate(policy: SigmaPolicy, values: Float64Array, tested: readonly string[]) {
  const storage = new MemoryStorage();
  const engine = createEngine({ clock: new VirtualClock() });
  const { rules } = policyRules(policy);
  const alerts: string[] = [];
  for (const [index, value] of values.entries()) {
    const timeMs = index * minuteMs;
    if (!Number.isNaN(value)) await record(storage, ["latency", []], timeMs, value);
    for (const level of tested) {
      const labels = [["sigma_level", level] as const, ...labelled(policy)];
      await record(storage, [sigmaSeries.threshold, labels], timeMs, 3.5);
    }
    for (const rule of rules) {
      const { value: result } = await engine.instant(rule.expr, { timeMs }, storage, signal);
      assert.equal(result.type, "vector");
      const [sample] = result.type === "vector" ? result.samples : [];
      if (sample === undefined) continue;
      if ("alert" in rule) {
        const { severity, sigma_held_back: held } = rule.labels;
        const why = held === undefined ? "" : `, no ${held}: ${rule.annotations["held_back"]}`;
        alerts.push(`${index} ${rule.alert} ${severity}${why}`);
      } else await record(storage, [rule.record, labelled(policy)], timeMs, sample.value);
    }
  }
  return { storage, engine, alerts };
}

test("rules and back-test agree on every z-score", async () => {
  for (const kind of ["mean", "median"] as const) {
    const random = seededRandom(1);
    const values = Float64Array.from({ length: 300 }, () => 100 + 30 * random.fraction());
    // Scrapes go missing now and then.
    for (const gap of [20, 150, 151]) values[gap] = Number.NaN;
    const policy = policyOf(kind);
    const { storage, engine } = await evaluate(policy, values, pageLevels);
    // A selector looks back for five minutes: the value before a gap stands for what is missing.
    for (const gap of [20, 150, 151]) values[gap] = values[gap - 1] ?? Number.NaN;
    const expected = seriesScores(policy, values);
    for (const index of [60, 71, 72, 100, 152, 153, 200, 299]) {
      const at = { timeMs: index * minuteMs, lookbackMs: minuteMs - 1 };
      const { value } = await engine.instant(sigmaSeries.z, at, storage, signal);
      const [sample]: readonly VectorSample[] = value.type === "vector" ? value.samples : [];
      const want = expected[index] ?? Number.NaN;
      assert.ok(
        Number.isNaN(want) ? sample === undefined : Math.abs((sample?.value ?? 0) - want) < 1e-9,
        `${kind} ${index}: ${sample?.value} instead of ${want}`,
      );
    }
  }
});

test("a shift opens a ticket, then pages; three sigma below count as above", async () => {
  for (const side of [1, -1]) {
    const random = seededRandom(2);
    const values = Float64Array.from({ length: 200 }, () => 100 + 20 * (random.fraction() - 0.5));
    for (let index = 150; index < 156; index++) values[index] = 100 + side * 30;
    const { alerts } = await evaluate(policyOf("mean"), values, pageLevels);
    assert.deepEqual(
      [...new Set(alerts.map((line) => line.slice(line.indexOf(" ") + 1)))],
      ["Sigma_s3-ticket ticket", "Sigma_s3-page page", "Sigma_s2 note"],
    );
    assert.deepEqual(alerts[0], "151 Sigma_s3-ticket ticket");
    assert.ok(alerts.includes("152 Sigma_s3-page page"), alerts.join("\n"));
    assert.ok(!alerts.includes("151 Sigma_s3-page page"));
  }
});

test("a series that stops is an alert after five minutes", async () => {
  const values = new Float64Array(100).fill(10).map((value, index) => value + (index % 2));
  values.fill(Number.NaN, 90);
  const { alerts } = await evaluate(policyOf("mean"), values, pageLevels);
  // Five minutes after the last value that the selector still found, which is four minutes old then.
  assert.equal(alerts[0], "98 Sigma_no_data page");
});

const untested = "its back-test has found no threshold that may page, as `wherry sigma test` shows";

// What is different of a policy, and what a shift of five sigma does then in place of the page.
const heldBack: readonly (readonly [Partial<SigmaPolicy>, readonly string[], string])[] = [
  [{}, pageLevels, "page"],
  [{}, [], `ticket, no page: ${untested}`],
  [{ mode: "shadow" }, pageLevels, "none, no page: it is in shadow mode"],
  [
    { isPageEligible: false },
    pageLevels,
    "ticket, no page: its series are not marked as page-eligible, and no alert has to agree",
  ],
  [
    { isPageEligible: false, agreeingAlert: "BurnRate" },
    pageLevels,
    "ticket, no page: BurnRate does not fire",
  ],
  [{ team: undefined }, pageLevels, "ticket, no page: no team owns it"],
  [{ runbookUrl: undefined }, pageLevels, "ticket, no page: it has no runbook"],
  [
    { runbookUrl: undefined, mode: "shadow" },
    [],
    `none, no page: it is in shadow mode, and it has no runbook, and ${untested}`,
  ],
];

for (const [change, tested, expected] of heldBack) {
  test(`with ${JSON.stringify(change)} and ${tested.length} thresholds: ${expected}`, async () => {
    const random = seededRandom(2);
    const values = Float64Array.from({ length: 156 }, () => 100 + 20 * (random.fraction() - 0.5));
    for (let index = 150; index < values.length; index++) values[index] = 130;
    const { alerts } = await evaluate({ ...policyOf("mean"), ...change }, values, tested);
    const pages = alerts.filter((line) => line.includes("Sigma_s3-page"));
    assert.equal(pages[0], `152 Sigma_s3-page ${expected}`);
  });
}

test("all baselines are PromQL", async () => {
  const engine = createEngine({ clock: new VirtualClock() });
  for (const kind of ["mean", "median", "seasonal"] as const) {
    const policy = { ...policyOf(kind), agreeingAlert: "BurnRate" };
    for (const { expr } of policyRules(policy).rules satisfies readonly SigmaRule[]) {
      await engine.instant(expr, { timeMs: 0 }, new MemoryStorage(), signal);
    }
  }
});

function labelled(policy: SigmaPolicy): readonly (readonly [string, string])[] {
  return [["sigma_policy", policy.name]];
}

async function record(
  storage: MemoryStorage,
  [name, labels]: readonly [string, readonly (readonly [string, string])[]],
  timeMs: number,
  value: number,
): Promise<void> {
  const appender = storage.appender();
  const ref = appender.seriesRef(labelsOf([["__name__", name], ...labels]));
  appender.appendFloat(ref, timeMs, value, 0);
  await appender.commit();
}
