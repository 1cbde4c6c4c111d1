/** The pods of a stack, for commands that look into them. */
import { silentLogger } from "#base";
import type { Live } from "#api";
import { pod, type Pod } from "#api/core/v1";
import { createClient, createInformer, type Informer } from "#client";
import { objectNameOf, podsOfService, servicesOf, stackLabels } from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import type { OpenCluster } from "./open-cluster.ts";

/** As they are now. Throws when nothing runs in such a stack, or one may not see it. */
export async function listStackPods(
  cluster: OpenCluster,
  stack: string,
  signal: AbortSignal,
): Promise<readonly Live<Pod>[]> {
  const { items } = await createClient(cluster.transport)
    .of(pod)
    .list(selection(cluster, stack), signal);
  if (items.length > 0) return items;
  throw new Error(`Nothing found in stack: ${stack} (namespace ${cluster.namespace})`);
}

export interface WatchedPods extends AsyncDisposable {
  readonly pods: Informer<Pod>;
}

/** As they are and will be, until disposed of. */
export async function watchStackPods(
  { clock, random, signal }: CommandContext,
  cluster: OpenCluster,
  stack: string,
): Promise<WatchedPods> {
  const client = createClient(cluster.transport);
  const deps = { client, clock, random, log: silentLogger };
  const pods = createInformer(deps, pod, selection(cluster, stack));
  const ended = new AbortController();
  const running = pods.run(AbortSignal.any([signal, ended.signal]));
  await pods.synced(signal);
  return {
    pods,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await running;
    },
  };
}

/** The pods of one service; the message of a wrong name has the right ones. */
export function getServicePods(pods: readonly Live<Pod>[], service: string): readonly Live<Pod>[] {
  const found = podsOfService(pods, objectNameOf(service));
  if (found.length > 0) return found;
  throw new UsageError(`no such service: ${service}; there are: ${servicesOf(pods).join(", ")}`);
}

function selection({ namespace }: OpenCluster, stack: string) {
  return { namespace, labelSelector: `${stackLabels.stack}=${stack}` };
}
