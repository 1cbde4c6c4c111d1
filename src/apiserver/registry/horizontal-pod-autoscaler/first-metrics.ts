/**
 * Metrics, conditions and rules of `autoscaling/v2` as the annotations of `autoscaling/v1` have them:
 * upstream keeps the shapes of the time when those annotations were made, and so do the objects that
 * people have stored or written down.
 */

import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  objectAt,
  textAt,
  valueAt,
} from "#api";

/** Version 2's name of a part, and what version 1 calls its fields: by name, their path in version 2. */
type Shape = Readonly<Record<string, readonly string[]>>;

const specShapes: ReadonlyMap<string, Shape> = new Map([
  [
    "object",
    {
      target: ["describedObject"],
      metricName: ["metric", "name"],
      selector: ["metric", "selector"],
      targetValue: ["target", "value"],
      averageValue: ["target", "averageValue"],
    },
  ],
  [
    "pods",
    {
      metricName: ["metric", "name"],
      selector: ["metric", "selector"],
      targetAverageValue: ["target", "averageValue"],
    },
  ],
  ["resource", resourceShape("target", "targetAverage")],
  ["containerResource", { ...resourceShape("target", "targetAverage"), container: ["container"] }],
  [
    "external",
    {
      metricName: ["metric", "name"],
      metricSelector: ["metric", "selector"],
      targetValue: ["target", "value"],
      targetAverageValue: ["target", "averageValue"],
    },
  ],
]);

const statusShapes: ReadonlyMap<string, Shape> = new Map([
  [
    "object",
    {
      target: ["describedObject"],
      metricName: ["metric", "name"],
      selector: ["metric", "selector"],
      currentValue: ["current", "value"],
      averageValue: ["current", "averageValue"],
    },
  ],
  [
    "pods",
    {
      metricName: ["metric", "name"],
      selector: ["metric", "selector"],
      currentAverageValue: ["current", "averageValue"],
    },
  ],
  ["resource", resourceShape("current", "currentAverage")],
  [
    "containerResource",
    { ...resourceShape("current", "currentAverage"), container: ["container"] },
  ],
  [
    "external",
    {
      metricName: ["metric", "name"],
      metricSelector: ["metric", "selector"],
      currentValue: ["current", "value"],
      currentAverageValue: ["current", "averageValue"],
    },
  ],
]);

function resourceShape(part: string, prefix: string): Shape {
  return {
    name: ["name"],
    [`${prefix}Utilization`]: [part, "averageUtilization"],
    [`${prefix}Value`]: [part, "averageValue"],
  };
}

/** Fields that upstream's old types always have. */
const alwaysThere: ReadonlySet<string> = new Set(["targetValue", "currentValue"]);

export function firstMetricSpecs(metrics: readonly JsonValue[]): JsonValue {
  return metrics.map((metric) => toFirst(metric, specShapes));
}

export function firstMetricStatuses(metrics: readonly JsonValue[]): JsonValue {
  return metrics.map((metric) => toFirst(metric, statusShapes));
}

export function metricSpecsOf(first: readonly JsonValue[]): readonly JsonObject[] {
  return first.map((metric) => withTargetTypes(fromFirst(metric, specShapes)));
}

export function metricStatusesOf(first: readonly JsonValue[]): readonly JsonObject[] {
  return first.map((metric) => fromFirst(metric, statusShapes));
}

function toFirst(metric: JsonValue, shapes: ReadonlyMap<string, Shape>): JsonObject {
  const converted = new Map<string, JsonValue>([["type", textAt(metric, "type")]]);
  for (const [part, shape] of shapes) {
    const source = valueAt(metric, part);
    if (!isJsonObject(source)) continue;
    const isSingle = part === "object" || (part === "external" && shapes === statusShapes);
    const fields = Object.entries(shape).flatMap(([name, path]) => {
      const value =
        valueAt(source, ...path) ?? (isSingle && alwaysThere.has(name) ? "0" : undefined);
      return value === undefined ? [] : [[name, value] as const];
    });
    converted.set(part, Object.fromEntries(fields));
  }
  return Object.fromEntries(converted);
}

function fromFirst(metric: JsonValue, shapes: ReadonlyMap<string, Shape>): JsonObject {
  const converted = new Map<string, JsonValue>([["type", textAt(metric, "type")]]);
  for (const [part, shape] of shapes) {
    const source = valueAt(metric, part);
    if (!isJsonObject(source)) continue;
    const result = new Map<string, JsonValue>();
    for (const [name, path] of Object.entries(shape)) {
      const value = valueAt(source, name);
      // A zero beside an average only fills a place that must not be empty.
      if (value === undefined || (alwaysThere.has(name) && value === "0")) continue;
      place(result, path, value);
    }
    converted.set(part, Object.fromEntries(result));
  }
  return Object.fromEntries(converted);
}

function place(into: Map<string, JsonValue>, path: readonly string[], value: JsonValue): void {
  const [first = "", second] = path;
  if (second === undefined) {
    into.set(first, value);
    return;
  }
  const present = into.get(first);
  into.set(first, { ...(isJsonObject(present) ? present : {}), [second]: value });
}

/** Version 1 tells by which field is there what version 2 also names. */
function withTargetTypes(metric: JsonObject): JsonObject {
  const converted = Object.entries(metric).map(([part, source]) => {
    if (!isJsonObject(source)) return [part, source] as const;
    const target = objectAt(source, "target");
    return [part, { ...source, target: { type: targetType(target), ...target } }] as const;
  });
  return Object.fromEntries(converted);
}

function targetType(target: JsonObject): string {
  if (target["averageUtilization"] !== undefined) return "Utilization";
  return target["averageValue"] === undefined ? "Value" : "AverageValue";
}

const ruleFields = ["StabilizationWindowSeconds", "SelectPolicy", "Policies", "Tolerance"];

/** Upstream writes its internal type here, whose fields begin with capitals and are null when unset. */
export function firstBehavior(behavior: JsonObject): JsonValue {
  const rules = (direction: string): JsonValue => {
    const source = valueAt(behavior, direction);
    if (!isJsonObject(source)) return null;
    return Object.fromEntries(
      ruleFields.map((name) => [name, capitalized(valueAt(source, uncapital(name)) ?? null)]),
    );
  };
  return { ScaleUp: rules("scaleUp"), ScaleDown: rules("scaleDown") };
}

export function behaviorOf(first: JsonObject): JsonObject {
  const behavior = uncapitalized(first);
  return isJsonObject(behavior) ? behavior : {};
}

function capitalized(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(capitalized);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      capitalized(member ?? null),
    ]),
  );
}

/** Without what is null, which upstream takes for unset. */
function uncapitalized(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(uncapitalized);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === null || member === undefined
        ? []
        : [[uncapital(name), uncapitalized(member)] as const],
    ),
  );
}

function uncapital(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
