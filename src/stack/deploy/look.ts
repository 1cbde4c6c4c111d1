/** Compares a stack with what the cluster has, and asks the server what it would make of it. */
import { mapConcurrent } from "#base";
import { hasReason, type JsonObject, type ObjectKey, StatusError } from "#api";
import type { ObjectClient } from "#client";
import type { Remark } from "#compose";
import { decodeQuota, isJsonObject, kindIn, labelsIn, metadataOf } from "../cluster/decode.ts";
import { namespaceKind, resourceQuotaKind, stackKind, stackKinds } from "../cluster/kinds.ts";
import { historyLabel } from "../history/revision.ts";
import { managerName, stackLabels } from "../labels.ts";
import type { DeployedStack, PlannedObject } from "../plan.ts";
import { type Change, changeOf, comparable, nameOf } from "./change.ts";
import { quotaProblems, type QuotaScene } from "./quota.ts";
import { collisionOf, type PlaceFinder, refusalOf, throwRemarks } from "./refusals.ts";

export interface Look {
  /** Whether the namespace has to be made first. */
  readonly namespace: "present" | "absent";
  /** By `Kind/name`, as planned objects are found before anything is done. */
  readonly live: ReadonlyMap<string, JsonObject>;
  /** In the order to apply, then what is removed. */
  readonly changes: readonly Change[];
  /** What the stack has in the cluster and no longer in the file. Claims stay. */
  readonly leftovers: readonly JsonObject[];
}

/** Requests under way at once. */
const concurrency = 8;

/**
 * Looks at everything that deploying would touch. Throws a `ComposeError` when objects belong to
 * somebody else, or when the server refuses some of them; nothing has changed then.
 */
export async function lookAt(
  objects: ObjectClient,
  stack: DeployedStack,
  options: { readonly prune: boolean; readonly findPlace: PlaceFinder },
  signal: AbortSignal,
): Promise<Look> {
  const namespace = await namespaceState(objects, stack.namespace, signal);
  if (namespace === "absent") {
    const changes = stack.objects.flatMap((planned) => changeOf(planned, undefined, {}) ?? []);
    return { namespace, live: new Map(), changes, leftovers: [] };
  }
  const found = await mapConcurrent(stack.objects, concurrency, async (planned) => {
    const live = await objects.find(stackKind(planned.kind), keyOf(stack, planned), signal);
    return live === undefined ? [] : [[nameOf(planned), live] as const];
  });
  const live = new Map(found.flat());
  throwRemarks(
    stack.objects.flatMap((planned) => {
      const there = live.get(nameOf(planned));
      return there === undefined ? [] : (collisionOf(stack.stack, planned, there) ?? []);
    }),
  );
  await checkQuotas(objects, stack, { live, findPlace: options.findPlace }, signal);
  const changes = await tryChanges(objects, stack, { live, findPlace: options.findPlace }, signal);
  const leftovers = options.prune ? await findLeftovers(objects, stack, signal) : [];
  return { namespace, live, changes: [...changes, ...leftovers.map(deletionOf)], leftovers };
}

async function checkQuotas(
  objects: ObjectClient,
  stack: DeployedStack,
  facts: Pick<QuotaScene, "live" | "findPlace">,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { namespace } = stack;
    const quotas = (await objects.list(resourceQuotaKind, { namespace }, signal)).map(decodeQuota);
    throwRemarks(quotaProblems(stack, { ...facts, quotas }));
  } catch (error) {
    // Who may not see quotas learns of them when they are exceeded.
    if (!hasReason(error, "Forbidden")) throw error;
  }
}

/**
 * Lets the server do all but store the objects. Throws a `ComposeError` with all that it refuses. The
 * namespace must be there.
 */
export async function tryChanges(
  objects: ObjectClient,
  stack: DeployedStack,
  facts: { readonly live: ReadonlyMap<string, JsonObject>; readonly findPlace: PlaceFinder },
  signal: AbortSignal,
): Promise<readonly Change[]> {
  const tried = await mapConcurrent(stack.objects, concurrency, (planned) =>
    tryObject(objects, planned, facts, signal),
  );
  throwRemarks(tried.flatMap((outcome) => ("remark" in outcome ? [outcome.remark] : [])));
  return tried.flatMap((outcome) => ("change" in outcome ? (outcome.change ?? []) : []));
}

type Tried = { readonly change: Change | undefined } | { readonly remark: Remark };

