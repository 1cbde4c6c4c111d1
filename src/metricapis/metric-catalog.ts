/** Which metrics there are, by the rules and by the series that exist. Pure. */

import { compareText } from "#base";
import { type ApiResource, formatGroupResource } from "./api-resource.ts";
import type { MetricRule } from "./metric-rule.ts";
import type { SeriesShape } from "./prom-queries.ts";

/** A metric of the API: the series behind it, and the rule that tells how to ask for it. */
export interface KnownMetric {
  readonly series: string;
  readonly rule: MetricRule;
}

export interface ObjectMetric extends KnownMetric {
  readonly resource: ApiResource;
  readonly name: string;
}

/** A rule with what its series query found. */
export interface AppliedRule {
  readonly rule: MetricRule;
  readonly shapes: readonly SeriesShape[];
}

export class MetricCatalog {
  readonly #objects: ReadonlyMap<string, ObjectMetric>;
  readonly #external: ReadonlyMap<string, KnownMetric>;

  constructor(rules: readonly AppliedRule[], externalRules: readonly AppliedRule[]) {
    this.#objects = sorted(rules.flatMap(objectMetricsOf));
    this.#external = sorted(externalRules.flatMap(externalMetricsOf));
  }

  findObjectMetric(resource: ApiResource, name: string): ObjectMetric | undefined {
    return this.#objects.get(keyOf(resource, name));
  }

  findExternalMetric(name: string): KnownMetric | undefined {
    return this.#external.get(name);
  }

  /** In the order of resources and names. */
  objectMetrics(): readonly ObjectMetric[] {
    return [...this.#objects.values()];
  }

  externalNames(): readonly string[] {
    return [...this.#external.keys()];
  }
}

type Entry<T> = readonly [key: string, metric: T];

/** Of metrics with the same name the last counts, that of the last rule. */
function sorted<T>(entries: readonly Entry<T>[]): ReadonlyMap<string, T> {
  return new Map([...new Map(entries)].sort(([left], [right]) => compareText(left, right)));
}

function objectMetricsOf({ rule, shapes }: AppliedRule): readonly Entry<ObjectMetric>[] {
  return bySeries(shapes).flatMap(({ metric: series, labels }) => {
    const name = rule.findName(series) ?? "";
    if (name === "") return [];
    return labels.flatMap((label) => {
      const resource = rule.labels.findResource(label);
      if (resource === undefined) return [];
      return [[keyOf(resource, name), { resource, name, series, rule }] as const];
    });
  });
}

function externalMetricsOf({ rule, shapes }: AppliedRule): readonly Entry<KnownMetric>[] {
  return bySeries(shapes).flatMap(({ metric: series }) => {
    const name = rule.findName(series) ?? "";
    return name === "" ? [] : [[name, { series, rule }] as const];
  });
}

/** So that the outcome does not hang on the order of an answer. */
function bySeries(shapes: readonly SeriesShape[]): readonly SeriesShape[] {
  return [...shapes].sort((left, right) => compareText(left.metric, right.metric));
}

function keyOf(resource: ApiResource, name: string): string {
  return `${formatGroupResource(resource)}/${name}`;
}
