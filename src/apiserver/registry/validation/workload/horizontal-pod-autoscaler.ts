import { dns1123LabelProblems, pathSegmentProblems } from "#api";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
  MetricSpec,
  MetricTarget,
} from "#api/autoscaling/v2";
import { containerResourceNameProblems, quantityAt } from "../resource-list.ts";
import {
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";

export function* newAutoscalerProblems(object: HorizontalPodAutoscaler): Problems {
  yield* autoscalerProblems(object);
  yield* targetVersionProblems(object.spec?.scaleTargetRef);
}

export function* autoscalerChangeProblems(
  object: HorizontalPodAutoscaler,
  current: HorizontalPodAutoscaler,
): Problems {
  yield* autoscalerProblems(object);
  const [wanted, before] = [object.spec?.scaleTargetRef, current.spec?.scaleTargetRef];
  const isSame = wanted?.kind === before?.kind && wanted?.apiVersion === before?.apiVersion;
  if (!isSame) yield* targetVersionProblems(wanted);
}

/** The one kind of the core group that can be scaled may do without a group. */
function* targetVersionProblems(
  reference: HorizontalPodAutoscalerSpec["scaleTargetRef"] | undefined,
): Problems {
  const { apiVersion = "", kind = "" } = reference ?? {};
  const field = "spec.scaleTargetRef.apiVersion";
  const slashes = apiVersion.split("/").length - 1;
  if (slashes > 1) {
    yield invalidValue(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  } else if (slashes === 0 && kind !== "ReplicationController") {
    yield invalidValue(field, apiVersion, "apiVersion must specify API group");
  }
}

/**
 * No fewer than none where a metric from elsewhere can call pods back, as with upstream's feature gate
 * `HPAScaleToZero`; otherwise no fewer than one, as without.
 */
function fewestReplicas(metrics: readonly MetricSpec[]): number {
  return metrics.some(({ type }) => type === "Object" || type === "External") ? 0 : 1;
}

function* autoscalerProblems({ spec }: HorizontalPodAutoscaler): Problems {
  if (spec === undefined) {
    return yield required("spec.maxReplicas", "must be set and greater than 0");
  }
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  const fewest = fewestReplicas(metrics);
  if (minReplicas !== undefined && minReplicas < fewest) {
    const why = `must be greater than or equal to ${fewest}`;
    yield invalidValue("spec.minReplicas", minReplicas, why);
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
      yield* containerNameProblems(`${path}.container`, containerResource.container);
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

function* containerNameProblems(field: string, name: string): Problems {
  if (name === "") yield required(field, "must specify a container");
  else yield* invalidFor(field, name, dns1123LabelProblems(name));
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
  else yield* containerResourceNameProblems(`${path}.name`, name);
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
  const { stabilizationWindowSeconds: seconds = 0, selectPolicy, policies = [], tolerance } = rules;
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
  if (tolerance !== undefined && quantityAt(tolerance).nanos < 0n) {
    const why = "must be greater than or equal to 0";
    yield invalidValue(`${path}.tolerance`, tolerance, why);
  }
}
