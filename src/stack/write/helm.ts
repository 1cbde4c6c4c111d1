/**
 * A Helm chart of a plan. What people change from installation to installation are values: the image
 * of every service and how many replicas it has. Everything else is as the plan has it.
 */
import type { JsonObject, JsonValue } from "#api";
import { formatYaml } from "#compose";
import type { PlannedObject, StackPlan } from "../plan.ts";
import { fileNameOf, type OutputFile } from "./manifests.ts";

export function helmFiles(plan: StackPlan): readonly OutputFile[] {
  const chart = {
    apiVersion: "v2",
    name: plan.stack,
    description: `The stack ${plan.stack}, from its Compose file`,
    type: "application",
    version: "0.1.0",
  };
  return [
    { path: "Chart.yaml", text: formatYaml(chart) },
    { path: "values.yaml", text: formatYaml(valuesOf(plan)) },
    ...plan.objects.map((planned) => ({
      path: `templates/${fileNameOf(planned)}`,
      text: templateOf(planned, plan),
    })),
  ];
}

interface ServiceValues {
  readonly image: string;
  readonly replicas?: number;
}

function valuesOf(plan: StackPlan): { readonly services: Readonly<Record<string, ServiceValues>> } {
  const services = plan.services.flatMap(({ objectName, replicas, mode }) => {
    const image = imageIn(plan, objectName);
    if (image === undefined) return [];
    const isScalable = mode === "replicated" && replicas !== undefined;
    return [[objectName, { image, ...(isScalable ? { replicas } : {}) }] as const];
  });
  return { services: Object.fromEntries(services) };
}

/** The image of the container that is called as the service. */
function imageIn(plan: StackPlan, objectName: string): string | undefined {
  for (const { object } of plan.objects) {
    const found = containersOf(object).find(({ name }) => name === objectName);
    if (typeof found?.["image"] === "string") return found["image"];
  }
  return undefined;
}

/** Marks a value for the template: no text of a Compose file has such characters in it. */
const mark = "\u0001";

function templateOf({ object, service }: PlannedObject, plan: StackPlan): string {
  const known = plan.services.find(({ name }) => name === service);
  const names = plan.services.map(({ objectName }) => objectName);
  const placed = withValues(object, {
    names,
    ...(known?.replicas === undefined || known.mode !== "replicated"
      ? {}
      : { scaled: known.objectName }),
  });
  const escaped = formatYaml(placed).replaceAll("{{", `{{ "{{" }}`);
  return escaped.replace(/"?\\u0001([^\\]*)\\u0001"?/g, "{{ $1 }}");
}

interface Placement {
  readonly names: readonly string[];
  /** The service whose `spec.replicas` this object has. */
  readonly scaled?: string;
}

function withValues(object: JsonObject, { names, scaled }: Placement): JsonObject {
  const marked = (expression: string) => `${mark}${expression}${mark}`;
  const metadata = { ...objectAt(object, "metadata"), namespace: marked(".Release.Namespace") };
  const isScaled = scaled !== undefined && objectAt(object, "spec")["replicas"] !== undefined;
  const spec = isScaled
    ? { ...objectAt(object, "spec"), replicas: marked(valueOf(scaled, "replicas")) }
    : object["spec"];
  const withImages = spec === undefined ? undefined : imagesReplaced(spec, names);
  return { ...object, metadata, ...(withImages === undefined ? {} : { spec: withImages }) };
}

/** In backquotes, which need no escaping in the text around it. */
function valueOf(objectName: string, name: "image" | "replicas"): string {
  const value = `index .Values.services \`${objectName}\` \`${name}\``;
  return name === "image" ? `${value} | quote` : value;
}

function imagesReplaced(value: JsonValue, names: readonly string[]): JsonValue {
  if (Array.isArray(value)) return value.map((item) => imagesReplaced(item, names));
  if (!isObject(value)) return value;
  const name = value["name"];
  const isService = typeof name === "string" && names.includes(name) && "image" in value;
  const entries = Object.entries(value).flatMap(([key, child]): [string, JsonValue][] =>
    child === undefined ? [] : [[key, imagesReplaced(child, names)]],
  );
  const image = isService ? { image: `${mark}${valueOf(name, "image")}${mark}` } : {};
  return { ...Object.fromEntries(entries), ...image };
}

function containersOf(object: JsonObject): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const visit = (value: JsonValue | undefined) => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isObject(value)) return;
    if (typeof value["image"] === "string") found.push(value);
    for (const child of Object.values(value)) visit(child);
  };
  visit(object["spec"]);
  return found;
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
