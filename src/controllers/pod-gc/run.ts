/** Removes pods of nodes that no longer exist, and ended pods beyond the limit. */

import { sleep } from "#base";
import { hasReason, type Live } from "#api";
import { node, type Pod, pod } from "#api/core/v1";
import { keyOfObject } from "#client";
import type { Controller, ControllerDeps } from "../controller.ts";
import { planPodGc } from "./plan.ts";

const everyMs = 20_000;
/** A node must be missing this long before its pods are given up. */
const quarantineMs = 40_000;

export function podGcController(deps: ControllerDeps): Controller {
  const nodes = deps.informers.of(node);
  const pods = deps.informers.of(pod);
  const missingSinceMs = new Map<string, number>();
  const hasNode = (name: string) => nodes.cache.find({ namespace: "", name }) !== undefined;
  const isLost = (name: string) => {
    const sinceMs = missingSinceMs.get(name) ?? deps.clock.elapsedMs();
    missingSinceMs.set(name, sinceMs);
    return deps.clock.elapsedMs() - sinceMs >= quarantineMs;
  };
  return {
    name: "pod-garbage-collector",
    async run(signal) {
      await deps.informers.synced(signal);
      while (!signal.aborted) {
        for (const name of missingSinceMs.keys()) if (hasNode(name)) missingSinceMs.delete(name);
        for (const victim of planPodGc({ pods: pods.cache.list(), hasNode, isLost })) {
          await removePod(deps, victim, reasonOf(victim, hasNode), signal);
        }
        await sleep(deps.clock, everyMs, signal).catch(() => {});
      }
    },
  };
}

/** Why a pod goes, in the words of upstream's metrics. */
function reasonOf({ spec }: Live<Pod>, hasNode: (name: string) => boolean): string {
  const name = spec.nodeName ?? "";
  if (name === "") return "unscheduled";
  return hasNode(name) ? "terminated" : "orphaned";
}

async function removePod(
  { client, log, metrics }: ControllerDeps,
  victim: Live<Pod>,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const preconditions = { uid: victim.metadata.uid };
  const options = { gracePeriodSeconds: 0, preconditions };
  try {
    await client.of(pod).delete(keyOfObject(victim), options, signal);
    metrics.collectedPods.with(victim.metadata.namespace ?? "", reason).add();
  } catch (error) {
    // Gone already is what was wanted; anything else is tried again next time.
    if (signal.aborted || hasReason(error, "NotFound")) return;
    log.error("removing pod", error);
  }
}
