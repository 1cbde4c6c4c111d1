import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import type { QueryEngine } from "#promql";
import type { Appendable, Queryable } from "#series";
import { policyDefault } from "#sigma";
import { SigmaThresholds } from "./sigma-policies.ts";

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

test("each policy is back-tested when it comes, once a day, and sooner while it has no series", async () => {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const engine = engineOf((expr) => {
    asked.push(expr);
    if (expr === "broken") throw new Error("too many samples");
    return expr === "empty" ? [] : [{ labels: ["a", "b"], timestampsMs: [], values: [] }];
  });
  const told: string[] = [];
  const thresholds = new SigmaThresholds({
    engine,
    storage: {} as Queryable,
    appendable: {} as Appendable,
    clock,
    log: silentLogger,
    onBackTested: ({ policy, found }) => {
      const seen = "failure" in found ? found.failure : `${found.tested.length} series`;
      told.push(`${policy.name}: ${seen}`);
    },
  });
  const ending = new AbortController();
  const running = thresholds.run(ending.signal);
  /** What was asked for until now, each expression once for each look. */
  const during = async (ms: number) => {
    await clock.advance(ms);
    const looks = asked.splice(0).filter((expr, index, all) => expr !== all[index - 1]);
    return looks.join(" ");
  };
  const apply = (...exprs: readonly string[]) => {
    const policies = exprs.map((expr) => ({ ...policyDefault, ...short, name: expr, expr }));
    thresholds.apply({ policies, burnRates: [] });
  };

  apply("one");
  const first = await during(0);
  apply("one", "two");
  const second = await during(0);
  apply("two", "broken", "empty");
  const third = await during(0);
  const verdicts = ["one", "two", "broken"].map((name) => thresholds.findVerdict(name)?.failure);
  const soon = await during(6 * minuteMs);
  const later = await during(dayMs);
  ending.abort();
  await running;
  assert.deepEqual([first, second, third], ["one", "two", "broken empty"]);
  assert.deepEqual(verdicts, [undefined, "", "too many samples"]);
  assert.equal(soon, "broken empty");
  assert.equal(later.split(" ").filter((expr) => expr === "two").length, 1);
  assert.deepEqual(told.slice(0, 4), [
    "one: 1 series",
    "two: 1 series",
    "broken: too many samples",
    "empty: 0 series",
  ]);
});

/** A history that one query covers. */
const short = {
  baseline: { ...policyDefault.baseline, windowMs: 60 * minuteMs, dataMsMin: minuteMs },
  backTest: { ...policyDefault.backTest, historyMs: dayMs },
};

function engineOf(seriesOf: (expr: string) => readonly object[]): QueryEngine {
  const range = async (expr: string) => ({
    value: { type: "matrix", series: seriesOf(expr) },
  });
  return { range } as unknown as QueryEngine;
}
