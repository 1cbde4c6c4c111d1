/**
 * The rules that hold without a file. Custom metrics are by the adapter's own defaults: every series with a
 * namespace is a metric of whatever objects its labels name, counters as rates over two minutes without `_total`
 * and `_seconds_total`, and what cAdvisor tells of containers without `container_`.
 *
 * For external metrics the adapter has no defaults. Here every other series is one under the same name, summed up:
 * those of the namespace that is asked for, and those that belong to no namespace.
 */

import type { AdapterConfig, DiscoveryRule, ResourceMapping } from "./adapter-config.ts";

const podAndNamespace: ResourceMapping = {
  template: "",
  overrides: new Map([
    ["namespace", { group: "", resource: "namespace" }],
    ["pod", { group: "", resource: "pod" }],
  ]),
  namespaced: true,
};
const anyResource: ResourceMapping = {
  template: "<<.Resource>>",
  overrides: new Map(),
  namespaced: true,
};

const container = {
  seriesQuery: '{__name__=~"^container_.*",container!="POD",namespace!="",pod!=""}',
  resources: podAndNamespace,
};
const other = {
  seriesQuery: '{namespace!="",__name__!~"^container_.*"}',
  resources: anyResource,
};
const ofNoNamespace: ResourceMapping = { ...anyResource, template: "", namespaced: false };
/** What targets outside the cluster tell, and nothing that is about the engine or the scrape itself. */
const outside = {
  seriesQuery:
    '{namespace="",__name__=~".+",__name__!~"^(container|prometheus|scrape|alertmanager|go|process)_.*|^up$|^ALERTS.*"}',
  resources: ofNoNamespace,
};
const containerMatchers = '<<.LabelMatchers>>,container!="POD"';

export const defaultAdapterConfig: AdapterConfig = {
  rules: [
    {
      ...container,
      ...named("^container_(.*)_seconds_total$"),
      metricsQuery: rateOf(containerMatchers),
    },
    {
      ...container,
      ...named("^container_(.*)_total$", "^container_.*_seconds_total$"),
      metricsQuery: rateOf(containerMatchers),
    },
    {
      ...container,
      ...named("^container_(.*)$", "^container_.*_total$"),
      metricsQuery: sumOf(containerMatchers),
    },
    { ...other, ...named("", ".*_total$"), metricsQuery: sumOf("<<.LabelMatchers>>") },
    {
      ...other,
      ...named("^(.*)_total$", ".*_seconds_total"),
      metricsQuery: rateOf("<<.LabelMatchers>>"),
    },
    { ...other, ...named("^(.*)_seconds_total$"), metricsQuery: rateOf("<<.LabelMatchers>>") },
  ],
  externalRules: [other, outside].flatMap((series) => [
    {
      ...series,
      ...named("", ".*_total$"),
      metricsQuery: total("<<.Series>>{<<.LabelMatchers>>}"),
    },
    {
      ...series,
      ...named("^(.*)_total$", ".*_seconds_total"),
      metricsQuery: total("rate(<<.Series>>{<<.LabelMatchers>>}[2m])"),
    },
    {
      ...series,
      ...named("^(.*)_seconds_total$"),
      metricsQuery: total("rate(<<.Series>>{<<.LabelMatchers>>}[2m])"),
    },
  ]),
};

function total(vector: string): string {
  return `sum(${vector})`;
}

function named(matches: string, isNot = ""): Pick<DiscoveryRule, "name" | "seriesFilters"> {
  return { name: { matches, as: "" }, seriesFilters: isNot === "" ? [] : [{ is: "", isNot }] };
}

function rateOf(matchers: string): string {
  return `sum(rate(<<.Series>>{${matchers}}[2m])) by (<<.GroupBy>>)`;
}

function sumOf(matchers: string): string {
  return `sum(<<.Series>>{${matchers}}) by (<<.GroupBy>>)`;
}
