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

/** Appends the values of `latency` minute by minute and evaluates all rules at each. */
async function evaluate(policy: SigmaPolicy, values: Float64Array) {
  const storage = new MemoryStorage();
  const engine = createEngine({ clock: new VirtualClock() });
  const { rules } = policyRules(policy);
  const alerts: string[] = [];
  for (const [index, value] of values.entries()) {
    const timeMs = index * minuteMs;
    if (!Number.isNaN(value)) await record(storage, ["latency", []], timeMs, value);
    for (const level of ["s3-page", "s6"]) {
      const labels = [["sigma_level", level] as const, ...labelled(policy)];
      await record(storage, [sigmaSeries.threshold, labels], timeMs, 3.5);
    }
    for (const rule of rules) {
      const { value: result } = await engine.instant(rule.expr, { timeMs }, storage, signal);
      assert.equal(result.type, "vector");
      const [sample] = result.type === "vector" ? result.samples : [];
      if (sample === undefined) continue;
      if ("alert" in rule) alerts.push(`${index} ${rule.alert} ${rule.labels["severity"]}`);
      else await record(storage, [rule.record, labelled(policy)], timeMs, sample.value);
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
    const { storage, engine } = await evaluate(policy, values);
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
    const { alerts } = await evaluate(policyOf("mean"), values);
    assert.deepEqual(
      [...new Set(alerts.map((line) => line.slice(line.indexOf(" ") + 1)))],
      ["Sigma_s3-ticket ticket", "Sigma_s3-page page"],
    );
    assert.deepEqual(alerts[0], "151 Sigma_s3-ticket ticket");
    assert.ok(alerts.includes("152 Sigma_s3-page page"), alerts.join("\n"));
    assert.ok(!alerts.includes("151 Sigma_s3-page page"));
  }
});

test("a series that stops is an alert after five minutes", async () => {
  const values = new Float64Array(100).fill(10).map((value, index) => value + (index % 2));
  values.fill(Number.NaN, 90);
  const { alerts } = await evaluate(policyOf("mean"), values);
  // Five minutes after the last value that the selector still found, which is four minutes old then.
  assert.equal(alerts[0], "98 Sigma_no_data page");
});

test("what a policy may not do, its rules do not ask for", () => {
  const rows: readonly (readonly [Partial<SigmaPolicy>, string])[] = [
    [{}, "page"],
    [{ mode: "shadow" }, "none held back: page"],
    [{ isPageEligible: false }, "ticket held back: page"],
    [{ isPageEligible: false, agreeingAlert: "BurnRate" }, "page"],
    [{ team: undefined }, "ticket held back: page"],
    [{ runbookUrl: undefined }, "ticket held back: page"],
  ];
  for (const [change, expected] of rows) {
    const { rules } = policyRules({ ...policyOf("mean"), ...change });
    const page = rules.find((rule) => "alert" in rule && rule.alert === "Sigma_s3-page");
    const { severity, sigma_held_back: held } = page?.labels ?? {};
    assert.equal(`${severity}${held === undefined ? "" : ` held back: ${held}`}`, expected);
  }
});

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
