/**
 * One metric of an autoscaler: how many pods it asks for, and what its status says. Pure. Names,
 * reasons and messages are upstream's.
 */

import { formatQuantity, milliQuantityOf, parseQuantity, quantityMillis } from "#api";
import type {
  ExternalMetricSource,
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from "#api/autoscaling/v2";
import type { Arithmetic } from "./arithmetic.ts";
import { formatGoSelector } from "./go-selector.ts";
import type { Measurement } from "./measure.ts";
import {
  averageReplicas,
  type Calculation,
  type ScaleFacts,
  shareReplicas,
  totalOf,
  utilizationReplicas,
  valueReplicas,
} from "./replica-calculator.ts";

export type MetricOutcome =
  | {
      readonly kind: "proposed";
      /** `cpu resource utilization (percentage of request)` */
      readonly metric: string;
      readonly replicas: number;
      readonly status: MetricStatus;
      readonly arithmetic: Arithmetic;
    }
  | {
      readonly kind: "failed";
      /** Of the condition and the event: `FailedGetResourceMetric`. */
      readonly reason: string;
      /** What the condition and the event say. */
      readonly why: string;
      /** What is said when no metric can be used: the same, with where it happened. */
      readonly chain: string;
    };

export interface EvaluatedTarget extends ScaleFacts {
  readonly namespace: string;
}

export function evaluateMetric(
  spec: MetricSpec,
  measurement: Measurement,
  facts: EvaluatedTarget,
): MetricOutcome {
  const { resource, containerResource, pods, object, external } = spec;
  switch (spec.type) {
    case "Resource":
      if (resource !== undefined) return ofResource(resource, undefined, measurement, facts);
      break;
    case "ContainerResource":
      if (containerResource === undefined) break;
      return ofResource(containerResource, containerResource.container, measurement, facts);
    case "Pods":
      if (pods !== undefined) return ofPods(pods, measurement, facts);
      break;
    case "Object":
      if (object !== undefined) return ofObject(object, measurement, facts);
      break;
    case "External":
      if (external !== undefined) return ofExternal(external, measurement, facts);
      break;
  }
  const why = `unknown metric source type ${JSON.stringify(spec.type)}`;
  return { kind: "failed", reason: "InvalidMetricSourceType", why, chain: why };
}

function ofResource(
  { name, target }: ResourceMetricSource,
  container: string | undefined,
  measurement: Measurement,
  facts: EvaluatedTarget,
): MetricOutcome {
  const isWhole = container === undefined;
  const reason = isWhole ? "FailedGetResourceMetric" : "FailedGetContainerResourceMetric";
  const fail = (why: string): MetricOutcome => {
    const where = isWhole ? `${name} resource` : `${container} container`;
    return { kind: "failed", reason, why, chain: `failed to get ${where} metric value: ${why}` };
  };
  const readings = measurement.of === "pods" ? measurement.readings : nothingMeasured(measurement);
  const value = millisOf(target.averageValue);
  const isUtilization = value === undefined;
  if (isUtilization && target.averageUtilization === undefined) return fail(neitherUse);
  const calculation = isUtilization
    ? utilizationReplicas(
        facts,
        { resource: name, container },
        readings,
        target.averageUtilization ?? 0,
      )
    : readings.kind === "unavailable"
      ? failedToGet(`unable to get metrics for resource ${name}`, readings.why)
      : averageReplicas(facts, name, readings.value, value);
  if (calculation.kind === "failed") {
    return fail(
      `failed to get ${name} ${isUtilization ? "utilization" : "usage"}: ${calculation.why}`,
    );
  }
  const current: MetricValueStatus = {
    averageValue: resourceQuantity(name, calculation.millis),
    ...(calculation.percent === undefined
      ? {}
      : { averageUtilization: Number(BigInt.asIntN(32, calculation.percent)) }),
  };
  const status = isWhole
    ? { type: "Resource", resource: { name, current } }
    : { type: "ContainerResource", containerResource: { name, container, current } };
  return proposed(resourceMetricName(name, container, isUtilization), calculation, status);
}

const neitherUse =
  "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set";

function resourceMetricName(
  name: string,
  container: string | undefined,
  isUtilization: boolean,
): string {
  if (!isUtilization) return `${name} resource`;
  const of = container === undefined ? "resource" : "container resource";
  return `${name} ${of} utilization (percentage of request)`;
}

function ofPods(
  { metric, target }: PodsMetricSource,
  measurement: Measurement,
  facts: EvaluatedTarget,
): MetricOutcome {
  const readings = measurement.of === "pods" ? measurement.readings : nothingMeasured(measurement);
  const calculation =
    readings.kind === "unavailable"
      ? failedToGet(`unable to get metric ${metric.name}`, readings.why)
      : averageReplicas(facts, "", readings.value, millisOf(target.averageValue) ?? 0n);
  if (calculation.kind === "failed") {
    const { why } = calculation;
    const chain = `failed to get pods metric value: ${why}`;
    return { kind: "failed", reason: "FailedGetPodsMetric", why, chain };
  }
  const current = { averageValue: decimalQuantity(calculation.millis) };
  const status = { type: "Pods", pods: { metric: identifierOf(metric), current } };
  return proposed(`pods metric ${metric.name}`, calculation, status);
}

function ofObject(
  { metric, target, describedObject }: ObjectMetricSource,
  measurement: Measurement,
  facts: EvaluatedTarget,
): MetricOutcome {
  const measured = measurement.of === "object" ? measurement.value : nothingMeasured(measurement);
  const goal = goalOf(target, "object");
  const fail = (why: string, told: string): MetricOutcome => ({
    kind: "failed",
    reason: "FailedGetObjectMetric",
    why,
    chain: `failed to get object metric value: ${told}`,
  });
  if ("why" in goal) return fail(goal.why, goal.why);
  const { kind, name } = describedObject;
  const calculation =
    measured.kind === "unavailable"
      ? failedToGet(
          `unable to get metric ${metric.name}`,
          `${measured.why} on ${kind} ${facts.namespace}/${name}`,
        )
      : calculate(goal, measured.value, facts);
  if (calculation.kind === "failed") {
    const { why } = calculation;
    return fail(why, goal.each ? `failed to get ${metric.name} object metric: ${why}` : why);
  }
  const current = currentOf(goal, calculation.millis);
  const status = {
    type: "Object",
    object: { metric: identifierOf(metric), current, describedObject },
  };
  // Upstream calls an average over the pods external, whatever it is of.
  const shown = goal.each ? externalName(metric) : `${kind} metric ${metric.name}`;
  return proposed(shown, calculation, status);
}

function ofExternal(
  { metric, target }: ExternalMetricSource,
  measurement: Measurement,
  facts: EvaluatedTarget,
): MetricOutcome {
  const measured =
    measurement.of === "external" ? measurement.values : nothingMeasured(measurement);
  const goal = goalOf(target, "external");
  const fail = (why: string, told: string): MetricOutcome => ({
    kind: "failed",
    reason: "FailedGetExternalMetric",
    why,
    chain: `failed to get ${metric.name} external metric value: ${told}`,
  });
  if ("why" in goal) return fail(goal.why, goal.why);
  const selector = formatGoSelector(metric.selector);
  const calculation =
    measured.kind === "unavailable"
      ? failedToGet(
          `unable to get external metric ${facts.namespace}/${metric.name}/${selector}`,
          measured.why,
        )
      : calculate(goal, totalOf(measured.value), facts);
  if (calculation.kind === "failed") {
    const { why } = calculation;
    const { name } = metric;
    const where = goal.each ? `${name} external metric` : `external metric ${name}`;
    return fail(why, `failed to get ${where}: ${why}`);
  }
  const current = currentOf(goal, calculation.millis);
  const status = { type: "External", external: { metric: identifierOf(metric), current } };
  return proposed(externalName(metric), calculation, status);
}

/** What a figure is to be brought to: as a whole, or each pod's share of it. */
interface Goal {
  readonly target: bigint;
  readonly each: boolean;
}

function goalOf(target: MetricTarget, of: "object" | "external"): Goal | { readonly why: string } {
  const value = millisOf(target.value);
  const average = millisOf(target.averageValue);
  // Of an object's targets the type decides, of an external metric's the one that is there.
  const wantsValue = of === "external" || target.type === "Value";
  const wantsAverage = of === "external" || target.type === "AverageValue";
  if (of === "external" && average !== undefined) return { target: average, each: true };
  if (wantsValue && value !== undefined) return { target: value, each: false };
  if (wantsAverage && average !== undefined) return { target: average, each: true };
  return {
    why: `invalid ${of} metric source: neither a value target nor an average value target was set`,
  };
}

function calculate({ target, each }: Goal, current: bigint, facts: ScaleFacts): Calculation {
  return each ? shareReplicas(facts, current, target) : valueReplicas(facts, current, target);
}

function currentOf({ each }: Goal, millis: bigint): MetricValueStatus {
  const quantity = decimalQuantity(millis);
  return each ? { averageValue: quantity } : { value: quantity };
}

function externalName({ name, selector }: MetricIdentifier): string {
  return `external metric ${name}(${formatGoSelector(selector)})`;
}

function identifierOf({ name, selector }: MetricIdentifier): MetricIdentifier {
  return selector === undefined ? { name } : { name, selector };
}

function proposed(
  metric: string,
  { replicas, arithmetic }: Extract<Calculation, { readonly kind: "calculated" }>,
  status: MetricStatus,
): MetricOutcome {
  return { kind: "proposed", metric, replicas, status, arithmetic };
}

function nothingMeasured(measurement: Measurement) {
  const why = measurement.of === "nothing" ? measurement.why : "";
  return { kind: "unavailable", why } as const;
}

function failedToGet(what: string, why: string): Calculation {
  return { kind: "failed", why: `${what}: ${why}` };
}

function millisOf(quantity: string | undefined): bigint | undefined {
  return quantity === undefined ? undefined : BigInt(quantityMillis(parseQuantity(quantity)));
}

/** Memory is told in powers of 1024, as metrics-server does. */
function resourceQuantity(resource: string, millis: bigint): string {
  const format = resource === "memory" ? "BinarySI" : "DecimalSI";
  return formatQuantity(milliQuantityOf(millis, format));
}

function decimalQuantity(millis: bigint): string {
  return formatQuantity(milliQuantityOf(millis, "DecimalSI"));
}
