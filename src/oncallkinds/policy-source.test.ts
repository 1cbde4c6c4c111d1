import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, type Live, parseYaml } from "#api";
import { sigmaPolicy, type BurnRatePolicy, type SigmaPolicy } from "#api/oncall/v1";
import { baselineDefault, parsePolicyFile, policyDefault } from "#sigma";
import { specFieldNames } from "./field-names.ts";
import { InvalidObjectError } from "./invalid-object-error.ts";
import {
  burnRatePolicySource,
  type PolicyCheck,
  policyNameOf,
  sigmaPolicySource,
} from "./policy-source.ts";

/** Stands for the parser of PromQL: whoever leaves a parenthesis open is told so. */
const check: PolicyCheck = {
  findExprProblem: (expr) =>
    expr.includes("(") && !expr.includes(")") ? "unclosed left parenthesis" : undefined,
  findRuleProblem: () => undefined,
};

const full = `
expr: up
interval: 30s
baseline: {kind: median, window: 3d, gap: 5m, dataMin: 12h, spreadMin: 0.5, relativeSpreadMin: 0.1}
levels:
  - {name: look, sigmas: 2, action: ticket}
  - {name: wake, sigmas: 4.5, rule: 3/5, action: page-both, backTested: true}
team: web
runbookURL: https://runbooks.example/latency
pageEligible: true
agreeingAlert: BurnRate
mode: active
backTest: {history: 14d, firingsMax: 0, quiet: 1h}
`;

test("a policy of an object is what a file with the same fields says", () => {
  const { file, text } = sigmaPolicySource(sigmaPolicyOf(full), check);
  const written = full.replace(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);
  const values = written
    .replace("_burn_rate", "BurnRate")
    .replace(/\n(?=.)/g, "\n    ")
    .trim();
  const wanted = parsePolicyFile(`sigma_policies:\n  - name: shop/latency\n    ${values}\n`);
  assert.deepEqual(file, wanted);
  assert.deepEqual(parsePolicyFile(text), wanted);
  assert.equal(file.policies[0]?.name, policyNameOf(sigmaPolicyOf(full)));
});

test("every field of a policy is one of the file", () => {
  const fields = [...specFieldNames([sigmaPolicy])];
  assert.deepEqual(
    fields.filter((name) => !full.includes(`${name}:`)),
    [],
  );
});

test("what a policy leaves out is as in files", () => {
  const { file } = sigmaPolicySource(sigmaPolicyOf("{expr: up}"), check);
  const baseline = baselineDefault;
  assert.deepEqual(file.policies, [
    { ...policyDefault, name: "shop/latency", expr: "up", baseline },
  ]);
});

// What is changed in the policy, and what its owner is told.
const mistakes: readonly (readonly [from: string, to: string, said: string])[] = [
  ["expr: up", "expr: sum(up", "spec.expr: unclosed left parenthesis"],
  ["interval: 30s", "interval: 30", 'spec.interval: not a valid duration string: "30"'],
  ["interval: 30s", "interval: 0s", 'spec: policy "shop/latency" needs an interval above 0'],
  ["window: 3d", "window: 1h", "spec.baseline: dataMin is longer than the window"],
  ["3/5", "5/3", 'spec.levels[1].rule: "5/3" is no rule; 3/5 stands for three of five evaluations'],
  ["4.5", "-4.5", 'spec.levels[1]: level "wake" needs a threshold in sigmas above 0'],
  ["name: wake", "name: look", 'spec: policy "shop/latency" has level "look" twice'],
  ["firingsMax: 0", "firingsMax: -1", "spec.backTest: firingsMax cannot be below 0"],
];

for (const [from, to, said] of mistakes) {
  test(`${to}: ${said}`, () => {
    assert.ok(full.includes(from));
    const changed = sigmaPolicyOf(full.replace(from, to));
    assert.throws(() => sigmaPolicySource(changed, check), refusal(said));
  });
}

const objective = `
objective: 0.999
badExpr: sum(rate(bad[$window]))
totalExpr: sum(rate(all[$window]))
`;

test("a service level objective of an object is what a file says", () => {
  const { file } = burnRatePolicySource(burnRatePolicyOf(objective), check);
  assert.deepEqual(file.burnRates, [
    {
      name: "shop/api",
      objective: 0.999,
      badExpr: "sum(rate(bad[$window]))",
      totalExpr: "sum(rate(all[$window]))",
      periodMs: 30 * 86_400_000,
      team: undefined,
      runbookUrl: undefined,
    },
  ]);
});

test("each expression of an objective is checked", () => {
  const broken = burnRatePolicyOf(objective.replace("rate(all[$window]))", "all[$window]"));
  const said = "spec.totalExpr: unclosed left parenthesis";
  assert.throws(() => burnRatePolicySource(broken, check), refusal(said));
  const endless = burnRatePolicyOf(objective.replace("0.999", "1"));
  const why = "spec: objective is the share of good events, between 0 and 1, such as 0.999";
  assert.throws(() => burnRatePolicySource(endless, check), refusal(why));
});

function refusal(said: string) {
  return (error: unknown) => {
    assert.ok(error instanceof InvalidObjectError);
    assert.equal(error.message, said);
    return true;
  };
}

function sigmaPolicyOf(spec: string): Live<SigmaPolicy> {
  return objectOf("latency", spec) as Live<SigmaPolicy>;
}

function burnRatePolicyOf(spec: string): Live<BurnRatePolicy> {
  return objectOf("api", spec) as Live<BurnRatePolicy>;
}

function objectOf(name: string, spec: string): unknown {
  const value = parseYaml(spec)[0]?.value as JsonObject;
  return { metadata: { name, namespace: "shop", uid: name }, spec: value };
}
