import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLabelSelector } from "#api";
import { parseAdapterConfig } from "./adapter-config.ts";
import { findApiResource, parseGroupResource } from "./api-resource.ts";
import { MetricRule } from "./metric-rule.ts";

const sum = "sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)";
const byLabels = "resources: {overrides: {ns: {resource: namespace}, pod: {resource: pods}}}";
const byTemplate = 'resources: {template: "kube_<<.Resource>>"}';
const withGroup = 'resources: {template: "k_<<.Group>>_<<.Resource>>"}';

// Rule, resource, namespace, names, selector, and the query for the series `hits`.
const objectQueries: readonly (readonly [
  rule: string,
  resource: string,
  place: string,
  selector: string,
  query: string,
])[] = [
  [byLabels, "pods", "blue a", "", 'sum(hits{ns="blue",pod="a"}) by (pod)'],
  [byLabels, "pods", "blue a b", "", 'sum(hits{ns="blue",pod=~"a|b"}) by (pod)'],
  [byLabels, "namespaces", " blue", "", 'sum(hits{ns="blue"}) by (ns)'],
  [byLabels, "pods", "blue a", "code=200", 'sum(hits{code="200",ns="blue",pod="a"}) by (pod)'],
  [byLabels, "pods", "blue a", "code==200", 'sum(hits{code="200",ns="blue",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "c!=1", 'sum(hits{c!="1",ns="b",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "c in (2,1)", 'sum(hits{c=~"1|2",ns="b",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "c in (1)", 'sum(hits{c=~"1",ns="b",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "c notin (1)", 'sum(hits{c!~"1",ns="b",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "c notin (1,2)", 'sum(hits{c!~"1|2",ns="b",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "c", 'sum(hits{c!="",ns="b",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "!c", 'sum(hits{c="",ns="b",pod="a"}) by (pod)'],
  [byLabels, "pods", "b a", "c>1", "error: operator not supported by prometheus"],
  [
    byLabels,
    "services",
    "b a",
    "",
    "error: unable to convert resource services into label: no generic resource label form specified for this metric",
  ],
  [
    byTemplate,
    "deployments.apps",
    "b a",
    "",
    'sum(hits{kube_namespace="b",kube_deployment="a"}) by (kube_deployment)',
  ],
  [
    withGroup,
    "ingresses.networking.k8s.io",
    "b a",
    "",
    'sum(hits{k__namespace="b",k_networking_k8s_io_ingress="a"}) by (k_networking_k8s_io_ingress)',
  ],
];

for (const [rule, resource, place, selector, query] of objectQueries) {
  test(`a metric of ${resource} ${place}, ${selector || "all series"}: ${query}`, () => {
    const [namespace = "", ...names] = place.split(" ");
    const found = findApiResource(parseGroupResource(resource));
    assert.ok(found);
    const made = outcomeOf(() =>
      ruleOf(`${rule}\nmetricsQuery: '${sum}'`).objectsQuery("hits", {
        resource: found,
        namespace,
        names,
        selector: parseLabelSelector(selector),
      }),
    );
    assert.equal(made, query);
  });
}

test("templates see values and groups one by one", () => {
  const rule = ruleOf(
    `${byLabels}\nmetricsQuery: 'x{a=~"<<index .LabelValuesByName "ns">>"} <<range .GroupBySlice>>[<<.>>]<<end>>'`,
  );
  const resource = findApiResource({ group: "", resource: "pod" });
  assert.ok(resource);
  const selector = parseLabelSelector("");
  const asked = { resource, namespace: "blue", names: ["a", "b"], selector };
  assert.equal(rule.objectsQuery("hits", asked), 'x{a=~"blue"} [pod]');
});

const externalQueries: readonly (readonly [rule: string, selector: string, query: string])[] = [
  [byLabels, "", 'sum(hits{ns="blue"}) by ()'],
  [byLabels, "queue=mail", 'sum(hits{queue="mail",ns="blue"}) by ()'],
  ["resources: {namespaced: false}", "", "sum(hits{}) by ()"],
  [
    "name: {as: hits}",
    "",
    "error: unable to convert resource namespaces into label: no generic resource label form specified for this metric",
  ],
];

for (const [rule, selector, query] of externalQueries) {
  test(`an external metric by ${rule}, ${selector || "all series"}: ${query}`, () => {
    const made = outcomeOf(() =>
      ruleOf(`${rule}\nmetricsQuery: '${sum}'`).externalQuery(
        "hits",
        "blue",
        parseLabelSelector(selector),
      ),
    );
    assert.equal(made, query);
  });
}

const names: readonly (readonly [rule: string, metric: string, name: string])[] = [
  ["", "hits_total", "hits_total"],
  ["name: {matches: ^(.*)_total$}", "hits_total", "hits"],
  ["name: {matches: ^(.*)_total$}", "hits", "-"],
  ["name: {matches: '^(.*)_total$', as: '${1}_per_second'}", "hits_total", "hits_per_second"],
  ["name: {matches: '^(.*)_total$', as: '$1_per_second'}", "hits_total", ""],
  ["name: {matches: hits}", "my_hits_total", "hits"],
  ["name: {as: fixed}", "anything", "fixed"],
  ["name: {matches: '^(?P<what>a.*)_(?P<unit>b.*)$', as: '$unit-$what'}", "ax_by", "by-ax"],
  ["seriesFilters: [{is: ^a}]", "abc", "abc"],
  ["seriesFilters: [{is: ^a}]", "bc", "-"],
  ["seriesFilters: [{is: a}, {isNot: c$}]", "abc", "-"],
  ["seriesFilters: [{is: a}, {isNot: c$}]", "ab", "ab"],
];

for (const [rule, metric, name] of names) {
  test(`by {${rule}} ${metric} is called ${name || "nothing"}`, () => {
    assert.equal(ruleOf(`${rule}\nmetricsQuery: x`).findName(metric) ?? "-", name);
  });
}

const about = 'associated with series query "up"';
const broken: readonly (readonly [rule: string, problem: string])[] = [
  ["name: {matches: '(a)(b)'}", `must specify an 'as' value for name matcher "(a)(b)" ${about}`],
  [
    "name: {matches: '('}",
    `unable to compile series name match "(" ${about}: error parsing regexp: missing closing ): \`(\``,
  ],
  [
    "seriesFilters: [{}]",
    `unable to generate series name filter ${about}: must have either an \`is\` or \`isNot\` expression in a filter`,
  ],
  [
    "seriesFilters: [{is: a, isNot: b}]",
    `unable to generate series name filter ${about}: cannot have both an \`is\` ("a") and \`isNot\` ("b") expression in a single filter`,
  ],
  [
    "resources: {template: 'kube'}",
    'unable to generate label format from template "kube": must include at least `{{.Resource}}` in the label template',
  ],
  [
    "resources: {overrides: {brand: {group: cheese.io, resource: brand}}}",
    "unable to normalize group-resource brand.cheese.io: no matches for /, Resource=brand",
  ],
];

for (const [rule, problem] of broken) {
  test(`a rule with {${rule}} is refused`, () => {
    assert.equal(
      outcomeOf(() => ruleOf(`${rule}\nmetricsQuery: x`).seriesQuery),
      `error: ${problem}`,
    );
  });
}

test("a query that is no template, or makes nothing, is refused", () => {
  assert.match(
    outcomeOf(() => ruleOf("metricsQuery: 'a << b'").seriesQuery),
    /^error: unable to parse metrics query template "a << b": template: metrics-query:1:/,
  );
  const empty = ruleOf(`${byLabels}\nmetricsQuery: ''`);
  assert.equal(
    outcomeOf(() => empty.externalQuery("a", "b", parseLabelSelector(""))),
    "error: empty metrics query produced by metrics query template",
  );
});

function ruleOf(text: string): MetricRule {
  const lines = ["seriesQuery: up", ...text.split("\n")].map((line) => `    ${line}`);
  const [rule] = parseAdapterConfig(`rules:\n  -\n${lines.join("\n")}`).rules;
  assert.ok(rule);
  return new MetricRule(rule);
}

function outcomeOf(make: () => string): string {
  try {
    return make();
  } catch (error) {
    assert.ok(error instanceof Error);
    return `error: ${error.message}`;
  }
}
