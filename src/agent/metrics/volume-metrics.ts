/** How the volumes of a node's pods are made ready, under upstream's names. */
import type { Clock, HistogramMetric, Meters, MetricVector, SampledValue } from "#base";
import type { Live } from "#api";
import type { Pod, Volume } from "#api/core/v1";

const buckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 25, 50, 120, 300, 600];

export class VolumeMetrics {
  readonly #clock: Clock;
  readonly #operations: MetricVector<HistogramMetric>;
  /** Uid → volumes that are ready, by name, with their plugins. */
  readonly #ready = new Map<string, Map<string, string>>();
  #listPods: () => readonly Live<Pod>[] = () => [];

  constructor(meters: Meters, clock: Clock) {
    this.#clock = clock;
    this.#operations = meters.histogram({
      name: "storage_operation_duration_seconds",
      help: "Storage operation duration",
      labelNames: ["volume_plugin", "operation_name", "status", "migrated"],
      buckets,
    });
    meters.sampled(
      {
        name: "volume_manager_total_volumes",
        help: "Number of volumes in Volume Manager",
        labelNames: ["plugin_name", "state"],
      },
      "gauge",
      () => [
        ...countBy(this.#listDesired(), "desired_state_of_world"),
        ...countBy(
          Array.from(this.#ready.values()).flatMap((volumes) => [...volumes.values()]),
          "actual_state_of_world",
        ),
      ],
    );
  }

  /** Who is asked for the pods whose volumes there should be. */
  show(listPods: () => readonly Live<Pod>[]): void {
    this.#listPods = listPods;
  }

  /** Makes a volume of a pod ready by `prepare`, and tells how that went. */
  async measure(uid: string, volume: Volume, prepare: () => Promise<void>): Promise<void> {
    const startMs = this.#clock.elapsedMs();
    const plugin = pluginOf(volume);
    let status = "fail-unknown";
    try {
      await prepare();
      status = "success";
      const ready = this.#ready.get(uid) ?? new Map<string, string>();
      this.#ready.set(uid, ready.set(volume.name, plugin));
    } finally {
      const seconds = (this.#clock.elapsedMs() - startMs) / 1_000;
      this.#operations.with(plugin, "volume_mount", status, "false").observe(seconds);
    }
  }

  removed(uid: string): void {
    this.#ready.delete(uid);
  }

  #listDesired(): readonly string[] {
    return this.#listPods()
      .filter(({ status }) => status.phase !== "Succeeded" && status.phase !== "Failed")
      .flatMap(({ spec }) => (spec.volumes ?? []).map(pluginOf));
  }
}

/** As upstream calls what is behind a kind of volume; claims lead to local volumes here. */
function pluginOf(volume: Volume): string {
  const plugins = [
    ["configmap", volume.configMap],
    ["secret", volume.secret],
    ["projected", volume.projected],
    ["downward-api", volume.downwardAPI],
    ["empty-dir", volume.emptyDir],
    ["host-path", volume.hostPath],
  ] as const;
  const found = plugins.find(([, source]) => source !== undefined);
  return `kubernetes.io/${found?.[0] ?? "local-volume"}`;
}

function countBy(plugins: readonly string[], state: string): readonly SampledValue[] {
  return Array.from(
    Map.groupBy(plugins, (plugin) => plugin),
    ([plugin, members]) => ({ labelValues: [plugin, state], value: members.length }),
  );
}
