/** What calls of the container runtime tell, under upstream's names. */
import {
  type Clock,
  type Counter,
  exponentialBuckets,
  type GrpcChannel,
  type HistogramMetric,
  type Meters,
  type MetricVector,
} from "#base";

/** Methods of the CRI that upstream calls otherwise than by their words. */
const operations: ReadonlyMap<string, string> = new Map([
  ["RunPodSandbox", "run_podsandbox"],
  ["StopPodSandbox", "stop_podsandbox"],
  ["RemovePodSandbox", "remove_podsandbox"],
  ["PodSandboxStatus", "podsandbox_status"],
  ["ListPodSandbox", "list_podsandbox"],
  ["PodSandboxStats", "podsandbox_stats"],
  ["ListPodSandboxStats", "list_podsandbox_stats"],
  ["UpdateContainerResources", "update_container"],
]);

/** `CreateContainer` is `create_container`. */
export function operationOf(method: string): string {
  const name = method.slice(method.lastIndexOf("/") + 1);
  const words = name.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  return operations.get(name) ?? words;
}

/** The same channel, whose calls are counted and measured. */
export function observedChannel(channel: GrpcChannel, meters: Meters, clock: Clock): GrpcChannel {
  const labelNames = ["operation_type"];
  const prefix = "kubelet_runtime_operations";
  const series: OperationSeries = {
    counts: meters.counter({
      name: `${prefix}_total`,
      help: "Cumulative number of runtime operations by operation type.",
      labelNames,
    }),
    durations: meters.histogram({
      name: `${prefix}_duration_seconds`,
      help: "Duration in seconds of runtime operations. Broken down by operation type.",
      labelNames,
      buckets: exponentialBuckets(0.005, 2.5, 14),
    }),
    errors: meters.counter({
      name: `${prefix}_errors_total`,
      help: "Cumulative number of runtime operation errors by operation type.",
      labelNames,
    }),
  };
  return {
    async call(method, request, options) {
      const operation = operationOf(method);
      const startMs = clock.elapsedMs();
      series.counts.with(operation).add();
      try {
        return await channel.call(method, request, options);
      } catch (error) {
        if (!options.signal.aborted) series.errors.with(operation).add();
        throw error;
      } finally {
        series.durations.with(operation).observe((clock.elapsedMs() - startMs) / 1_000);
      }
    },
    stream: (method, request, signal) => channel.stream(method, request, signal),
    [Symbol.asyncDispose]: () => channel[Symbol.asyncDispose](),
  };
}

interface OperationSeries {
  readonly counts: MetricVector<Counter>;
  readonly durations: MetricVector<HistogramMetric>;
  readonly errors: MetricVector<Counter>;
}
