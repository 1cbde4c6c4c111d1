/** Both groups, asked as the API server asks them, with rules and series of a small shop. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, StatusError } from "#api";
import { VirtualClock } from "#base/testing";
import { CatalogKeeper, type RuleFile, type RuleReport } from "./catalog-keeper.ts";
import { customMetricsGroup } from "./custom-metrics.ts";
import { externalMetricsGroup, externalRules } from "./external-metrics.ts";
import type { MetricGroup } from "./metric-group.ts";
import {
  type PromQueries,
  QueriesUnavailable,
  type QueriedValue,
  QueryRefusal,
  type SeriesShape,
} from "./prom-queries.ts";

const series: readonly SeriesShape[] = [
  { metric: "hits_total", labels: ["namespace", "pod", "job", "instance"] },
  { metric: "queue_depth", labels: ["namespace", "queue"] },
  { metric: "load", labels: ["node", "namespace"] },
  { metric: "outside_jobs", labels: ["job", "instance"] },
];

/** Queries and what they give, as `labels=value …`; a number alone is a scalar. */
const answers: Readonly<Record<string, string>> = {
  'sum(rate(hits_total{namespace="shop",pod=~"a|b|c"}[2m])) by (pod)': "pod:a=0.0334 pod:b=1500",
  'sum(rate(hits_total{namespace="shop",pod="a"}[2m])) by (pod)': "pod:a=NaN",
  'sum(rate(hits_total{namespace="shop",pod="b"}[2m])) by (pod)': "",
  'sum(rate(hits_total{code="200",namespace="shop",pod="a"}[2m])) by (pod)': "pod:a=7",
  'sum(rate(hits_total{namespace="shop"}[2m])) by (namespace)': "namespace:shop=12",
  'sum(queue_depth{namespace="shop"}) by (namespace)': "namespace:shop=5",
  'sum(load{node="n1"}) by (node)': "node:n1=-2.5",
  'max(queue_depth{queue="mail",namespace="shop"})': "queue:mail=3 queue:post=4",
  'max(queue_depth{namespace="default"})': "42",
  'max(queue_depth{namespace="empty"})': "",
  'sum(queue_depth{namespace="shop"})': "5",
  'sum(rate(hits_total{namespace="shop"}[2m]))': "12",
  "sum(outside_jobs{})": "9",
  'sum(outside_jobs{job="a"})': "4",
};

const config = `externalRules:
- seriesQuery: '{__name__="queue_depth"}'
  resources: {overrides: {namespace: {resource: namespace}}}
  metricsQuery: max(<<.Series>>{<<.LabelMatchers>>})
`;

/** Custom metrics have the time of the question, external ones that of the answer. */
const time = "2026-01-01T00:00:00Z";
const answerTime = "1970-01-01T00:00:00Z";
const pod = (name: string) => ({ kind: "Pod", namespace: "shop", name, apiVersion: "/v1" });
const shop = { kind: "Namespace", name: "shop", apiVersion: "/v1" };

const custom: readonly (readonly [path: string, answer: string | readonly JsonObject[]])[] = [
  [
    "v1beta1 shop/pods/*/hits",
    [
      {
        describedObject: pod("a"),
        metricName: "hits",
        timestamp: time,
        value: "33m",
        selector: null,
      },
      {
        describedObject: pod("b"),
        metricName: "hits",
        timestamp: time,
        value: "1500",
        selector: null,
      },
    ],
  ],
  [
    "v1beta2 shop/pods/a/hits?metricLabelSelector=code%3D200",
    [
      {
        describedObject: pod("a"),
        metric: { name: "hits", selector: { matchLabels: { code: "200" } } },
        timestamp: time,
        value: "7",
      },
    ],
  ],
  ["v1beta2 shop/pods/a/hits", [valueOf(pod("a"), "hits", "0")]],
  ["v1beta2 shop/metrics/hits", [valueOf(shop, "hits", "12")]],
  ["v1beta2 shop/metrics/queue_depth", [valueOf(shop, "queue_depth", "5")]],
  [
    "v1beta2 /nodes/n1/load",
    [valueOf({ kind: "Node", name: "n1", apiVersion: "/v1" }, "load", "-2500m")],
  ],
  ["v1beta2 shop/pods/b/hits", "404 the server could not find the metric hits for pods b"],
  ["v1beta2 shop/pods/a/misses", "404 the server could not find the metric misses for pods"],
  ["v1beta2 shop/tills/a/hits", "404 the server could not find the metric hits for tills"],
  ["v1beta2 shop/nodes/n1/load", "404 the server could not find the metric load for nodes"],
  ["v1beta2 /pods/a/hits", "404 the server could not find the metric hits for pods"],
  [
    "v1beta2 shop/pods/*/hits?labelSelector=app%3Dnone",
    "404 the server could not find the metric hits for pods",
  ],
  [
    "v1beta2 shop/pods/*/hits?labelSelector=a%3D%3D%3D",
    `400 unable to parse requirement: found '=', expected: identifier`,
  ],
  [
    "v1beta2 shop/pods/a/hits?metricLabelSelector=n%3E1",
    "500 Internal error occurred: unable to fetch metrics: operator not supported by prometheus",
  ],
  [
    "v1beta2 blue/pods/a/hits",
    '500 Internal error occurred: unable to fetch metrics: no answer in this test: sum(rate(hits_total{namespace="blue",pod="a"}[2m])) by (pod)',
  ],
  ["v1beta2 shop/pods/a", "404 the server could not find the requested resource"],
  ["v1beta3 shop/pods/a/hits", "404 the server could not find the requested resource"],
];

