/**
 * The pods of one node, from the API to the runtime: follows the pods that are bound to the node,
 * watches what happens to their containers, and sweeps what no pod owns any more.
 */

import { type Clock, type Logger, sleep } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { Informer } from "#client";
import type { PodMetrics } from "../metrics/pod-metrics.ts";
import { type Runtime, RuntimeError } from "../runtime.ts";
import { podUidLabel } from "./labels.ts";
import type { PodWorkers } from "./pod-workers.ts";
import type { PodVolumes } from "./volumes.ts";

export interface PodAgentDeps {
  /** Pods bound to this node. */
  readonly pods: Pick<Informer<Pod>, "onChange" | "synced" | "cache">;
  readonly workers: PodWorkers;
  readonly runtime: Runtime;
  readonly volumes: PodVolumes;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: PodMetrics;
}

/** How often the runtime is asked for everything it has; what events miss is found this late. */
const relistMs = 1_000;
/** With events, relisting is only the second line. */
const relistWithEventsMs = 10_000;
const retryMs = 1_000;

/** Runs the node's pods until aborted; containers go on without us. */
export async function runPodAgent(deps: PodAgentDeps, signal: AbortSignal): Promise<void> {
  using _following = deps.pods.onChange(({ before, after }) => {
    if (after !== undefined) deps.workers.update(after);
    else if (before !== undefined) deps.workers.forget(before.metadata.uid);
  });
  await deps.pods.synced(signal);
  for (const pod of deps.pods.cache.list()) deps.workers.update(pod);
  await Promise.all([deps.workers.run(signal), followRuntime(deps, signal)]);
}

async function followRuntime(deps: PodAgentDeps, signal: AbortSignal): Promise<void> {
  const known = new RuntimeView(deps);
  const hasEvents = { value: true };
  const listening = listen(deps, hasEvents, signal);
  while (!signal.aborted) {
    const startMs = deps.clock.elapsedMs();
    try {
      await known.refresh(signal);
      deps.metrics.relisted(startMs);
    } catch (error) {
      // The catch site of the relisting loop: containerd may be starting again.
      if (signal.aborted) break;
      deps.log.warn("listing containers", { why: String(error) });
    }
    const waitMs = hasEvents.value ? relistWithEventsMs : relistMs;
    await sleep(deps.clock, waitMs, signal).catch(() => {});
  }
  await listening;
}

/** Wakes workers by the runtime's events, as long as it gives any. */
async function listen(
  deps: PodAgentDeps,
  hasEvents: { value: boolean },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { sandbox } of deps.runtime.watch(signal)) {
        deps.workers.wake(sandbox?.labels[podUidLabel] ?? "");
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RuntimeError && error.code === "unimplemented") {
        hasEvents.value = false;
        return;
      }
      deps.log.warn("listening to the runtime", { why: String(error) });
    }
    await sleep(deps.clock, retryMs, signal).catch(() => {});
  }
}

/** What the runtime had at the last look, to notice what changed since. */
class RuntimeView {
  readonly #deps: PodAgentDeps;
  #states = new Map<string, string>();

  constructor(deps: PodAgentDeps) {
    this.#deps = deps;
  }

  async refresh(signal: AbortSignal): Promise<void> {
    const { runtime, volumes } = this.#deps;
    const [sandboxes, containers] = await Promise.all([
      runtime.sandboxes.list({}, signal),
      runtime.containers.list({}, signal),
    ]);
    const states = new Map<string, string>();
    const uids = new Map<string, string>();
    for (const { id, state, labels } of [...sandboxes, ...containers]) {
      states.set(id, state);
      uids.set(id, labels[podUidLabel] ?? "");
    }
    for (const [id, state] of states) {
      if (this.#states.get(id) !== state) this.#wake(uids.get(id));
    }
    this.#states = states;
    this.#wakeOrphans([...new Set(uids.values()), ...(await volumes.listUids())]);
  }

  /** Pods that the API does not know are swept by their worker. */
  #wakeOrphans(uids: readonly string[]): void {
    const wanted = new Set(
      this.#deps.workers.list().map(({ metadata }: Live<Pod>) => metadata.uid),
    );
    for (const uid of uids) if (!wanted.has(uid)) this.#wake(uid);
  }

  #wake(uid: string | undefined): void {
    if (uid !== undefined && uid !== "") this.#deps.workers.wake(uid);
  }
}
