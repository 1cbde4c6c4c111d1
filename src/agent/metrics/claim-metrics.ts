/** How full the volumes behind pods' claims are, under upstream's names. */
import type { Disk, DiskSpace, Meters } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { Client } from "#client";
import { type ClaimedPlace, placeOfClaim } from "../volumes/claims.ts";

export interface ClaimMetricsDeps {
  readonly client: Client;
  readonly disk: Pick<Disk, "measureSpace">;
  readonly listPods: () => readonly Live<Pod>[];
}

const figures: readonly (readonly [
  name: string,
  help: string,
  read: (space: DiskSpace) => number,
])[] = [
  ["capacity_bytes", "Capacity in bytes of the volume", ({ totalBytes }) => totalBytes],
  [
    "available_bytes",
    "Number of available bytes in the volume",
    ({ availableBytes }) => availableBytes,
  ],
  [
    "used_bytes",
    "Number of used bytes in the volume",
    ({ totalBytes, freeBytes }) => totalBytes - freeBytes,
  ],
  ["inodes", "Maximum number of inodes in the volume", ({ totalFiles }) => totalFiles],
  ["inodes_free", "Number of free inodes in the volume", ({ freeFiles }) => freeFiles],
  [
    "inodes_used",
    "Number of used inodes in the volume",
    ({ totalFiles, freeFiles }) => totalFiles - freeFiles,
  ],
];

/** As upstream: of local volumes, whose file system is theirs to fill, and not of host paths. */
export class ClaimMetrics {
  readonly #deps: ClaimMetricsDeps;
  /** By pod and claim: what a claim is bound to never changes. */
  readonly #places = new Map<string, ClaimedPlace>();
  #measured: readonly { readonly labelValues: readonly string[]; readonly space: DiskSpace }[] = [];

  constructor(meters: Meters, deps: ClaimMetricsDeps) {
    this.#deps = deps;
    const labelNames = ["namespace", "persistentvolumeclaim"];
    for (const [name, help, read] of figures) {
      meters.sampled({ name: `kubelet_volume_stats_${name}`, help, labelNames }, "gauge", () =>
        this.#measured.map(({ labelValues, space }) => ({ labelValues, value: read(space) })),
      );
    }
  }

  /** Measures; what is sampled until the next time is what was found. */
  async refresh(signal: AbortSignal): Promise<void> {
    const claims = new Map<string, Live<Pod>>();
    for (const pod of this.#deps.listPods()) {
      if (pod.status.phase !== "Running") continue;
      for (const name of claimsOf(pod)) claims.set(`${pod.metadata.namespace ?? ""}/${name}`, pod);
    }
    for (const key of this.#places.keys()) if (!claims.has(key)) this.#places.delete(key);
    const measured = await Promise.all(
      Array.from(claims, ([key, pod]) => this.#measure(key, pod, signal)),
    );
    this.#measured = measured.filter((one) => one !== undefined);
  }

  async #measure(key: string, pod: Live<Pod>, signal: AbortSignal) {
    const labelValues = key.split("/");
    const [, name = ""] = labelValues;
    const request = { name, readOnly: false, isEphemeral: false };
    try {
      const place =
        this.#places.get(key) ?? (await placeOfClaim(this.#deps.client, pod, request, signal));
      this.#places.set(key, place);
      if (!place.isOwnable) return undefined;
      return { labelValues, space: await this.#deps.disk.measureSpace(place.path) };
    } catch (error) {
      // A volume that is going, or cannot be measured now, has no figures this time.
      if (signal.aborted) throw error;
      return undefined;
    }
  }
}

function claimsOf({ metadata, spec }: Live<Pod>): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim?.claimName !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${metadata.name}-${name}`];
  });
}