for (const [path, answer] of custom) {
  test(`custom ${path} gives ${typeof answer === "string" ? answer : "values"}`, async () => {
    assert.deepEqual(await outcomeOf(groupsOf().custom, path), answer);
  });
}

const external: readonly (readonly [path: string, answer: string | readonly JsonObject[]])[] = [
  [
    "v1beta1 shop/queue_depth?labelSelector=queue%3Dmail",
    [
      {
        metricName: "queue_depth",
        metricLabels: { queue: "mail" },
        timestamp: answerTime,
        value: "3",
      },
      {
        metricName: "queue_depth",
        metricLabels: { queue: "post" },
        timestamp: answerTime,
        value: "4",
      },
    ],
  ],
  [
    "v1beta1 default/queue_depth",
    [{ metricName: "queue_depth", metricLabels: null, timestamp: answerTime, value: "42" }],
  ],
  ["v1beta1 empty/queue_depth", []],
  ["v1beta1 default/lag", "404 the server could not find the metric lag for namespaces"],
  ["v1beta1 shop/lag", "404 the server could not find the metric lag for "],
  ["v1beta1 shop/queue_depth/x", "404 the server could not find the requested resource"],
];

const externalByDefault: readonly (readonly [path: string, answer: string])[] = [
  ["shop/queue_depth", "5"],
  ["shop/hits", "12"],
  ["shop/outside_jobs", "9"],
  ["shop/outside_jobs?labelSelector=job%3Da", "4"],
  ["shop/nothing", "404 the server could not find the metric nothing for "],
];

for (const [path, answer] of externalByDefault) {
  test(`external ${path} without any file gives ${answer}`, async () => {
    const outcome = await outcomeOf(groupsOf().external, `v1beta1 ${path}`);
    const values = Array.isArray(outcome) ? outcome.map(({ value }) => value).join(" ") : outcome;
    assert.equal(values, answer);
  });
}

for (const [path, answer] of external) {
  test(`external ${path} gives ${typeof answer === "string" ? answer : "values"}`, async () => {
    assert.deepEqual(await outcomeOf(groupsOf({ text: config }).external, path), answer);
  });
}

test("discovery lists every metric of every object that it is about", async () => {
  const { custom: group, keeper } = groupsOf();
  await list(keeper);
  assert.deepEqual(
    group.resources().map(({ name, namespaced }) => `${name} ${namespaced}`),
    [
      "jobs.batch/hits true",
      "namespaces/hits false",
      "namespaces/load false",
      "namespaces/queue_depth false",
      "nodes/load false",
      "pods/hits true",
    ],
  );
});

test("rules that are wrong are told of, once, and the others go on", async () => {
  const text = `rules:
- {seriesQuery: 'up{', metricsQuery: a}
- {seriesQuery: queue_depth, metricsQuery: '<<.Nope'}
- seriesQuery: hits_total
  resources: {template: <<.Resource>>}
  metricsQuery: sum(<<.Series>>) by (<<.GroupBy>>)
- seriesQuery: load
  resources: {template: <<.Resource>>}
  metricsQuery: sum <<.Series>> of <<.GroupBy>>
externalRules:
- {seriesQuery: queue_depth, metricsQuery: max(<<.Series>>)}
`;
  const reports: RuleReport[] = [];
  const { keeper } = groupsOf({ text, reports });
  await list(keeper);
  assert.equal(reports.length, 1);
  assert.equal(reports[0]?.origin, "a file");
  const [first = "", second, ...queries] = reports[0]?.problems ?? [];
  assert.match(first, /^rules\[1\]: unable to parse metrics query template "<<\.Nope": template: /);
  assert.equal(
    second,
    'rules[0]: unable to fetch metrics for query "up{": unexpected end of input',
  );
  assert.deepEqual(queries, [
    "rules[3]: bad metricsQuery: unexpected identifier in sum load of node",
    "externalRules[0]: bad metricsQuery: unable to convert resource namespaces into label: no generic resource label form specified for this metric",
  ]);
  assert.equal(keeper.catalog.objectMetrics().length, 5);
});

