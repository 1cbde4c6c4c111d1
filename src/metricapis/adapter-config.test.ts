import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAdapterConfig } from "./adapter-config.ts";

test("a whole file is read", () => {
  const text = `
rules:
- seriesQuery: '{__name__=~"^container_.*",pod!=""}'
  seriesFilters: [{is: a}, {isNot: b}]
  resources:
    template: kube_<<.Resource>>
    overrides: {brand: {group: cheese.io, resource: brand}}
  name: {matches: ^(.*)_total$, as: ""}
  metricsQuery: sum(<<.Series>>) by (<<.GroupBy>>)
externalRules:
- seriesQuery: queue
  resources: {namespaced: false}
resourceRules:
  cpu:
    containerQuery: a
    nodeQuery: b
    resources: {overrides: {node: {resource: node}}}
    containerLabel: container
  memory: {containerQuery: c}
  window: 5m
`;
  const noName = { matches: "", as: "" };
  assert.deepEqual(parseAdapterConfig(text), {
    rules: [
      {
        seriesQuery: '{__name__=~"^container_.*",pod!=""}',
        seriesFilters: [
          { is: "a", isNot: "" },
          { is: "", isNot: "b" },
        ],
        resources: {
          template: "kube_<<.Resource>>",
          overrides: new Map([["brand", { group: "cheese.io", resource: "brand" }]]),
          namespaced: true,
        },
        name: { matches: "^(.*)_total$", as: "" },
        metricsQuery: "sum(<<.Series>>) by (<<.GroupBy>>)",
      },
    ],
    externalRules: [
      {
        seriesQuery: "queue",
        seriesFilters: [],
        resources: { template: "", overrides: new Map(), namespaced: false },
        name: noName,
        metricsQuery: "",
      },
    ],
  });
});

const refused: readonly (readonly [text: string, problem: string])[] = [
  ["rules: 1", "rules: expected a list"],
  ["[]", "the file: expected a mapping"],
  ["rule: []", "rule: field not found"],
  ["rules: [{seriesquery: a}]", "rules[0].seriesquery: field not found"],
  ["rules: [{name: {match: a}}]", "rules[0].name.match: field not found"],
  ["rules: [{seriesQuery: [a]}]", "rules[0].seriesQuery: expected a text"],
  [
    "rules: [{resources: {namespaced: 3}}]",
    "rules[0].resources.namespaced: expected true or false",
  ],
  ["resourceRules: {gpu: {}}", "resourceRules.gpu: field not found"],
];

for (const [text, problem] of refused) {
  test(`the file {${text}} is refused: ${problem}`, () => {
    assert.throws(() => parseAdapterConfig(text), { name: "RuleError", message: problem });
  });
}

test("an empty file has no rules, and one that is no YAML is refused", () => {
  assert.deepEqual(parseAdapterConfig(""), { rules: [], externalRules: [] });
  assert.throws(() => parseAdapterConfig("rules: ["), /^RuleError: unable to parse metrics disc/);
});
