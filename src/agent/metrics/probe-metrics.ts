/** `GET /metrics/probes`: how the probes of each container went, under upstream's names. */
import {
  type Counter,
  defaultBuckets,
  type HistogramMetric,
  type Meters,
  type MetricVector,
} from "#base";
import type { ProbeKind } from "../probes/probe-record.ts";

export type ProbeResult = "successful" | "failed" | "unknown";

export interface ProbedContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
}

const kinds = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" } as const;
const results: readonly ProbeResult[] = ["successful", "failed", "unknown"];

export class ProbeMetrics {
  readonly #counts: MetricVector<Counter>;
  readonly #durations: MetricVector<HistogramMetric>;

  constructor(meters: Meters) {
    this.#counts = meters.counter({
      name: "prober_probe_total",
      help: "Cumulative number of a liveness, readiness or startup probe for a container by result.",
      labelNames: ["probe_type", "result", "container", "pod", "namespace", "pod_uid"],
    });
    this.#durations = meters.histogram({
      name: "prober_probe_duration_seconds",
      help: "Duration in seconds for a probe response.",
      labelNames: ["probe_type", "container", "pod", "namespace"],
      buckets: defaultBuckets,
    });
  }

  probed(
    kind: ProbeKind,
    { namespace, pod, podUid, container }: ProbedContainer,
    outcome: { readonly result: ProbeResult; readonly seconds: number },
  ): void {
    this.#counts.with(kinds[kind], outcome.result, container, pod, namespace, podUid).add();
    this.#durations.with(kinds[kind], container, pod, namespace).observe(outcome.seconds);
  }

  /** The container is probed no more. */
  forget({ namespace, pod, podUid, container }: ProbedContainer): void {
    for (const kind of Object.values(kinds)) {
      this.#durations.remove(kind, container, pod, namespace);
      for (const result of results) {
        this.#counts.remove(kind, result, container, pod, namespace, podUid);
      }
    }
  }
}
