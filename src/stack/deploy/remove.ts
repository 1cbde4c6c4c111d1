/** Removes a stack: everything that carries its label, its history, and the namespace made for it. */
import { type Clock, mapConcurrent, sleep } from "#base";
import type { JsonObject } from "#api";
import type { KindAddress, ObjectClient } from "#client";
import { kindIn, labelsIn, metadataOf } from "../cluster/decode.ts";
import { namespaceKind, podKind, stackKind, stackKinds } from "../cluster/kinds.ts";
import { historySelector } from "../history/revision.ts";
import { managerName, stackLabels } from "../labels.ts";
import type { DeployedStack } from "../plan.ts";
import { deleteIfPresent } from "./apply.ts";
import { removeObjects } from "./deploy.ts";
import { listStackObjects } from "./look.ts";

export interface RemoveDeps {
  readonly objects: ObjectClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface RemoveOptions {
  /** Whether what is in the volumes is lost, too. */
  readonly volumes: "keep" | "remove";
  readonly waits: boolean;
  readonly timeoutMs: number;
}

export interface Removal {
  /** How many objects there were. */
  readonly count: number;
  /** Names of the claims that stay. */
  readonly keptVolumes: readonly string[];
  readonly namespace: "kept" | "removed";
}

type StackKey = Pick<DeployedStack, "stack" | "namespace">;

const pollMs = 300;

/** Throws when something is still there after the timeout. */
export async function removeStack(
  deps: RemoveDeps,
  key: StackKey,
  options: RemoveOptions,
): Promise<Removal> {
  const { objects, signal } = deps;
  const found = await listStackObjects(objects, key, signal);
  const history = await objects.list(stackKind("Secret"), historyQuery(key), signal);
  const isKept = (object: JsonObject) =>
    options.volumes === "keep" && kindIn(object) === "PersistentVolumeClaim";
  const gone = [...found.filter((object) => !isKept(object)), ...history];
  await removeObjects(objects, gone, signal);
  const keptVolumes = found.filter(isKept).map((object) => metadataOf(object).name);
  if (options.waits) await untilGone(deps, key, options);
  const isOurs = gone.length > 0 && keptVolumes.length === 0 && options.waits;
  const isRemoved = isOurs && (await removeNamespace(deps, key, options));
  return { count: found.length, keptVolumes, namespace: isRemoved ? "removed" : "kept" };
}

function historyQuery({ stack, namespace }: StackKey) {
  return { namespace, labelSelector: historySelector(stack) };
}

/** Waits for the pods, which end in their own time, and for what made them. */
async function untilGone(deps: RemoveDeps, key: StackKey, options: RemoveOptions): Promise<void> {
  const { objects, signal } = deps;
  const labelSelector = `${stackLabels.stack}=${key.stack}`;
  const isKept = ({ kind }: KindAddress) =>
    options.volumes === "keep" && kind === "PersistentVolumeClaim";
  await eventually(deps, options.timeoutMs, async () => {
    const kinds = [podKind, ...stackKinds.filter((kind) => !isKept(kind))];
    const lists = await mapConcurrent(kinds, kinds.length, (kind) =>
      objects.list(kind, { namespace: key.namespace, labelSelector }, signal),
    );
    return lists.flat().map((object) => `${kindIn(object)}/${metadataOf(object).name}`);
  });
}

/** Removes the namespace when it was made for the stack and nothing else is in it. */
async function removeNamespace(
  deps: RemoveDeps,
  { stack, namespace }: StackKey,
  { timeoutMs }: RemoveOptions,
): Promise<boolean> {
  const { objects, signal } = deps;
  const key = { namespace: "", name: namespace };
  const found = await objects.find(namespaceKind, key, signal).catch(() => undefined);
  if (found === undefined) return false;
  const labels = labelsIn(found);
  const isOurs = labels[stackLabels.manager] === managerName && labels[stackLabels.stack] === stack;
  if (!isOurs) return false;
  const lists = await mapConcurrent([podKind, ...stackKinds], 8, (kind) =>
    objects.list(kind, { namespace }, signal),
  );
  if (lists.flat().some((object) => !isGiven(object))) return false;
  await deleteIfPresent(objects, namespaceKind, key, signal);
  await eventually(deps, timeoutMs, async () =>
    (await objects.find(namespaceKind, key, signal)) === undefined
      ? []
      : [`Namespace/${namespace}`],
  );
  return true;
}

/** What every namespace has. */
function isGiven(object: JsonObject): boolean {
  return metadataOf(object).name === "kube-root-ca.crt";
}

async function eventually(
  { clock, signal }: RemoveDeps,
  timeoutMs: number,
  remaining: () => Promise<readonly string[]>,
): Promise<void> {
  const endMs = clock.elapsedMs() + timeoutMs;
  while (true) {
    const names = await remaining();
    if (names.length === 0) return;
    if (clock.elapsedMs() >= endMs) throw new Error(`still there: ${names.join(", ")}`);
    await sleep(clock, pollMs, signal);
  }
}
