/** What work queues tell of themselves, under the names of client-go's queues. */

import {
  type Clock,
  type Counter,
  exponentialBuckets,
  type HistogramMetric,
  type Meters,
  type MetricVector,
  type SampledValue,
} from "#base";

/** Told of every step that a key takes through a queue. */
export interface QueueObserver {
  /** The key waits; told once however often it was added meanwhile. */
  added(key: string): void;
  /** Work on the key begins. */
  taken(key: string): void;
  /** Work on the key has ended, well or not. */
  done(key: string): void;
  /** The key is to come back after a delay. */
  delayed(): void;
}

/** For queues at which nobody looks. */
export const unobservedQueue: QueueObserver = {
  added: () => {},
  taken: () => {},
  done: () => {},
  delayed: () => {},
};

/** Upper bounds in seconds: from a microsecond, as keys in memory are quick. */
const buckets = exponentialBuckets(10e-7, 10, 10);

/** The queues of one process, told apart by name; a queue that is made anew goes on counting. */
export class WorkQueueMetrics {
  readonly #clock: Clock;
  readonly #adds: MetricVector<Counter>;
  readonly #retries: MetricVector<Counter>;
  readonly #waits: MetricVector<HistogramMetric>;
  readonly #works: MetricVector<HistogramMetric>;
  readonly #queues = new Map<string, ObservedQueue>();

  constructor(meters: Meters, clock: Clock) {
    this.#clock = clock;
    const labelNames = ["name"];
    this.#adds = meters.counter({
      name: "workqueue_adds_total",
      help: "Total number of adds handled by workqueue",
      labelNames,
    });
    this.#retries = meters.counter({
      name: "workqueue_retries_total",
      help: "Total number of retries handled by workqueue",
      labelNames,
    });
    this.#waits = meters.histogram({
      name: "workqueue_queue_duration_seconds",
      help: "How long in seconds an item stays in workqueue before being requested.",
      labelNames,
      buckets,
    });
    this.#works = meters.histogram({
      name: "workqueue_work_duration_seconds",
      help: "How long in seconds processing an item from workqueue takes.",
      labelNames,
      buckets,
    });
    for (const [name, help, read] of states) {
      meters.sampled({ name, help, labelNames }, "gauge", () => this.#sample(read));
    }
  }

  /** The observer of the queue of that name, from which all is forgotten that waits or is worked on. */
  observerOf(name: string): QueueObserver {
    const queue = new ObservedQueue(this.#clock, {
      adds: this.#adds.with(name),
      retries: this.#retries.with(name),
      waits: this.#waits.with(name),
      works: this.#works.with(name),
    });
    this.#queues.set(name, queue);
    return queue;
  }

  #sample(read: (queue: ObservedQueue) => number): readonly SampledValue[] {
    return Array.from(this.#queues, ([name, queue]) => ({
      labelValues: [name],
      value: read(queue),
    }));
  }
}

const states: readonly (readonly [
  name: string,
  help: string,
  read: (queue: ObservedQueue) => number,
])[] = [
  ["workqueue_depth", "Current depth of workqueue", (queue) => queue.depth],
  [
    "workqueue_unfinished_work_seconds",
    "How many seconds of work has done that is in progress and hasn't been observed by work_duration. Large values indicate stuck threads. One can deduce the number of stuck threads by observing the rate at which this increases.",
    (queue) => queue.workTimes().reduce((sum, seconds) => sum + seconds, 0),
  ],
  [
    "workqueue_longest_running_processor_seconds",
    "How many seconds has the longest running processor for workqueue been running.",
    (queue) => queue.workTimes().reduce((longest, seconds) => Math.max(longest, seconds), 0),
  ],
];

interface QueueSeries {
  readonly adds: Counter;
  readonly retries: Counter;
  readonly waits: HistogramMetric;
  readonly works: HistogramMetric;
}

class ObservedQueue implements QueueObserver {
  readonly #clock: Clock;
  readonly #series: QueueSeries;
  /** Key → since when it waits, by elapsed time. */
  readonly #waiting = new Map<string, number>();
  readonly #working = new Map<string, number>();

  constructor(clock: Clock, series: QueueSeries) {
    this.#clock = clock;
    this.#series = series;
  }

  get depth(): number {
    return this.#waiting.size;
  }

  /** Seconds since work began on each key that is worked on. */
  workTimes(): readonly number[] {
    return Array.from(this.#working.values(), (sinceMs) => this.#secondsSince(sinceMs));
  }

  added(key: string): void {
    this.#series.adds.add();
    this.#waiting.set(key, this.#clock.elapsedMs());
  }

  taken(key: string): void {
    const nowMs = this.#clock.elapsedMs();
    this.#series.waits.observe(this.#secondsSince(this.#waiting.get(key) ?? nowMs));
    this.#waiting.delete(key);
    this.#working.set(key, nowMs);
  }

  done(key: string): void {
    const sinceMs = this.#working.get(key);
    if (sinceMs === undefined) return;
    this.#series.works.observe(this.#secondsSince(sinceMs));
    this.#working.delete(key);
  }

  delayed(): void {
    this.#series.retries.add();
  }

  #secondsSince(sinceMs: number): number {
    return (this.#clock.elapsedMs() - sinceMs) / 1_000;
  }
}
