/** What limit ranges fill in and forbid. Pure; the messages are upstream's. */

import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMillis,
  zeroQuantity,
} from "#api";
import type { Container, LimitRange, PersistentVolumeClaim, Pod, PodSpec } from "#api/core/v1";
import { compareText } from "#base";

type ResourceMap = Readonly<Record<string, string>>;
type LimitItem = NonNullable<NonNullable<LimitRange["spec"]>["limits"]>[number];

interface Needs {
  readonly requests: ResourceMap;
  readonly limits: ResourceMap;
}

const annotation = "kubernetes.io/limit-ranger";

/** The pod with the range's default requests and limits, and a note of what was filled in. */
export function withDefaults(found: Pod, range: LimitRange): Pod {
  const { spec } = found;
  const items = itemsOf(range, "Container");
  const requests = merged(items.map(({ defaultRequest = {} }) => defaultRequest));
  const limits = merged(items.map((item) => item.default ?? {}));
  if (spec === undefined) return found;
  const notes: string[] = [];
  const fill = (one: Container, what: string) => filled(one, what, { requests, limits }, notes);
  const containers = spec.containers.map((one) => fill(one, "container"));
  const initContainers = spec.initContainers?.map((one) => fill(one, "init container"));
  if (notes.length === 0) return found;
  const told = `LimitRanger plugin set: ${notes.join("; ")}`;
  return {
    ...found,
    metadata: {
      ...found.metadata,
      annotations: { ...found.metadata?.annotations, [annotation]: told },
    },
    spec: {
      ...spec,
      containers,
      ...(initContainers === undefined ? {} : { initContainers }),
    },
  };
}

function filled(container: Container, what: string, needs: Needs, notes: string[]): Container {
  const { requests, limits } = needsOf(container);
  const addedRequests = absentNames(needs.requests, requests);
  const addedLimits = absentNames(needs.limits, limits);
  if (addedRequests.length === 0 && addedLimits.length === 0) return container;
  const note = (names: readonly string[], kind: string) => {
    if (names.length > 0) notes.push(`${names.join(", ")} ${kind} for ${what} ${container.name}`);
  };
  note(addedRequests, "request");
  note(addedLimits, "limit");
  const resources = {
    ...container.resources,
    limits: { ...needs.limits, ...limits },
    requests: { ...needs.requests, ...requests },
  };
  return { ...container, resources };
}

function absentNames(wanted: ResourceMap, present: ResourceMap): readonly string[] {
  return Object.keys(wanted)
    .filter((name) => present[name] === undefined)
    .sort(compareText);
}

/** Everything about the pod that the range forbids. */
export function podProblems({ spec }: Pod, range: LimitRange): readonly string[] {
  if (spec === undefined) return [];
  const containers = [...spec.containers, ...(spec.initContainers ?? [])].map(needsOf);
  const total = totalNeeds(spec);
  return [
    ...itemsOf(range, "Container").flatMap((item) =>
      containers.flatMap((needs) => itemProblems(item, needs)),
    ),
    ...itemsOf(range, "Pod").flatMap((item) => itemProblems(item, total)),
  ];
}

/** Everything about the claim that the range forbids. */
export function claimProblems(
  { spec }: PersistentVolumeClaim,
  range: LimitRange,
): readonly string[] {
  const requests = spec?.resources?.requests ?? {};
  return itemsOf(range, "PersistentVolumeClaim").flatMap((item) => [
    ...eachOf(item.min).flatMap(([name, least]) =>
      minProblem(item, { name, least }, { requests, limits: {} }),
    ),
    ...eachOf(item.max).flatMap(([name, most]) => {
      const start = `maximum ${name} usage per ${item.type} is ${most}`;
      const request = requests[name];
      if (request === undefined) return [`${start}.  No request is specified`];
      return compare(request, most) > 0 ? [`${start}, but request is ${request}`] : [];
    }),
  ]);
}

function itemProblems(item: LimitItem, needs: Needs): readonly string[] {
  return [
    ...eachOf(item.min).flatMap(([name, least]) => minProblem(item, { name, least }, needs)),
    ...eachOf(item.max).flatMap(([name, most]) => maxProblem(item, { name, most }, needs)),
    ...eachOf(item.maxLimitRequestRatio).flatMap(([name, ratio]) =>
      ratioProblem(item, { name, ratio }, needs),
    ),
  ];
}

