import { mapConcurrent } from "#base";
import type { ObjectClient } from "#client";
import type { JsonObject } from "#api";
import { decodePod, kindIn, metadataOf } from "../cluster/decode.ts";
import { podKind, replicaSetKind, type StackKind, stackKind } from "../cluster/kinds.ts";
import { stackLabels } from "../labels.ts";
import type { DeployedStack } from "../plan.ts";
import type { StackSnapshot } from "./service-progress.ts";

/** What the cluster has of the stack now: its workloads and their pods. */
export async function observeStack(
  objects: ObjectClient,
  { stack, namespace, services }: Pick<DeployedStack, "stack" | "namespace" | "services">,
  signal: AbortSignal,
): Promise<StackSnapshot> {
  const names = new Set(services.flatMap(({ workload }) => workload?.kind ?? []));
  const labelSelector = `${stackLabels.stack}=${stack}`;
  const list = (kind: StackKind): Promise<readonly JsonObject[]> =>
    objects.list(kind, { namespace, labelSelector }, signal);
  const lists = [...names].map(stackKind);
  const [pods = [], replicaSets = [], ...workloads] = await mapConcurrent(
    [podKind, replicaSetKind, ...lists],
    lists.length + 2,
    async (kind) => (kind === replicaSetKind && !names.has("Deployment") ? [] : list(kind)),
  );
  return {
    workloads: new Map(
      workloads
        .flat()
        .map((object) => [`${kindIn(object)}/${metadataOf(object).name}`, object] as const),
    ),
    replicaSets,
    pods: pods.map(decodePod),
  };
}
