/** What the agent's work on pods tells, under upstream's names. */
import {
  type Clock,
  type Counter,
  defaultBuckets,
  type HistogramMetric,
  type Meters,
  type MetricVector,
} from "#base";
import type { Live } from "#api";
import type { Pod, PodStatus } from "#api/core/v1";

/** Kinds of containers, in upstream's words. */
export type ContainerType = "container" | "init_container" | "ephemeral_container";

const startBuckets = [
  0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1_200,
  1_800, 2_700, 3_600,
];

/** What is remembered of a pod while the node has it. */
interface Tracked {
  readonly seenAtMs: number;
  /** Of the state that the last pass worked on; empty before the first. */
  workedOn: string;
  /** Its start was told, or it was running already when the agent came. */
  hasStarted: boolean;
}

export class PodMetrics {
  readonly #clock: Clock;
  readonly #tracked = new Map<string, Tracked>();
  readonly #passes: MetricVector<HistogramMetric>;
  readonly #firstPasses: HistogramMetric;
  readonly #starts: HistogramMetric;
  readonly #totalStarts: HistogramMetric;
  readonly #sliStarts: HistogramMetric;
  readonly #startedPods: Counter;
  readonly #startedPodErrors: Counter;
  readonly #startedContainers: MetricVector<Counter>;
  readonly #startedContainerErrors: MetricVector<Counter>;
  readonly #evictions: MetricVector<Counter>;
  readonly #relists: HistogramMetric;
  readonly #relistIntervals: HistogramMetric;
  #relistedAtMs: number | undefined;
  #lastSeenMs = 0;