function minProblem(
  { type }: LimitItem,
  { name, least }: { readonly name: string; readonly least: string },
  { requests, limits }: Needs,
): readonly string[] {
  const start = `minimum ${name} usage per ${type} is ${least}`;
  const [request, limit] = [requests[name], limits[name]];
  if (request === undefined) return [`${start}.  No request is specified`];
  if (compare(request, least) < 0) return [`${start}, but request is ${request}`];
  if (limit !== undefined && compare(limit, least) < 0) return [`${start}, but limit is ${limit}`];
  return [];
}

function maxProblem(
  { type }: LimitItem,
  { name, most }: { readonly name: string; readonly most: string },
  { requests, limits }: Needs,
): readonly string[] {
  const start = `maximum ${name} usage per ${type} is ${most}`;
  const [request, limit] = [requests[name], limits[name]];
  if (limit === undefined) return [`${start}.  No limit is specified`];
  if (compare(limit, most) > 0) return [`${start}, but limit is ${limit}`];
  if (request !== undefined && compare(request, most) > 0) {
    return [`${start}, but request is ${request}`];
  }
  return [];
}

function ratioProblem(
  { type }: LimitItem,
  { name, ratio }: { readonly name: string; readonly ratio: string },
  { requests, limits }: Needs,
): readonly string[] {
  const start = `${name} max limit to request ratio per ${type} is ${ratio}`;
  const request = millisOf(requests[name]);
  const limit = millisOf(limits[name]);
  if (request === 0) return [`${start}, but no request is specified or request is 0`];
  if (limit === 0) return [`${start}, but no limit is specified or limit is 0`];
  const observed = limit / request;
  if (observed * 1_000 <= millisOf(ratio)) return [];
  return [`${start}, but provided ratio is ${observed.toFixed(6)}`];
}

/** What the whole pod needs: its containers and sidecars together, or its greediest init container. */
function totalNeeds({ containers, initContainers = [] }: PodSpec): Needs {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  const initial = initContainers.filter(({ restartPolicy }) => restartPolicy !== "Always");
  const running = [...containers, ...sidecars].map(needsOf);
  const starting = initial.map(needsOf);
  const total = (part: keyof Needs) =>
    largest([summed(running.map((one) => one[part])), ...starting.map((one) => one[part])]);
  return { requests: total("requests"), limits: total("limits") };
}

function summed(maps: readonly ResourceMap[]): ResourceMap {
  return combined(maps, (left, right) =>
    formatQuantity(addQuantities(parseQuantity(left), parseQuantity(right))),
  );
}

function largest(maps: readonly ResourceMap[]): ResourceMap {
  return combined(maps, (left, right) => (compare(left, right) < 0 ? right : left));
}

function combined(
  maps: readonly ResourceMap[],
  combine: (left: string, right: string) => string,
): ResourceMap {
  const result = new Map<string, string>();
  for (const [name, amount] of maps.flatMap((map) => Object.entries(map))) {
    const present = result.get(name);
    result.set(name, present === undefined ? amount : combine(present, amount));
  }
  return Object.fromEntries(result);
}

function needsOf({ resources }: Pick<Container, "resources">): Needs {
  return { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} };
}

function itemsOf({ spec }: LimitRange, type: string): readonly LimitItem[] {
  return (spec?.limits ?? []).filter((item) => item.type === type);
}

function merged(maps: readonly ResourceMap[]): ResourceMap {
  return Object.fromEntries(maps.flatMap((map) => Object.entries(map)));
}

/** In order, so that of several problems the same comes first every time. */
function eachOf(map: ResourceMap | undefined): readonly (readonly [string, string])[] {
  return Object.entries(map ?? {}).sort(([left], [right]) => compareText(left, right));
}

function compare(left: string, right: string): number {
  return compareQuantities(parseQuantity(left), parseQuantity(right));
}

function millisOf(amount: string | undefined): number {
  return quantityMillis(amount === undefined ? zeroQuantity : parseQuantity(amount));
}
