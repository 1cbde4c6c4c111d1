import type { QosClass } from "#api";
import type { ContainerResources } from "../runtime-config.ts";
import type { CgroupLimits } from "./cgroup-limits.ts";
import { type CgroupDriver, cgroupParentOf, podCgroup, qosCgroup } from "./cgroup-path.ts";
import { applyCgroup, type CgroupDeps, removeCgroup } from "./cgroup-tree.ts";

/** The cgroups around the containers of each pod. */
export interface PodCgroups {
  /** Makes the pod's cgroup or gives it these limits; resolves with the sandbox's `cgroupParent`. */
  ensure(uid: string, qos: QosClass, resources: ContainerResources): Promise<string>;
  /** Kills what is left in it and removes it. One that is not there is fine. */
  remove(uid: string, signal: AbortSignal): Promise<void>;
}

const classes: readonly QosClass[] = ["Guaranteed", "Burstable", "BestEffort"];

/** Pods of the class BestEffort get what is left, together no more than one pod of another class. */
const bestEffortLimits: CgroupLimits = {
  cpuShares: 2,
  cpuQuotaMicros: undefined,
  memoryBytes: undefined,
  processes: undefined,
};

/**
 * @param root the node's cgroup, see `nodeCgroup`
 * @param driver with `systemd` nothing is made here: the runtime asks systemd for the slice that is
 *   named, and limits are those of the containers alone
 */
export function podCgroups(deps: CgroupDeps, root: string, driver: CgroupDriver): PodCgroups {
  return {
    ensure: async (uid, qos, resources) => {
      const path = podCgroup(root, qos, uid);
      if (driver === "cgroupfs") {
        if (qos === "BestEffort") {
          await applyCgroup(deps.disk, qosCgroup(root, qos), bestEffortLimits);
        }
        await applyCgroup(deps.disk, path, limitsOf(resources));
      }
      return cgroupParentOf(driver, path);
    },
    remove: async (uid, signal) => {
      if (driver === "systemd") return;
      for (const qos of classes) await removeCgroup(deps, podCgroup(root, qos, uid), signal);
    },
  };
}

/** In resources zero means no limit. */
function limitsOf({ cpuShares, cpuQuota, memoryLimitBytes }: ContainerResources): CgroupLimits {
  return {
    cpuShares: cpuShares > 0 ? cpuShares : undefined,
    cpuQuotaMicros: cpuQuota > 0 ? cpuQuota : undefined,
    memoryBytes: memoryLimitBytes > 0 ? memoryLimitBytes : undefined,
    processes: undefined,
  };
}
