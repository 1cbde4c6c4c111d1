/**
 * `custom.metrics.k8s.io`: metrics of objects, as prometheus-adapter tells them.
 *
 *     …/namespaces/{namespace}/{resource}/{name, or * for those of labelSelector}/{metric}
 *     …/{resource}/{name or *}/{metric}                 of what is in no namespace
 *     …/namespaces/{namespace}/metrics/{metric}         of the namespace itself
 */

import {
  type AnyKind,
  apiVersionOf,
  type CompiledLabelSelector,
  formatTime,
  type JsonObject,
  StatusError,
} from "#api";
import { metricValueList as listV1beta1 } from "#api/custom-metrics/v1beta1";
import { metricValueList as listV1beta2 } from "#api/custom-metrics/v1beta2";
import type { Clock } from "#base";
import {
  type ApiResource,
  findApiResource,
  formatGroupResource,
  isNamespaced,
  parseGroupResource,
} from "./api-resource.ts";
import type { CatalogKeeper } from "./catalog-keeper.ts";
import { metricAmount } from "./metric-amount.ts";
import type { ObjectMetric } from "./metric-catalog.ts";
import {
  asStatus,
  type MetricGroup,
  metricNotFound,
  type MetricQuestion,
  selectorIn,
} from "./metric-group.ts";
import { type PromQueries, QueryRefusal } from "./prom-queries.ts";
import { selectorObject } from "./selector-object.ts";

export interface CustomMetricsDeps {
  readonly clock: Clock;
  readonly keeper: CatalogKeeper;
  readonly queries: PromQueries;
  readonly objects: ObjectNames;
}

/** Which objects a selector means. */
export interface ObjectNames {
  /** `namespace` is empty for resources that are in none. */
  list(
    resource: ApiResource,
    namespace: string,
    labelSelector: string,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
}

const allObjects = "*";

export function customMetricsGroup(deps: CustomMetricsDeps): MetricGroup {
  const { keeper } = deps;
  return {
    name: "custom.metrics.k8s.io",
    versions: ["v1beta2", "v1beta1"],
    resources: () =>
      keeper.catalog.objectMetrics().map(({ resource, name }) => ({
        name: `${formatGroupResource(resource)}/${name}`,
        namespaced: isNamespaced(resource),
        kind: "MetricValueList",
      })),
    async answer(question, signal) {
      const form = forms.get(question.version);
      if (form === undefined) throw noSuchPath();
      const asked = await readQuestion(question, deps, signal);
      const values = await asStatus(signal, () => measure(asked, deps, signal));
      const items = values.map(([name, value]) => form.item(itemOf(asked, name, value, deps)));
      return { kind: "value", schema: form.schema, value: listOf(form.schema, items) };
    },
  };
}

interface Asked {
  readonly resource: ApiResource;
  readonly metric: string;
  readonly namespace: string;
  readonly names: readonly string[];
  readonly isSingle: boolean;
  readonly selector: CompiledLabelSelector;
}

async function readQuestion(
  question: MetricQuestion,
  { objects }: CustomMetricsDeps,
  signal: AbortSignal,
): Promise<Asked> {
  const { namespace, group, name, metric } = placeOf(question);
  const resource = findApiResource(parseGroupResource(group));
  if (resource === undefined) throw metricNotFound(metric, group);
  const selector = selectorIn(question.query, "metricLabelSelector");
  const asked = { resource, metric, namespace, selector };
  if (name !== allObjects) return { ...asked, names: [name], isSingle: true };
  selectorIn(question.query, "labelSelector");
  const labelSelector = question.query.get("labelSelector") ?? "";
  const names = await objects.list(resource, namespace, labelSelector, signal);
  return { ...asked, names, isSingle: false };
}

function placeOf({ namespace, resource, name, subresource }: MetricQuestion) {
  if (subresource !== "") return { namespace, group: resource, name, metric: subresource };
  if (namespace === "" || resource !== "metrics" || name === "") throw noSuchPath();
  return { namespace: "", group: "namespaces", name: namespace, metric: name };
}

/** The figures of the objects, by name. */
async function measure(
  asked: Asked,
  { keeper, queries }: CustomMetricsDeps,
  signal: AbortSignal,
): Promise<readonly (readonly [name: string, value: number])[]> {
  const { resource, metric, namespace, names, isSingle } = asked;
  const of = formatGroupResource(resource);
  const known = await keeper.find((catalog) => catalog.findObjectMetric(resource, metric), signal);
  const isInPlace = (namespace !== "") === isNamespaced(resource);
  if (known === undefined || !isInPlace || names.length === 0) throw metricNotFound(metric, of);
  const values = await valuesByName(known, asked, queries, signal);
  const found = names.flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (isSingle && found.length === 0) throw metricNotFound(metric, `${of} ${names[0]}`);
  return found;
}

async function valuesByName(
  { rule, series }: ObjectMetric,
  asked: Asked,
  queries: PromQueries,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const result = await queries.query(rule.objectsQuery(series, asked), signal);
  if (result.kind !== "vector") {
    const type = result.kind === "other" ? result.type : result.kind;
    throw new QueryRefusal(`expected a vector, got a ${type}`);
  }
  const label = rule.labels.labelOf(asked.resource);
  return new Map(result.samples.map(({ labels, value }) => [labels.get(label) ?? "", value]));
}

/** What an item says, whatever the version. */
interface ValueFacts {
  readonly describedObject: JsonObject;
  readonly name: string;
  readonly selector: JsonObject | null;
  readonly timestamp: string;
  readonly value: string;
}

function itemOf(
  { resource, namespace, metric, selector }: Asked,
  name: string,
  value: number,
  { clock }: CustomMetricsDeps,
): ValueFacts {
  const { kind, group, version } = resource;
  return {
    describedObject: {
      kind,
      ...(namespace === "" ? {} : { namespace }),
      name,
      // With the slash for the core group, too: clients have never seen it otherwise.
      apiVersion: `${group}/${version}`,
    },
    name: metric,
    selector: selectorObject(selector),
    timestamp: formatTime(clock.nowMs()),
    value: metricAmount(value),
  };
}

interface Form {
  readonly schema: AnyKind;
  item(facts: ValueFacts): JsonObject;
}

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    "v1beta1",
    {
      schema: listV1beta1,
      item: ({ describedObject, name, timestamp, value, selector }) => ({
        describedObject,
        metricName: name,
        timestamp,
        value,
        selector,
      }),
    },
  ],
  [
    "v1beta2",
    {
      schema: listV1beta2,
      item: ({ describedObject, name, selector, timestamp, value }) => ({
        describedObject,
        metric: { name, selector },
        timestamp,
        value,
      }),
    },
  ],
]);

function listOf(schema: AnyKind, items: readonly JsonObject[]): JsonObject {
  return { kind: schema.kind, apiVersion: apiVersionOf(schema), metadata: {}, items };
}

function noSuchPath(): StatusError {
  return new StatusError("NotFound", "the server could not find the requested resource", {
    details: {},
  });
}
