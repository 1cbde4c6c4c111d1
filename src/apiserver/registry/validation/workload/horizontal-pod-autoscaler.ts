import { pathSegmentProblems } from "#api";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
  MetricSpec,
  MetricTarget,
} from "#api/autoscaling/v2";
import { quantityAt } from "../resource-list.ts";
import {
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";

export function* autoscalerProblems({ spec }: HorizontalPodAutoscaler): Problems {
  if (spec === undefined) {
    return yield required("spec.maxReplicas", "must be set and greater than 0");
  }
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  if (minReplicas !== undefined && minReplicas < 1) {
    yield invalidValue("spec.minReplicas", minReplicas, "must be greater than or equal to 1");
  }
  const field = "spec.maxReplicas";
  if (maxReplicas === 0) yield required(field, "must be set and greater than 0");
  else if (maxReplicas < 0) {
    yield invalidValue(field, maxReplicas, "must be greater than or equal to 1");
  }
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    yield invalidValue(field, maxReplicas, "must be greater than or equal to `minReplicas`");
  }
  yield* targetReferenceProblems("spec.scaleTargetRef", scaleTargetRef);
  for (const [index, metric] of metrics.entries()) {
    yield* metricProblems(`spec.metrics[${index}]`, metric);
  }
  yield* rulesProblems("spec.behavior.scaleUp", behavior?.scaleUp);
  yield* rulesProblems("spec.behavior.scaleDown", behavior?.scaleDown);
}

function* targetReferenceProblems(
  path: string,
  reference: HorizontalPodAutoscalerSpec["scaleTargetRef"],
): Problems {
  for (const name of ["kind", "name"] as const) {
    const value = reference[name];
    if (value === "") yield required(`${path}.${name}`);
    else yield* invalidFor(`${path}.${name}`, value, pathSegmentProblems(value));
  }
}

/** The field of a metric's details, by its type. */
const sources = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
} as const;
type SourceName = (typeof sources)[keyof typeof sources];

function* metricProblems(at: string, metric: MetricSpec): Problems {
  const { type } = metric;
  const types = Object.keys(sources);
  if (type === "") yield required(`${at}.type`, "must specify a metric source type");
  if (!types.includes(type)) yield notSupported(`${at}.type`, type, types);
  const expected = Object.entries(sources).find(([name]) => name === type)?.[1];
  if (expected !== undefined && metric[expected] === undefined) {
    const why = "must populate information for the given metric source";
    yield required(`${at}.${expected}`, why);
  }
  const present = Object.values(sources).filter((name) => metric[name] !== undefined);
  for (const name of present) {
    if (name === expected) yield* sourceProblems(`${at}.${name}`, name, metric);
    else if (present.length > 1) {
      yield forbiddenField(`${at}.${name}`, "must populate the given metric source only");
    }
  }
}

function* sourceProblems(path: string, name: SourceName, metric: MetricSpec): Problems {
  const { resource, containerResource, pods, external, object } = metric;
  switch (name) {
    case "resource":
      if (resource !== undefined) yield* useProblems(path, resource);
      return;
    case "containerResource":
      if (containerResource === undefined) return;
      yield* useProblems(path, containerResource);
      if (containerResource.container === "") {
        yield required(`${path}.container`, "must specify a container");
      }
      return;
    case "pods":
      if (pods !== undefined) yield* seriesProblems(path, pods, podsWhy);
      return;
    case "external":
      if (external !== undefined) yield* seriesProblems(path, external, externalWhy);
      return;
    case "object":
      if (object !== undefined) yield* seriesProblems(path, object, objectWhy);
  }
}

const podsWhy = "must specify a positive target averageValue";
const externalWhy = "must set either a target value for metric or a per-pod target";
const objectWhy = "must set either a target value or averageValue";

/** A metric that is measured somewhere; the one of pods is always an average. */
function* seriesProblems(
  path: string,
  { metric, target }: NonNullable<MetricSpec["pods"]>,
  missingWhy: string,
): Problems {
  if (metric.name === "") yield required(`${path}.metric.name`, "must specify a metric name");
  yield* targetProblems(`${path}.target`, target);
  const value = missingWhy === podsWhy ? undefined : target.value;
  if (value !== undefined || target.averageValue !== undefined) return;
  yield required(`${path}.target.averageValue`, missingWhy);
}

function* useProblems(
  path: string,
  { name, target }: NonNullable<MetricSpec["resource"]>,
): Problems {
  if (name === "") yield required(`${path}.name`, "must specify a resource name");
  yield* targetProblems(`${path}.target`, target);
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    const why = "must set either a target raw value or a target utilization";
    yield required(`${path}.target.averageUtilization`, why);
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const why = "may not set both a target raw value and a target utilization";
    yield forbiddenField(`${path}.target.averageValue`, why);
  }
}

function* targetProblems(path: string, target: MetricTarget): Problems {
  const { type, averageUtilization } = target;
  if (type === "") yield required(`${path}.type`, "must specify a metric target type");
  if (!["Utilization", "Value", "AverageValue"].includes(type)) {
    const why = "must be either Utilization, Value, or AverageValue";
    yield invalidValue(`${path}.type`, type, why);
  }
  for (const name of ["value", "averageValue"] as const) {
    const amount = target[name];
    if (amount === undefined || quantityAt(amount).nanos > 0n) continue;
    yield invalidValue(`${path}.${name}`, amount, "must be positive");
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    const why = "must be greater than 0";
    yield invalidValue(`${path}.averageUtilization`, averageUtilization, why);
  }
}

const windowSecondsMax = 3_600;
const periodSecondsMax = 1_800;

function* rulesProblems(path: string, rules: HPAScalingRules | undefined): Problems {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: seconds = 0, selectPolicy, policies = [] } = rules;
  const window = `${path}.stabilizationWindowSeconds`;
  if (seconds < 0) yield invalidValue(window, seconds, "must be greater than or equal to zero");
  if (seconds > windowSecondsMax) {
    yield invalidValue(window, seconds, `must be less than or equal to ${windowSecondsMax}`);
  }
  const choices = ["Disabled", "Max", "Min"];
  yield* optionalChoiceProblems(`${path}.selectPolicy`, selectPolicy, choices);
  if (policies.length === 0) {
    yield required(`${path}.policies`, "must specify at least one Policy");
  }
  for (const [index, { type, value, periodSeconds }] of policies.entries()) {
    const at = `${path}.policies[${index}]`;
    if (type !== "Pods" && type !== "Percent") {
      yield notSupported(`${at}.type`, type, ["Percent", "Pods"]);
    }
    if (value <= 0) yield invalidValue(`${at}.value`, value, "must be greater than zero");
    const field = `${at}.periodSeconds`;
    if (periodSeconds <= 0) yield invalidValue(field, periodSeconds, "must be greater than zero");
    if (periodSeconds > periodSecondsMax) {
      const why = `must be less than or equal to ${periodSecondsMax}`;
      yield invalidValue(field, periodSeconds, why);
    }
  }
}
