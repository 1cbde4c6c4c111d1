/** Applies the objects of a stack, and takes back what was applied when the server refuses the rest. */
import { hasReason, type JsonObject, StatusError } from "#api";
import type { ObjectClient } from "#client";
import { namespaceKind, stackKind } from "../cluster/kinds.ts";
import { managerName, stackLabels } from "../labels.ts";
import type { DeployedStack, PlannedObject } from "../plan.ts";
import { type Change, nameOf } from "./change.ts";
import { appliedObject, keyOf } from "./look.ts";

export const applied = { fieldManager: managerName, force: true, dryRun: false };

/** What applying works with. */
export interface ApplyScene {
  readonly objects: ObjectClient;
  readonly stack: DeployedStack;
  /** As they were before; by `Kind/name`. */
  readonly live: ReadonlyMap<string, JsonObject>;
  /** By `Kind/name`. */
  readonly changes: ReadonlyMap<string, Change>;
  /** What was deployed before, which is what taking back leads to. */
  readonly previous: DeployedStack | undefined;
}

/** Makes the namespace, marked as made for this stack, so that removing the stack may remove it. */
export async function createNamespace(
  objects: ObjectClient,
  { stack, namespace }: Pick<DeployedStack, "stack" | "namespace">,
  signal: AbortSignal,
): Promise<void> {
  const labels = { [stackLabels.manager]: managerName, [stackLabels.stack]: stack };
  const metadata = { name: namespace, labels };
  const object = { apiVersion: "v1", kind: "Namespace", metadata };
  await objects.apply(namespaceKind, object, applied, signal);
}

/** Applies what differs. */
export async function applyObject(
  { objects, stack, live, changes }: ApplyScene,
  planned: PlannedObject,
  signal: AbortSignal,
): Promise<void> {
  const change = changes.get(nameOf(planned));
  if (change === undefined) return;
  const kind = stackKind(planned.kind);
  if (change.kind === "replace") {
    await objects.delete(kind, keyOf(stack, planned), { propagationPolicy: "Background" }, signal);
  }
  const before = change.kind === "replace" ? undefined : live.get(nameOf(planned));
  await objects.apply(kind, appliedObject(planned, before), applied, signal);
}

/** Takes back what was applied, the last first: removes what is new, restores what was changed. */
export async function takeBack(
  { objects, stack, changes, previous }: ApplyScene,
  done: readonly PlannedObject[],
  signal: AbortSignal,
): Promise<void> {
  for (const planned of [...done].reverse()) {
    const change = changes.get(nameOf(planned));
    const kind = stackKind(planned.kind);
    if (change?.kind === "create") {
      await deleteIfPresent(objects, kind, keyOf(stack, planned), signal);
      continue;
    }
    const former = previous?.objects.find((object) => nameOf(object) === nameOf(planned));
    if (change === undefined || former === undefined) continue;
    if (change.kind === "replace") {
      await deleteIfPresent(objects, kind, keyOf(stack, planned), signal);
    }
    await objects.apply(kind, former.object, applied, signal);
  }
}

/** Deletes an object together with what it made; one that is gone already is fine. */
export async function deleteIfPresent(
  objects: ObjectClient,
  kind: Parameters<ObjectClient["delete"]>[0],
  key: Parameters<ObjectClient["delete"]>[1],
  signal: AbortSignal,
): Promise<void> {
  try {
    await objects.delete(kind, key, { propagationPolicy: "Background" }, signal);
  } catch (error) {
    if (!hasReason(error, "NotFound")) throw error;
  }
}

/** Whether an error is the server's answer to an object, rather than no answer at all. */
export function isRefusal(error: unknown): error is StatusError {
  return error instanceof StatusError;
}
