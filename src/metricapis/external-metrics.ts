/**
 * `external.metrics.k8s.io/v1beta1`: metrics of nothing in particular, from whoever knows them: the
 * rules for external metrics, and whatever else the cluster has.
 *
 *     …/namespaces/{namespace}/{metric}?labelSelector=
 */

import {
  apiVersionOf,
  type CompiledLabelSelector,
  formatTime,
  type JsonObject,
  StatusError,
} from "#api";
import { externalMetricValueList as listKind } from "#api/external-metrics/v1beta1";
import { compareText } from "#base";
import type { CatalogKeeper } from "./catalog-keeper.ts";
import { metricAmount } from "./metric-amount.ts";
import { asStatus, type MetricGroup, metricNotFound, selectorIn } from "./metric-group.ts";
import { type PromQueries, type QueriedValue, QueryRefusal } from "./prom-queries.ts";

export interface ExternalQuestion {
  readonly namespace: string;
  readonly metric: string;
  readonly selector: CompiledLabelSelector;
}

interface ExternalValue {
  /** Null where a query gives no labels at all. */
  readonly labels: ReadonlyMap<string, string> | null;
  readonly atMs: number;
  /** A quantity. */
  readonly amount: string;
}

/** Somebody who knows external metrics. */
export interface ExternalSource {
  /** Those that discovery is to list. */
  names(): readonly string[];
  /** Undefined for metrics that this source does not know. */
  read(
    question: ExternalQuestion,
    signal: AbortSignal,
  ): Promise<readonly ExternalValue[] | undefined>;
}

/** The first source that knows a metric answers for it. */
export function externalMetricsGroup(sources: readonly ExternalSource[]): MetricGroup {
  return {
    name: "external.metrics.k8s.io",
    versions: ["v1beta1"],
    resources: () =>
      [...new Set(sources.flatMap((source) => source.names()))]
        .sort(compareText)
        .map((name) => ({ name, namespaced: true, kind: "ExternalMetricValueList" })),
    async answer({ version, namespace, resource, name, query }, signal) {
      if (version !== "v1beta1" || namespace === "" || name !== "") throw noSuchPath();
      const selector = selectorIn(query, "labelSelector");
      const question = { namespace, metric: resource, selector };
      const values = await asStatus(signal, () => firstAnswer(sources, question, signal));
      // Upstream names a resource in one namespace only.
      if (values === undefined) {
        throw metricNotFound(resource, namespace === "default" ? "namespaces" : "");
      }
      const items = values.map((value) => itemOf(resource, value));
      const { kind } = listKind;
      const list = { kind, apiVersion: apiVersionOf(listKind), metadata: {}, items };
      return { kind: "value", schema: listKind, value: list };
    },
  };
}

async function firstAnswer(
  sources: readonly ExternalSource[],
  question: ExternalQuestion,
  signal: AbortSignal,
): Promise<readonly ExternalValue[] | undefined> {
  for (const source of sources) {
    const values = await source.read(question, signal);
    if (values !== undefined) return values;
  }
  return undefined;
}

function itemOf(metricName: string, { labels, atMs, amount }: ExternalValue): JsonObject {
  return {
    metricName,
    metricLabels: labels === null ? null : Object.fromEntries(labels),
    timestamp: formatTime(atMs),
    value: amount,
  };
}

/** What the rules for external metrics tell. */
export function externalRules(keeper: CatalogKeeper, queries: PromQueries): ExternalSource {
  return {
    names: () => keeper.catalog.externalNames(),
    async read({ namespace, metric, selector }, signal) {
      const known = await keeper.find((catalog) => catalog.findExternalMetric(metric), signal);
      if (known === undefined) return undefined;
      const text = known.rule.externalQuery(known.series, namespace, selector);
      return valuesOf(await queries.query(text, signal));
    },
  };
}

function valuesOf(result: QueriedValue): readonly ExternalValue[] {
  switch (result.kind) {
    case "scalar":
      return [{ labels: null, atMs: result.atMs, amount: metricAmount(result.value) }];
    case "vector":
      return result.samples.map(({ labels, atMs, value }) => {
        return { labels, atMs, amount: metricAmount(value) };
      });
    case "other":
      throw new QueryRefusal("encountered an unexpected query result type");
  }
}

function noSuchPath(): StatusError {
  return new StatusError("NotFound", "the server could not find the requested resource", {
    details: {},
  });
}
