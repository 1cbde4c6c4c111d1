/**
 * Whether a stack fits into what the namespace may still use. The server looks at each object alone,
 * and at pods only when they are made, so that a stack could be half there before anybody says no.
 */
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  type JsonObject,
  parseQuantity,
  type Quantity,
  quantityOf,
  subtractQuantities,
  zeroQuantity,
} from "#api";
import type { Container, PodSpec, ResourceQuota } from "#api/core/v1";
import type { Path, Remark } from "#compose";
import { decodeClaim, decodeDeployment, decodeJob, decodeService } from "../cluster/decode.ts";
import { stackKind } from "../cluster/kinds.ts";
import type { DeployedStack, PlannedObject } from "../plan.ts";
import { nameOf } from "./change.ts";
import type { PlaceFinder } from "./refusals.ts";

/** Amounts by the names that quotas have for them. */
type Amounts = ReadonlyMap<string, Quantity>;

export interface QuotaScene {
  readonly quotas: readonly ResourceQuota[];
  /** What is there already, and counted; by `Kind/name`. */
  readonly live: ReadonlyMap<string, JsonObject>;
  readonly findPlace: PlaceFinder;
}

/** The objects with which quotas would be exceeded, one for each quota and resource. */
export function quotaProblems(
  { objects }: Pick<DeployedStack, "objects">,
  { quotas, live, findPlace }: QuotaScene,
): readonly Remark[] {
  return quotas.filter(countsEverything).flatMap(({ metadata, spec, status }) => {
    const limits = Object.entries(status?.hard ?? spec?.hard ?? {});
    return limits.flatMap(([resource, limit]): readonly Remark[] => {
      const used = parseQuantity(status?.used?.[resource] ?? "0");
      const found = firstBeyond(resource, subtractQuantities(parseQuantity(limit), used), {
        objects,
        live,
      });
      if (found === undefined) return [];
      const amounts = `requested: ${resource}=${formatQuantity(found.requested)}, used: ${resource}=${formatQuantity(used)}, limited: ${resource}=${limit}`;
      const message = `exceeded quota: ${metadata?.name}, ${amounts}`;
      return [remarkOf(found.planned, resource, { message, findPlace })];
    });
  });
}

/** Quotas with scopes count some pods only; these are left to the server. */
function countsEverything({ spec }: ResourceQuota): boolean {
  return spec?.scopes === undefined && spec?.scopeSelector === undefined;
}

function firstBeyond(
  resource: string,
  free: Quantity,
  { objects, live }: Pick<DeployedStack, "objects"> & Pick<QuotaScene, "live">,
): { readonly planned: PlannedObject; readonly requested: Quantity } | undefined {
  let requested = zeroQuantity;
  for (const planned of objects) {
    const before = live.get(nameOf(planned));
    const wanted = amountIn(planned.kind, planned.object, resource);
    const had = before === undefined ? zeroQuantity : amountIn(planned.kind, before, resource);
    requested = addQuantities(requested, subtractQuantities(wanted, had));
    const isMore = compareQuantities(wanted, had) > 0;
    if (isMore && compareQuantities(requested, free) > 0) return { planned, requested };
  }
  return undefined;
}

function remarkOf(
  { service, place, ...planned }: PlannedObject,
  resource: string,
  { message, findPlace }: { readonly message: string; readonly findPlace: PlaceFinder },
): Remark {
  if (service === undefined) return { place, message: `${nameOf(planned)}: ${message}` };
  const path: Path = ["services", service, "deploy"];
  const isOfPods = podResources.has(resource);
  const detail = resource === "pods" || resource === "count/pods" ? "replicas" : "resources";
  return {
    place: isOfPods ? findPlace([...path, detail]) : place,
    message: `service "${service}": ${nameOf(planned)}: ${message}`,
  };
}

const podResources = new Set([
  "pods",
  "count/pods",
  "cpu",
  "memory",
  "requests.cpu",
  "requests.memory",
  "limits.cpu",
  "limits.memory",
]);

function amountIn(kind: string, object: JsonObject, resource: string): Quantity {
  return amountsOf(kind, object).get(resource) ?? zeroQuantity;
}

/** What an object and the pods that it makes use. */
function amountsOf(kindName: string, object: JsonObject): Amounts {
  const kind = stackKind(kindName);
  const plural = kind.resource?.name ?? "";
  const { group } = kind.package;
  const counted: [string, Quantity][] = [
    [`count/${plural}${group === "" ? "" : `.${group}`}`, one],
    ...(group === "" ? [[plural, one] as [string, Quantity]] : []),
  ];
  return new Map([...counted, ...podAmounts(kindName, object), ...ownAmounts(kindName, object)]);
}

const one = quantityOf(1, "DecimalSI");

function ownAmounts(kind: string, object: JsonObject): readonly (readonly [string, Quantity])[] {
  if (kind === "PersistentVolumeClaim") {
    const size = decodeClaim(object).spec?.resources?.requests?.["storage"];
    return size === undefined ? [] : [["requests.storage", parseQuantity(size)]];
  }
  if (kind !== "Service") return [];
  const { type, ports = [] } = decodeService(object).spec ?? {};
  if (type !== "LoadBalancer" && type !== "NodePort") return [];
  const nodePorts: readonly [string, Quantity] = [
    "services.nodeports",
    quantityOf(ports.length, "DecimalSI"),
  ];
  return type === "NodePort" ? [nodePorts] : [nodePorts, ["services.loadbalancers", one]];
}

/** Of workloads whose number of pods is known: those of a DaemonSet depend on the nodes. */
function podAmounts(kind: string, object: JsonObject): readonly (readonly [string, Quantity])[] {
  const count = podCountOf(kind, object);
  if (count === 0) return [];
  const spec = decodeDeployment(object).spec?.template?.spec;
  const all = quantityOf(count, "DecimalSI");
  const times = (of: "requests" | "limits", resource: "cpu" | "memory") =>
    multiplied(podAmount(spec, of, resource), count);
  return [
    ["pods", all],
    ["count/pods", all],
    ["cpu", times("requests", "cpu")],
    ["requests.cpu", times("requests", "cpu")],
    ["memory", times("requests", "memory")],
    ["requests.memory", times("requests", "memory")],
    ["limits.cpu", times("limits", "cpu")],
    ["limits.memory", times("limits", "memory")],
  ];
}

function podCountOf(kind: string, object: JsonObject): number {
  if (kind === "Job") return decodeJob(object).spec?.parallelism ?? 1;
  if (kind !== "Deployment" && kind !== "StatefulSet") return 0;
  return decodeDeployment(object).spec?.replicas ?? 1;
}

function podAmount(
  spec: PodSpec | undefined,
  of: "requests" | "limits",
  resource: "cpu" | "memory",
): Quantity {
  const amounts = (spec?.containers ?? []).map((container) =>
    containerAmount(container, of, resource),
  );
  return amounts.reduce(addQuantities, zeroQuantity);
}

/** What a container does not request, it requests as much as it may have. */
function containerAmount(
  { resources }: Container,
  of: "requests" | "limits",
  resource: "cpu" | "memory",
): Quantity {
  const limit = resources?.limits?.[resource];
  const amount = of === "limits" ? limit : (resources?.requests?.[resource] ?? limit);
  return amount === undefined ? zeroQuantity : parseQuantity(String(amount));
}

function multiplied({ nanos, format }: Quantity, count: number): Quantity {
  return { nanos: nanos * BigInt(count), format };
}
