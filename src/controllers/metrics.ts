/** What controllers tell of themselves, under the names of upstream's controller manager. */

import {
  type Clock,
  type Counter,
  exponentialBuckets,
  type HistogramMetric,
  type Meters,
  type MetricVector,
} from "#base";
import { WorkQueueMetrics } from "#client";

/** Made once for a process: controllers that are made anew go on counting in it. */
export interface ControllerMetrics {
  readonly queues: WorkQueueMetrics;
  readonly endpointSlices: EndpointSliceMetrics;
  readonly jobs: JobMetrics;
  /** How much later than scheduled the Jobs of CronJobs are made, in seconds. */
  readonly cronJobSkew: HistogramMetric;
  /** How long after their time was over ended Jobs are deleted, in seconds. */
  readonly jobDeletionDelay: HistogramMetric;
  readonly taintEvictions: Counter;
  /** By namespace and reason. */
  readonly collectedPods: MetricVector<Counter>;
  readonly zones: ZoneMetrics;
}

export interface EndpointSliceMetrics {
  /** By `create`, `update` or `delete`. */
  readonly changes: MetricVector<Counter>;
  /** By `success` or `error`. */
  readonly syncs: MetricVector<Counter>;
  readonly added: HistogramMetric;
  readonly removed: HistogramMetric;
  readonly changedSlices: HistogramMetric;
  /** Who is asked for the counts of what there is now. */
  show(count: () => { readonly slices: number; readonly endpoints: number }): void;
}

interface JobMetrics {
  /** By completion mode, result and action. */
  readonly durations: MetricVector<HistogramMetric>;
  /** By completion mode, result and action. */
  readonly syncs: MetricVector<Counter>;
  /** By completion mode, result and reason. */
  readonly finished: MetricVector<Counter>;
  /** By completion mode and result. */
  readonly finishedPods: MetricVector<Counter>;
}

export interface Zone {
  readonly name: string;
  readonly nodeCount: number;
  readonly readyCount: number;
}

interface ZoneMetrics {
  /** By zone. */
  readonly evictions: MetricVector<Counter>;
  /** Who is asked for the zones that there are now. */
  show(list: () => readonly Zone[]): void;
}

export function controllerMetrics(meters: Meters, clock: Clock): ControllerMetrics {
  return {
    queues: new WorkQueueMetrics(meters, clock),
    endpointSlices: endpointSliceMetrics(meters),
    jobs: jobMetrics(meters),
    cronJobSkew: meters
      .histogram({
        name: "cronjob_controller_job_creation_skew_duration_seconds",
        help: "Time between when a cronjob is scheduled to be run, and when the corresponding job is created",
        buckets: exponentialBuckets(1, 2, 10),
      })
      .with(),
    jobDeletionDelay: meters
      .histogram({
        name: "ttl_after_finished_controller_job_deletion_duration_seconds",
        help: "The time it took to delete the job since it became eligible for deletion",
        buckets: exponentialBuckets(0.1, 2, 14),
      })
      .with(),
    taintEvictions: meters
      .counter({
        name: "taint_eviction_controller_pod_deletions_total",
        help: "Total number of Pods deleted by TaintEvictionController since its start.",
      })
      .with(),
    collectedPods: meters.counter({
      name: "pod_gc_collector_force_delete_pods_total",
      help: "Number of pods that are being forcefully deleted since the Pod GC Controller started.",
      labelNames: ["namespace", "reason"],
    }),
    zones: zoneMetrics(meters),
  };
}

function endpointSliceMetrics(meters: Meters): EndpointSliceMetrics {
  const prefix = "endpoint_slice_controller";
  const perSync = (name: string, help: string) =>
    meters.histogram({ name: `${prefix}_${name}`, help, buckets: exponentialBuckets(2, 2, 15) });
  let counted = () => ({ slices: 0, endpoints: 0 });
  meters.sampled(
    { name: `${prefix}_num_endpoint_slices`, help: "Number of EndpointSlices" },
    "gauge",
    () => [{ labelValues: [], value: counted().slices }],
  );
  meters.sampled(
    { name: `${prefix}_endpoints_desired`, help: "Number of endpoints desired" },
    "gauge",
    () => [{ labelValues: [], value: counted().endpoints }],
  );
  return {
    changes: meters.counter({
      name: `${prefix}_changes`,
      help: "Number of EndpointSlice changes",
      labelNames: ["operation"],
    }),
    syncs: meters.counter({
      name: `${prefix}_syncs`,
      help: "Number of EndpointSlice syncs",
      labelNames: ["result"],
    }),
    added: perSync(
      "endpoints_added_per_sync",
      "Number of endpoints added on each Service sync",
    ).with(),
    removed: perSync(
      "endpoints_removed_per_sync",
      "Number of endpoints removed on each Service sync",
    ).with(),
    changedSlices: meters
      .histogram({
        name: `${prefix}_endpointslices_changed_per_sync`,
        help: "Number of EndpointSlices changed on each Service sync",
        labelNames: ["topology", "traffic_distribution"],
        buckets: exponentialBuckets(1, 2, 11),
      })
      .with("Disabled", ""),
    show: (count) => {
      counted = count;
    },
  };
}

function jobMetrics(meters: Meters): JobMetrics {
  const perSync = ["completion_mode", "result", "action"];
  return {
    durations: meters.histogram({
      name: "job_controller_job_sync_duration_seconds",
      help: "The time it took to sync a job",
      labelNames: perSync,
      buckets: exponentialBuckets(0.004, 2, 15),
    }),
    syncs: meters.counter({
      name: "job_controller_job_syncs_total",
      help: "The number of job syncs",
      labelNames: perSync,
    }),
    finished: meters.counter({
      name: "job_controller_jobs_finished_total",
      help: "The number of finished jobs",
      labelNames: ["completion_mode", "result", "reason"],
    }),
    finishedPods: meters.counter({
      name: "job_controller_job_pods_finished_total",
      help: "The number of finished Pods that are fully tracked",
      labelNames: ["completion_mode", "result"],
    }),
  };
}

const zoneGauges: readonly (readonly [name: string, help: string, read: (zone: Zone) => number])[] =
  [
    [
      "node_collector_zone_health",
      "Gauge measuring percentage of healthy nodes per zone.",
      ({ nodeCount, readyCount }) => (100 * readyCount) / nodeCount,
    ],
    [
      "node_collector_zone_size",
      "Gauge measuring number of registered Nodes per zones.",
      ({ nodeCount }) => nodeCount,
    ],
    [
      "node_collector_unhealthy_nodes_in_zone",
      "Gauge measuring number of not Ready Nodes per zones.",
      ({ nodeCount, readyCount }) => nodeCount - readyCount,
    ],
  ];

function zoneMetrics(meters: Meters): ZoneMetrics {
  const labelNames = ["zone"];
  let listed: () => readonly Zone[] = () => [];
  for (const [name, help, read] of zoneGauges) {
    meters.sampled({ name, help, labelNames }, "gauge", () =>
      listed().map((zone) => ({ labelValues: [zone.name], value: read(zone) })),
    );
  }
  return {
    evictions: meters.counter({
      name: "node_collector_evictions_total",
      help: "Number of Node evictions that happened since current instance of NodeController started.",
      labelNames,
    }),
    show: (list) => {
      listed = list;
    },
  };
}
