/** What a pod worker needs of volumes; implemented in `../volumes`. */

import type { Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import type { EnvValue, Mount } from "../runtime-config.ts";

/** What is known of a container that is about to be made. */
export interface MountFacts {
  readonly podIps: readonly string[];
  readonly environment: readonly EnvValue[];
  readonly attempt: number;
}

export interface PodVolumes {
  /**
   * Makes all volumes of the pod ready on the node, or brings them up to date. Rejects with a
   * sentence for the FailedMount event when one cannot be.
   */
  prepare(pod: Live<Pod>, signal: AbortSignal): Promise<void>;
  /** The mounts of one container; the volumes are ready. */
  mountsOf(
    pod: Live<Pod>,
    container: Container,
    facts: MountFacts,
    signal: AbortSignal,
  ): Promise<readonly Mount[]>;
  /** Removes everything that `prepare` made for the pod with this uid. */
  remove(uid: string, signal: AbortSignal): Promise<void>;
  /** Removes what only the containers of a pod used that has ended: the content of its emptyDirs. */
  discard(pod: Live<Pod>, signal: AbortSignal): Promise<void>;
  /** Uids of pods that have something on this node. */
  listUids(): Promise<readonly string[]>;
}
