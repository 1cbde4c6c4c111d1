/** How long changes of pods' cgroups take, under upstream's name. */
import { type Clock, defaultBuckets, type Meters } from "#base";
import type { PodCgroups } from "../cgroup/pod-cgroups.ts";

/** The same cgroups, whose changes are measured. */
export function observedCgroups(cgroups: PodCgroups, meters: Meters, clock: Clock): PodCgroups {
  const durations = meters.histogram({
    name: "kubelet_cgroup_manager_duration_seconds",
    help: "Duration in seconds for cgroup manager operations. Broken down by method.",
    labelNames: ["operation_type"],
    buckets: defaultBuckets,
  });
  /** Uids of pods whose cgroup was made. */
  const made = new Set<string>();
  const measure = async <T>(operation: string, change: () => Promise<T>): Promise<T> => {
    const startMs = clock.elapsedMs();
    const changed = await change();
    durations.with(operation).observe((clock.elapsedMs() - startMs) / 1_000);
    return changed;
  };
  return {
    ensure: async (uid, qos, resources) => {
      const operation = made.has(uid) ? "update" : "create";
      made.add(uid);
      return measure(operation, () => cgroups.ensure(uid, qos, resources));
    },
    remove: async (uid, signal) => {
      made.delete(uid);
      await measure("destroy", () => cgroups.remove(uid, signal));
    },
  };
}
