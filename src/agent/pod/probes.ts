/** What a pod worker needs of probes; implemented in `../probes`. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { ObservedPod } from "./observed.ts";
import type { ProbeFindings } from "./plan.ts";

export interface PodProbes extends ProbeFindings {
  /** Starts probing what runs now and stops probing what does not. */
  track(pod: Live<Pod>, observed: ObservedPod): void;
  /** Stops all probes of the pod with this uid. */
  forget(uid: string): void;
}
