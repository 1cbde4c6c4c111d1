/** What the scheduler tells of itself, under upstream's names. */

import {
  type Clock,
  type Counter,
  exponentialBuckets,
  type HistogramMetric,
  type Meters,
  type MetricVector,
} from "#base";
import type { Phase } from "./cycle.ts";

/** How an attempt ended: `error` when something failed on the way to a node. */
export type AttemptResult = "scheduled" | "unschedulable" | "error";

/** What there is at the moment when somebody looks. */
export interface SchedulerCounts {
  readonly pending: {
    readonly active: number;
    readonly backoff: number;
    readonly unschedulable: number;
    readonly gated: number;
  };
  readonly cached: {
    readonly nodes: number;
    readonly pods: number;
    readonly assumedPods: number;
  };
}

/** Where in upstream's framework each phase is. */
const extensionPoints: Readonly<Record<Phase, string>> = {
  "prepare filters": "PreFilter",
  filter: "Filter",
  "prepare scores": "PreScore",
  score: "Score",
  preempt: "PostFilter",
  "bind claims": "PreBind",
  bind: "Bind",
};

const attemptBuckets = exponentialBuckets(0.001, 2, 15);
const noCounts: SchedulerCounts = {
  pending: { active: 0, backoff: 0, unschedulable: 0, gated: 0 },
  cached: { nodes: 0, pods: 0, assumedPods: 0 },
};

/** Made once for a process: a scheduler that is made anew goes on counting in it. */
export class SchedulerMetrics {
  readonly #clock: Clock;
  readonly #profile: string;
  readonly #attempts: MetricVector<Counter>;
  readonly #attemptTimes: MetricVector<HistogramMetric>;
  readonly #algorithmTimes: HistogramMetric;
  readonly #phaseTimes: MetricVector<HistogramMetric>;
  readonly #podTimes: MetricVector<HistogramMetric>;
  readonly #podAttempts: HistogramMetric;
  readonly #preemptions: Counter;
  readonly #victims: HistogramMetric;
  #count: () => SchedulerCounts = () => noCounts;

  constructor(meters: Meters, clock: Clock, profile: string) {
    this.#clock = clock;
    this.#profile = profile;
    this.#attempts = meters.counter({
      name: "scheduler_schedule_attempts_total",
      help: "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while 'error' means an internal scheduler problem.",
      labelNames: ["result", "profile"],
    });
    this.#attemptTimes = meters.histogram({
      name: "scheduler_scheduling_attempt_duration_seconds",
      help: "Scheduling attempt latency in seconds (scheduling algorithm + binding)",
      labelNames: ["result", "profile"],
      buckets: attemptBuckets,
    });
    this.#algorithmTimes = meters
      .histogram({
        name: "scheduler_scheduling_algorithm_duration_seconds",
        help: "Scheduling algorithm latency in seconds",
        buckets: attemptBuckets,
      })
      .with();
    this.#phaseTimes = meters.histogram({
      name: "scheduler_framework_extension_point_duration_seconds",
      help: "Latency for running all plugins of a specific extension point.",
      labelNames: ["extension_point", "status", "profile"],
      buckets: exponentialBuckets(0.0001, 2, 12),
    });
    this.#podTimes = meters.histogram({
      name: "scheduler_pod_scheduling_sli_duration_seconds",
      help: "E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and might involve multiple scheduling attempts.",
      labelNames: ["attempts"],
      buckets: exponentialBuckets(0.01, 2, 20),
    });
    this.#podAttempts = meters
      .histogram({
        name: "scheduler_pod_scheduling_attempts",
        help: "Number of attempts to successfully schedule a pod.",
        buckets: exponentialBuckets(1, 2, 5),
      })
      .with();
    this.#preemptions = meters
      .counter({
        name: "scheduler_preemption_attempts_total",
        help: "Total preemption attempts in the cluster till now",
      })
      .with();
    this.#victims = meters
      .histogram({
        name: "scheduler_preemption_victims",
        help: "Number of selected preemption victims",
        buckets: exponentialBuckets(1, 2, 7),
      })
      .with();
    this.#sampleCounts(meters);
  }

  /** Who is asked for the counts of what there is now. */
  show(count: () => SchedulerCounts): void {
    this.#count = count;
  }

  attempted(result: AttemptResult, startMs: number): void {
    this.#attempts.with(result, this.#profile).add();
    this.#attemptTimes.with(result, this.#profile).observe(this.#secondsSince(startMs));
  }

  decided(startMs: number): void {
    this.#algorithmTimes.observe(this.#secondsSince(startMs));
  }

  /** A pod has its node, `waitedMs` after it first came. */
  placed(attemptCount: number, waitedMs: number): void {
    this.#podAttempts.observe(attemptCount);
    // As upstream: whoever took very many attempts is not told apart.
    const attempts = attemptCount >= 15 ? "15+" : String(attemptCount);
    this.#podTimes.with(attempts).observe(waitedMs / 1_000);
  }

  /** It was tried to make room; undefined when nobody could be asked to leave. */
  triedToPreempt(victimCount: number | undefined): void {
    this.#preemptions.add();
    if (victimCount !== undefined) this.#victims.observe(victimCount);
  }

  /** Follows one attempt: each call tells that a phase has ended and the next begins. */
  follow(): (phase: Phase, status?: "Success" | "Unschedulable" | "Error") => void {
    let sinceMs = this.#clock.elapsedMs();
    return (phase, status = "Success") => {
      const point = extensionPoints[phase];
      this.#phaseTimes.with(point, status, this.#profile).observe(this.#secondsSince(sinceMs));
      sinceMs = this.#clock.elapsedMs();
    };
  }

  #secondsSince(startMs: number): number {
    return (this.#clock.elapsedMs() - startMs) / 1_000;
  }

  #sampleCounts(meters: Meters): void {
    meters.sampled(
      {
        name: "scheduler_pending_pods",
        help: "Number of pending pods, by the queue type. 'active' means number of pods in activeQ; 'backoff' means number of pods in backoffQ; 'unschedulable' means number of pods in unschedulablePods that the scheduler attempted to schedule and failed; 'gated' is the number of unschedulable pods that the scheduler never attempted to schedule because they are gated.",
        labelNames: ["queue"],
      },
      "gauge",
      () =>
        Object.entries(this.#count().pending).map(([queue, value]) => ({
          labelValues: [queue],
          value,
        })),
    );
    meters.sampled(
      {
        name: "scheduler_cache_size",
        help: "Number of nodes, pods, and assumed (bound) pods in the scheduler cache.",
        labelNames: ["type"],
      },
      "gauge",
      () => {
        const { nodes, pods, assumedPods } = this.#count().cached;
        return [
          { labelValues: ["nodes"], value: nodes },
          { labelValues: ["pods"], value: pods },
          { labelValues: ["assumed_pods"], value: assumedPods },
        ];
      },
    );
  }
}
