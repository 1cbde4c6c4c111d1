/** Asks a cluster what runs of stacks. */
import { mapConcurrent } from "#base";
import type { JsonObject } from "#api";
import type { Pod, Service } from "#api/core/v1";
import type { ObjectClient } from "#client";
import { decodePod, decodeService } from "../cluster/decode.ts";
import { podKind, stackKind, workloadKinds } from "../cluster/kinds.ts";
import { managerName, stackLabels } from "../labels.ts";

/** Where to look: a namespace, or all of them. */
export interface ListScope {
  readonly namespace: string | undefined;
  /** Undefined for every stack. */
  readonly stack: string | undefined;
}

/** What runs services. Pods of a Job that a CronJob made are its. */
export async function listWorkloads(
  objects: ObjectClient,
  { namespace, stack }: ListScope,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const which = stack === undefined ? stackLabels.stack : `${stackLabels.stack}=${stack}`;
  const labelSelector = `${which},${stackLabels.manager}=${managerName}`;
  const lists = await mapConcurrent(workloadKinds, workloadKinds.length, (kind) =>
    objects.list(kind, { namespace, labelSelector }, signal),
  );
  return lists.flat();
}

export async function listTasks(
  objects: ObjectClient,
  { namespace, stack }: { readonly namespace: string; readonly stack: string },
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const labelSelector = `${stackLabels.stack}=${stack}`;
  return (await objects.list(podKind, { namespace, labelSelector }, signal)).map(decodePod);
}

export async function listServices(
  objects: ObjectClient,
  { namespace, stack }: { readonly namespace: string; readonly stack: string },
  signal: AbortSignal,
): Promise<readonly Service[]> {
  const labelSelector = `${stackLabels.stack}=${stack}`;
  const found = await objects.list(stackKind("Service"), { namespace, labelSelector }, signal);
  return found.map(decodeService);
}
