import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExpr } from "#promql";
import type { RuleSpec } from "../file/rule-spec.ts";
import { evaluationBatches } from "./dependencies.ts";

// Rules as "name: expression", alerts with a "!"; and the batches of their places.
for (const [why, rules, want] of [
  ["independent rules go together", ["a: up", "b: down", "!c: up == 0"], "0 1 2"],
  ["what reads another comes later", ["a: up", "b: sum(a)", "c: down"], "0 2, 1"],
  ["a chain goes one by one in its middle", ["a: up", "b: a", "c: b", "d: c"], "0, 1, 2, 3"],
  ["a name may be matched by an expression", ["a:x: up", "b: {__name__=~'a:.+'}"], "0, 1"],
  ["a reader of a later rule does not wait for it", ["a: b", "b: up"], "0 1"],
  ["ALERTS reads alerts", ["!a: up", "b: ALERTS", "c: ALERTS_FOR_STATE{alertname='z'}"], "0 2, 1"],
  ["a selector without a name may read anything", ["a: up", "b: {job='x'}", "c: down"], "0, 1, 2"],
] as const) {
  test(`${why}: ${rules.join("; ")}`, () => {
    const batches = evaluationBatches(rules.map(specOf));
    assert.equal(batches.map((batch) => batch.join(" ")).join(", "), want);
  });
}

function specOf(text: string): RuleSpec {
  const [, bang, name = "", query = ""] = /^(!?)(\S+): (.*)$/.exec(text) ?? [];
  const shared = { name, query, expr: parseExpr(query), labels: [] };
  if (bang === "") return { kind: "recording", ...shared };
  return { kind: "alerting", ...shared, forMs: 0, keepFiringForMs: 0, annotations: [] };
}