test("a file that makes no sense leaves the rules before it in force", async () => {
  const file = {
    text: "rules: [{seriesQuery: queue_depth, resources: {template: <<.Resource>>}, metricsQuery: f(<<.Series>>)}]",
  };
  const reports: RuleReport[] = [];
  const { keeper, clock } = groupsOf({ ...file, reports, live: file });
  const stop = new AbortController();
  const running = keeper.run(stop.signal);
  await clock.advance(10);
  file.text = "rules: nonsense";
  await clock.advance(60_000);
  const metrics = keeper.catalog.objectMetrics().map(({ name }) => name);
  assert.deepEqual(metrics, ["queue_depth"]);
  assert.deepEqual(
    reports.map(({ problems }) => problems),
    [["rules: expected a list"]],
  );
  stop.abort();
  await running;
});

test("as long as nobody answers, metrics are unavailable and not unknown", async () => {
  const { custom: group, external: other } = groupsOf({ text: config, isDown: true });
  const down = "503 the monitoring engine does not answer: connection refused";
  assert.equal(await outcomeOf(group, "v1beta2 shop/pods/a/hits"), down);
  assert.equal(await outcomeOf(other, "v1beta1 shop/queue_depth"), down);
});

function valueOf(describedObject: JsonObject, name: string, value: string): JsonObject {
  return { describedObject, metric: { name, selector: null }, timestamp: time, value };
}

interface World {
  readonly text?: string;
  readonly reports?: RuleReport[];
  readonly isDown?: boolean;
  /** A file that changes. */
  readonly live?: Readonly<Record<"text", string>>;
}

function groupsOf({ text, reports = [], isDown = false, live }: World = {}) {
  const clock = new VirtualClock();
  const queries = isDown ? downQueries : knownQueries;
  const read = async (): Promise<RuleFile | undefined> =>
    text === undefined ? undefined : { text: live?.text ?? text, origin: "a file" };
  const report = (told: RuleReport) => void (told.problems.length > 0 && reports.push(told));
  const keeper = new CatalogKeeper({ clock, queries, source: { read }, report });
  const objects = {
    list: async (_resource: unknown, _namespace: string, selector: string) =>
      selector === "" ? ["a", "b", "c"] : [],
  };
  return {
    clock,
    keeper,
    custom: customMetricsGroup({ clock, keeper, queries, objects }),
    external: externalMetricsGroup([externalRules(keeper, queries)]),
  };
}

const downQueries: PromQueries = {
  query: () => Promise.reject(new QueriesUnavailable("connection refused")),
  shapes: () => Promise.reject(new QueriesUnavailable("connection refused")),
  check: () => Promise.reject(new QueriesUnavailable("connection refused")),
};

const knownQueries: PromQueries = {
  async query(text) {
    const answer = answers[text];
    if (answer === undefined) throw new QueryRefusal(`no answer in this test: ${text}`);
    return parseAnswer(answer);
  },
  async check(text) {
    if (text.includes("(")) return;
    throw new QueryRefusal(`unexpected identifier in ${text}`);
  },
  async shapes(selector) {
    if (selector.endsWith("{")) throw new QueryRefusal("unexpected end of input");
    const named = /^(?:\{__name__=")?(\w+)/.exec(selector)?.[1];
    const isOutside = selector.includes('namespace="",');
    const inPlace = series.filter(({ labels }) => labels.includes("namespace") !== isOutside);
    return inPlace.filter(({ metric }) =>
      named === undefined || selector.includes("!~") || selector.includes("=~")
        ? !selector.includes('^container_.*",')
        : metric === named,
    );
  },
};

function parseAnswer(text: string): QueriedValue {
  if (/^\d+$/.test(text)) return { kind: "scalar", value: Number(text), atMs: 0 };
  const samples = text.split(" ").flatMap((sample) => {
    const [label = "", value = ""] = sample.split("=");
    const [name = "", of = ""] = label.split(":");
    return sample === "" ? [] : [{ labels: new Map([[name, of]]), value: Number(value), atMs: 0 }];
  });
  return { kind: "vector", samples };
}

async function list(keeper: CatalogKeeper): Promise<void> {
  await keeper.find(() => undefined, new AbortController().signal);
}

/** Asks for `version namespace/resource/name/metric?query`; gives the items, or how it was refused. */
async function outcomeOf(group: MetricGroup, path: string): Promise<unknown> {
  const [version = "", place = ""] = path.split(" ");
  const [address = "", query = ""] = place.split("?");
  const [namespace = "", resource = "", name = "", subresource = ""] = address.split("/");
  const question = { version, namespace, resource, name, subresource };
  const { signal } = new AbortController();
  try {
    const asked = { ...question, query: new URLSearchParams(query) };
    return (await group.answer(asked, signal)).value["items"];
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return `${error.code} ${error.message}`;
  }
}