async function tryObject(
  objects: ObjectClient,
  planned: PlannedObject,
  facts: { readonly live: ReadonlyMap<string, JsonObject>; readonly findPlace: PlaceFinder },
  signal: AbortSignal,
): Promise<Tried> {
  const live = facts.live.get(nameOf(planned));
  const options = { fieldManager: managerName, force: true, dryRun: true };
  const kind = stackKind(planned.kind);
  if (live !== undefined && changesAddress(planned, live)) {
    return { change: changeOf(planned, live, "cannot change") };
  }
  try {
    const result = await objects.apply(kind, appliedObject(planned, live), options, signal);
    return { change: changeOf(planned, live, result) };
  } catch (error) {
    // What is refused is told together, once all of it has been tried.
    if (!(error instanceof StatusError)) throw error;
    if (live !== undefined && canBeMadeAnew(planned, error)) {
      return { change: changeOf(planned, live, "cannot change") };
    }
    return { remark: refusalOf(planned, error, facts.findPlace) };
  }
}

/** A Service keeps its address, or having none, for as long as it is there, whatever is applied. */
function changesAddress({ kind, object }: PlannedObject, live: JsonObject): boolean {
  return kind === "Service" && isHeadless(object) !== isHeadless(live);
}

function isHeadless({ spec }: JsonObject): boolean {
  return isJsonObject(spec) && spec["clusterIP"] === "None";
}

/** Nothing is lost with these; claims have people's files in them. */
const replaceable = new Set(["Service", "StatefulSet", "Deployment", "DaemonSet", "Job"]);

function canBeMadeAnew({ kind }: PlannedObject, error: StatusError): boolean {
  const texts = [
    error.message,
    ...(error.details?.causes ?? []).map(({ message = "" }) => message),
  ];
  const isFixed = /immutable|may not change|updates to statefulset spec for fields other than/;
  const cannotChange = hasReason(error, "Invalid") && texts.some((text) => isFixed.test(text));
  return replaceable.has(kind) && cannotChange;
}

/**
 * The object to apply. Where an autoscaler decides how many pods there are, the file does not: its
 * number is where it all began.
 */
export function appliedObject({ object }: PlannedObject, live: JsonObject | undefined): JsonObject {
  const { spec } = object;
  const liveSpec = live?.["spec"];
  if (live === undefined || !isJsonObject(spec) || !isJsonObject(liveSpec)) return object;
  const scaled = (metadataOf(live).managedFields ?? []).some(
    ({ manager, subresource }) => subresource === "scale" && manager !== managerName,
  );
  const { replicas } = liveSpec;
  if (!scaled || spec["replicas"] === undefined || replicas === undefined) return object;
  return { ...object, spec: { ...spec, replicas } };
}

async function namespaceState(
  objects: ObjectClient,
  name: string,
  signal: AbortSignal,
): Promise<Look["namespace"]> {
  try {
    const found = await objects.find(namespaceKind, { namespace: "", name }, signal);
    return found === undefined ? "absent" : "present";
  } catch (error) {
    // Who may not look at namespaces has been given one.
    if (hasReason(error, "Forbidden")) return "present";
    throw error;
  }
}

/** Every object that carries the label of the stack, but for its history. */
export async function listStackObjects(
  objects: ObjectClient,
  { stack, namespace }: Pick<DeployedStack, "stack" | "namespace">,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const ours = `${stackLabels.stack}=${stack},${stackLabels.manager}=${managerName}`;
  const labelSelector = `${ours},!${historyLabel}`;
  const lists = await mapConcurrent(stackKinds, concurrency, (kind) =>
    objects.list(kind, { namespace, labelSelector }, signal),
  );
  return lists.flat();
}

async function findLeftovers(
  objects: ObjectClient,
  stack: DeployedStack,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const planned = new Set(stack.objects.map(nameOf));
  const all = await listStackObjects(objects, stack, signal);
  return all.filter((object) => {
    const kind = kindIn(object);
    const isOurs = metadataOf(object).ownerReferences === undefined;
    const name = nameOf({ kind, name: metadataOf(object).name });
    return isOurs && kind !== "PersistentVolumeClaim" && !planned.has(name);
  });
}

function deletionOf(object: JsonObject): Change {
  return {
    kind: "delete",
    object: nameOf({ kind: kindIn(object), name: metadataOf(object).name }),
    service: labelsIn(object)[stackLabels.service],
    before: comparable(object),
    after: undefined,
  };
}

export function keyOf(
  { namespace }: Pick<DeployedStack, "namespace">,
  { name }: PlannedObject,
): ObjectKey {
  return { namespace, name };
}