  constructor(meters: Meters, clock: Clock) {
    this.#clock = clock;
    const histogram = (name: string, help: string, buckets = defaultBuckets) =>
      meters.histogram({ name: `kubelet_${name}`, help, buckets }).with();
    const counter = (name: string, help: string, labelNames: readonly string[] = []) =>
      meters.counter({ name: `kubelet_${name}`, help, labelNames });
    this.#passes = meters.histogram({
      name: "kubelet_pod_worker_duration_seconds",
      help: "Duration in seconds to sync a single pod. Broken down by operation type: create, update, or sync",
      labelNames: ["operation_type"],
      buckets: defaultBuckets,
    });
    this.#firstPasses = histogram(
      "pod_worker_start_duration_seconds",
      "Duration in seconds from kubelet seeing a pod to starting a worker.",
    );
    this.#starts = histogram(
      "pod_start_duration_seconds",
      "Duration in seconds from kubelet seeing a pod for the first time to the pod starting to run",
      startBuckets,
    );
    this.#totalStarts = histogram(
      "pod_start_total_duration_seconds",
      "Duration in seconds to start a pod since creation, including time to pull images and run init containers, measured from pod creation timestamp to when all its containers are reported as started and observed via watch",
      startBuckets,
    );
    this.#sliStarts = histogram(
      "pod_start_sli_duration_seconds",
      "Duration in seconds to start a pod, excluding time to pull images and run init containers, measured from pod creation timestamp to when all its containers are reported as started and observed via watch",
      startBuckets,
    );
    this.#startedPods = counter("started_pods_total", "Cumulative number of pods started").with();
    this.#startedPodErrors = counter(
      "started_pods_errors_total",
      "Cumulative number of errors when starting pods",
    ).with();
    this.#startedContainers = counter(
      "started_containers_total",
      "Cumulative number of containers started",
      ["container_type"],
    );
    this.#startedContainerErrors = counter(
      "started_containers_errors_total",
      "Cumulative number of errors when starting containers",
      ["container_type", "code"],
    );
    this.#evictions = counter(
      "evictions",
      "Cumulative number of pod evictions by eviction signal",
      ["eviction_signal"],
    );
    // There from the start, so that the first one is seen as an increase.
    this.#evictions.with(emptyDirSignal);
    this.#relists = histogram(
      "pleg_relist_duration_seconds",
      "Duration in seconds for relisting pods in PLEG.",
    );
    this.#relistIntervals = histogram(
      "pleg_relist_interval_seconds",
      "Interval in seconds between relisting in PLEG.",
    );
    meters.sampled(
      {
        name: "kubelet_pleg_last_seen_seconds",
        help: "Timestamp in seconds when PLEG was last seen active.",
      },
      "gauge",
      () => [{ labelValues: [], value: this.#lastSeenMs / 1_000 }],
    );
  }

  /** The API has told of the pod. */
  seen({ metadata, status }: Live<Pod>): void {
    if (this.#tracked.has(metadata.uid)) return;
    const hasStarted = status.phase !== "Pending" && status.phase !== undefined;
    const seenAtMs = this.#clock.elapsedMs();
    this.#tracked.set(metadata.uid, { seenAtMs, workedOn: "", hasStarted });
  }

  forgotten(uid: string): void {
    this.#tracked.delete(uid);
  }

  /** A worker begins with a pod, undefined when it is gone; to be called when the worker is done. */
  passBegan(pod: Live<Pod> | undefined): () => void {
    const startMs = this.#clock.elapsedMs();
    const operation = this.#operationOf(pod);
    return () => this.#passes.with(operation).observe(this.#secondsSince(startMs));
  }

  /** A status is about to be told; the first that says running ends the start of the pod. */
  reported(pod: Live<Pod>, status: PodStatus): void {
    const tracked = this.#tracked.get(pod.metadata.uid);
    if (tracked === undefined || tracked.hasStarted || status.phase !== "Running") return;
    tracked.hasStarted = true;
    const createdAtMs = Date.parse(pod.metadata.creationTimestamp);
    const totalSeconds = Math.max(0, (this.#clock.nowMs() - createdAtMs) / 1_000);
    this.#starts.observe(this.#secondsSince(tracked.seenAtMs));
    this.#totalStarts.observe(totalSeconds);
    this.#sliStarts.observe(Math.max(0, totalSeconds - preparingSeconds(status)));
  }

  startedPod(result: "done" | "failed"): void {
    // As upstream: an attempt that failed is counted in both.
    this.#startedPods.add();
    if (result === "failed") this.#startedPodErrors.add();
  }

  startedContainer(type: ContainerType): void {
    this.#startedContainers.with(type).add();
  }

  failedContainer(type: ContainerType, reason: string): void {
    this.#startedContainers.with(type).add();
    this.#startedContainerErrors.with(type, reason).add();
  }

  /** A pod was evicted because an emptyDir outgrew its limit. */
  evicted(): void {
    this.#evictions.with(emptyDirSignal).add();
  }

  /** The runtime was asked for all it has, since `startMs` by elapsed time. */
  relisted(startMs: number): void {
    this.#relists.observe(this.#secondsSince(startMs));
    if (this.#relistedAtMs !== undefined) {
      this.#relistIntervals.observe((startMs - this.#relistedAtMs) / 1_000);
    }
    this.#relistedAtMs = startMs;
    this.#lastSeenMs = this.#clock.nowMs();
  }

  #operationOf(pod: Live<Pod> | undefined): "create" | "update" | "sync" | "kill" {
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return "kill";
    const tracked = this.#tracked.get(pod.metadata.uid);
    if (tracked === undefined) return "sync";
    const { resourceVersion } = pod.metadata;
    const { workedOn } = tracked;
    tracked.workedOn = resourceVersion;
    if (workedOn === "") {
      this.#firstPasses.observe(this.#secondsSince(tracked.seenAtMs));
      return "create";
    }
    return workedOn === resourceVersion ? "sync" : "update";
  }

  #secondsSince(startMs: number): number {
    return (this.#clock.elapsedMs() - startMs) / 1_000;
  }
}

const emptyDirSignal = "emptydirfs.limit";

/** How long init containers ran. */
function preparingSeconds({ initContainerStatuses = [] }: PodStatus): number {
  return initContainerStatuses.reduce((sum, { state }) => {
    const { startedAt, finishedAt } = state?.terminated ?? {};
    if (startedAt === undefined || finishedAt === undefined) return sum;
    return sum + (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000;
  }, 0);
}
