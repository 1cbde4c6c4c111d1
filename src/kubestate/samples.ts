/** Samples that many kinds of objects tell in the same way. */
import { type Live, type LiveMetadata, parseQuantity, parseTime } from "#api";
import { type Family, figure, gauge, type LabelValues, type Sample } from "./family.ts";

/** One sample of value 1, all of whose content is in its labels. */
export function fact(labels: LabelValues): readonly Sample[] {
  return [{ labels, value: 1 }];
}

/** One sample for each possible value of a label, of which only the actual one is 1. */
export function choice(
  label: string,
  possible: readonly string[],
  actual: string | undefined,
): readonly Sample[] {
  if (actual === undefined || actual === "") return [];
  return possible.map((one) => ({ labels: { [label]: one }, value: one === actual ? 1 : 0 }));
}

/** Three samples for a condition's status, which is the value of `label`. */
export function statusSamples(
  label: string,
  status: string,
  labels: LabelValues = {},
): readonly Sample[] {
  return ["True", "False", "Unknown"].map((possible) => ({
    labels: { ...labels, [label]: possible.toLowerCase() },
    value: possible === status ? 1 : 0,
  }));
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | undefined;
}

/** Every condition of an object with its status. */
export function conditionSamples(conditions: readonly Condition[] | undefined): readonly Sample[] {
  return (conditions ?? []).flatMap(({ type, status }) =>
    statusSamples("status", status, { condition: type }),
  );
}

/** When a condition came to have this status, in seconds since 1970. */
export function transitionTime(
  conditions: readonly Condition[] | undefined,
  type: string,
  status: "True" | "False",
): number | undefined {
  const found = conditions?.find((one) => one.type === type && one.status === status);
  return epochSeconds(found?.lastTransitionTime);
}

/** Whole seconds since 1970. */
export function epochSeconds(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(parseTime(time) / 1000);
}

export function bit(is: boolean | undefined): number {
  return is === true ? 1 : 0;
}

/** A quantity as a number, which may lose what a float cannot hold. */
export function numberOf(quantity: string): number {
  return Number(parseQuantity(quantity).nanos) / 1e9;
}

/** The amount of one resource among several. */
export function amountOf(
  resources: Readonly<Record<string, string>> | undefined,
  name: string,
): number | undefined {
  const quantity = resources?.[name];
  return quantity === undefined ? undefined : numberOf(quantity);
}

/** Amounts of resources, named as labels must be; resources of unknown units are left out. */
export function resourceSamples(
  resources: Readonly<Record<string, string>> | undefined,
  labels: LabelValues = {},
): readonly Sample[] {
  return Object.entries(resources ?? {}).flatMap(([name, quantity]) => {
    const unit = unitOf(name);
    if (unit === undefined) return [];
    const resource = name.replace(/[^a-zA-Z0-9_]/g, "_");
    return [{ labels: { ...labels, resource, unit }, value: numberOf(quantity) }];
  });
}

function unitOf(resource: string): "core" | "byte" | "integer" | undefined {
  if (resource === "cpu") return "core";
  if (["memory", "storage", "ephemeral-storage"].includes(resource)) return "byte";
  if (/^(hugepages-|attachable-volumes-)/.test(resource)) return "byte";
  if (resource === "pods") return "integer";
  const isNative = !resource.includes("/") || resource.includes("kubernetes.io/");
  return isNative || resource.startsWith("requests.") ? undefined : "integer";
}

/** One sample for each owner, or one with empty labels. */
function ownerSamples({ ownerReferences = [] }: LiveMetadata): readonly Sample[] {
  const labels = (kind: string, name: string, isController: boolean | undefined) =>
    fact({ owner_kind: kind, owner_name: name, owner_is_controller: isController });
  if (ownerReferences.length === 0) return labels("", "", undefined);
  return ownerReferences.flatMap(({ kind, name, controller }) =>
    labels(kind, name, controller === true),
  );
}

/** Whatever is stored has metadata; its type says so only for a known kind. */
type Stored<T> = Live<T> & { readonly metadata: LiveMetadata };

export function created<T>(name: string): Family<T> {
  return figure(name, "Unix creation timestamp", ({ metadata }: Stored<T>) =>
    epochSeconds(metadata.creationTimestamp),
  );
}

export function deleted<T>(name: string): Family<T> {
  return figure(name, "Unix deletion timestamp", ({ metadata }: Stored<T>) =>
    epochSeconds(metadata.deletionTimestamp),
  );
}

export function generation<T>(
  name: string,
  help = "Sequence number representing a specific generation of the desired state.",
): Family<T> {
  return figure(name, help, ({ metadata }: Stored<T>) => metadata.generation ?? 0);
}

export function resourceVersion<T>(name: string, help: string): Family<T> {
  return figure(name, help, ({ metadata }: Stored<T>) => Number(metadata.resourceVersion));
}

export function owner<T>(name: string, help: string): Family<T> {
  return gauge(name, help, ({ metadata }: Stored<T>) => ownerSamples(metadata));
}

/** `namespace` and the object's name under the label `kind`. */
export function namespaced(kind: string): (metadata: LiveMetadata) => LabelValues {
  return ({ namespace, name }) => ({ namespace, [kind]: name });
}
