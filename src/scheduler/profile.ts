/** The default profile: which filters run, in which order, and which scores. */

import { interPodAffinity } from "./filters/inter-pod-affinity.ts";
import { nodeAffinity } from "./filters/node-affinity.ts";
import { nodeName } from "./filters/node-name.ts";
import { nodePorts } from "./filters/node-ports.ts";
import { nodeResourcesFit } from "./filters/node-resources-fit.ts";
import { nodeUnschedulable } from "./filters/node-unschedulable.ts";
import { podTopologySpread } from "./filters/pod-topology-spread.ts";
import { taintToleration } from "./filters/taint-toleration.ts";
import { volumeBinding } from "./filters/volume-binding.ts";
import type { Filter, Score } from "./plugin.ts";
import { balancedAllocation } from "./scores/balanced-allocation.ts";
import { imageLocality } from "./scores/image-locality.ts";
import { podPreference } from "./scores/inter-pod-affinity.ts";
import { leastAllocated } from "./scores/least-allocated.ts";
import { nodePreference } from "./scores/node-affinity.ts";
import { spreadPreference } from "./scores/pod-topology-spread.ts";
import { taintPreference } from "./scores/taint-toleration.ts";

export interface Profile {
  readonly filters: readonly Filter[];
  readonly scores: readonly Score[];
}

export const defaultProfile: Profile = {
  filters: [
    nodeUnschedulable,
    nodeName,
    taintToleration,
    nodeAffinity,
    nodePorts,
    nodeResourcesFit,
    volumeBinding,
    podTopologySpread,
    interPodAffinity,
  ],
  scores: [
    taintPreference,
    nodePreference,
    leastAllocated,
    balancedAllocation,
    spreadPreference,
    podPreference,
    imageLocality,
  ],
};
