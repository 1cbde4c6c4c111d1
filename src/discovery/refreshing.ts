import { type Clock, describeError, type Logger, sleep } from "#base";
import type { RefreshMetrics } from "./discovery-metrics.ts";
import type { Discoverer, Publish, TargetGroup } from "./target-group.ts";

export interface RefreshDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: RefreshMetrics;
}

export interface Refreshing {
  readonly intervalMs: number;
  /** All groups as they are now. What it throws is logged, and the targets stay as they were. */
  refresh(signal: AbortSignal): Promise<readonly TargetGroup[]>;
}

/** Asks again and again; groups that are no longer told of are published as gone. */
export function createRefreshing(
  deps: RefreshDeps,
  { intervalMs, refresh }: Refreshing,
): Discoverer {
  return {
    run: async (signal, publish) => {
      let known: ReadonlySet<string> = new Set();
      while (!signal.aborted) {
        const startedMs = deps.clock.elapsedMs();
        try {
          known = publishAll(await refresh(signal), known, publish);
        } catch (error) {
          // The catch site of discovery's loops.
          if (signal.aborted) return;
          deps.metrics.failed();
          deps.log.warn("unable to refresh target groups", { why: describeError(error) });
        }
        deps.metrics.refreshed((deps.clock.elapsedMs() - startedMs) / 1_000);
        await sleep(deps.clock, intervalMs, signal).catch(() => {});
      }
    },
  };
}

/** Publishes `groups`, and as gone what was `known` and is not among them. */
export function publishAll(
  groups: readonly TargetGroup[],
  known: ReadonlySet<string>,
  publish: Publish,
): ReadonlySet<string> {
  const sources = new Set(groups.map(({ source }) => source));
  const gone = [...known].filter((source) => !sources.has(source)).map(emptyGroup);
  publish([...groups, ...gone]);
  return sources;
}

export function emptyGroup(source: string): TargetGroup {
  return { source, targets: [], labels: [] };
}
