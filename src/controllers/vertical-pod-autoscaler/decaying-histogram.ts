/**
 * A histogram whose buckets grow and whose samples fade: of two equal samples, one that is a half-life older
 * weighs half as much. Instead of making old samples lighter, new ones are entered heavier. Source of the
 * arithmetic: `vertical-pod-autoscaler/pkg/recommender/util` upstream, whose checkpoints it reads and writes.
 */

import { formatTime, parseTime } from "#api";
import type { HistogramCheckpoint } from "#api/verticalautoscaling/v1";

export interface HistogramShape {
  /** The first bucket ends here, in the unit of the samples. */
  readonly firstBucketSize: number;
  /** From here on all is one bucket. */
  readonly valueMax: number;
  /** By how much each bucket is wider than the one before it: 1.05. */
  readonly ratio: number;
  readonly halfLifeMs: number;
}

const dayMs = 24 * 3_600_000;

/** In cores. */
export const cpuShape: HistogramShape = {
  firstBucketSize: 0.01,
  valueMax: 1000,
  ratio: 1.05,
  halfLifeMs: dayMs,
};
/** In bytes. */
export const memoryShape: HistogramShape = {
  firstBucketSize: 1e7,
  valueMax: 1e12,
  ratio: 1.05,
  halfLifeMs: dayMs,
};

/** Lighter than this counts as empty. */
const epsilon = 0.001 * 0.1;
/** What the heaviest bucket of a checkpoint weighs. */
const checkpointWeightMax = 10_000;
/** Weights are brought down when they have doubled so often. */
const decayExponentMax = 100;

export class DecayingHistogram {
  readonly #shape: HistogramShape;
  readonly #weights: Float64Array;
  #totalWeight = 0;
  /** Samples of this time are entered with their own weight. */
  #referenceMs = 0;

  constructor(shape: HistogramShape) {
    this.#shape = shape;
    const { valueMax, firstBucketSize, ratio } = shape;
    const steps = Math.log((valueMax * (ratio - 1)) / firstBucketSize + 1) / Math.log(ratio);
    this.#weights = new Float64Array(Math.ceil(steps) + 1);
  }

  add(value: number, weight: number, atMs: number): void {
    this.#enter(value, weight * this.#decayFactor(atMs));
  }

  /** Takes back what `add` has entered with the same arguments. */
  remove(value: number, weight: number, atMs: number): void {
    this.#enter(value, -weight * this.#decayFactor(atMs));
  }

  copy(): DecayingHistogram {
    const copy = new DecayingHistogram(this.#shape);
    copy.#weights.set(this.#weights);
    copy.#totalWeight = this.#totalWeight;
    copy.#referenceMs = this.#referenceMs;
    return copy;
  }

  /** As it is kept: buckets that weigh next to nothing are left out. */
  save(): HistogramCheckpoint {
    const heaviest = this.#weights.reduce((most, weight) => Math.max(most, weight), 0);
    const scaled = Array.from(this.#weights, (weight) =>
      heaviest === 0 ? 0 : Math.round((weight * checkpointWeightMax) / heaviest),
    );
    const bucketWeights = Object.fromEntries(
      [...scaled.entries()].filter(([, weight]) => weight > 0),
    );
    return {
      referenceTimestamp: formatTime(this.#referenceMs),
      bucketWeights,
      totalWeight: this.#totalWeight,
    };
  }

  /** Takes over what was kept into a histogram that is new; what cannot be one of its own is left out. */
  load({ referenceTimestamp, bucketWeights = {}, totalWeight = 0 }: HistogramCheckpoint): void {
    const entries = Object.entries(bucketWeights)
      .map(([bucket, weight]) => [Number(bucket), weight] as const)
      .filter(([bucket, weight]) => this.#weights[bucket] !== undefined && weight > 0);
    const sum = entries.reduce((total, [, weight]) => total + weight, 0);
    if (sum === 0 || referenceTimestamp === undefined || totalWeight < 0) return;
    for (const [bucket, weight] of entries) this.#weights[bucket] = (weight * totalWeight) / sum;
    this.#totalWeight = totalWeight;
    this.#referenceMs = parseTime(referenceTimestamp);
  }

  get isEmpty(): boolean {
    return this.#totalWeight < epsilon;
  }

  /** The end of the bucket in which this share of the weight is reached; 0 when empty. */
  percentile(share: number): number {
    if (this.isEmpty) return 0;
    const wanted = share * this.#totalWeight;
    const last = this.#weights.findLastIndex((weight) => weight >= epsilon);
    let bucket = Math.max(
      0,
      this.#weights.findIndex((weight) => weight >= epsilon),
    );
    let sum = this.#weights[bucket] ?? 0;
    while (bucket < last && sum < wanted) sum += this.#weights[++bucket] ?? 0;
    return this.#startOf(bucket < this.#weights.length - 1 ? bucket + 1 : bucket);
  }

  #enter(value: number, weight: number): void {
    const bucket = this.#bucketOf(value);
    const before = this.#weights[bucket] ?? 0;
    const after = Math.max(0, before + weight);
    this.#weights[bucket] = after;
    this.#totalWeight = Math.max(0, this.#totalWeight + after - before);
  }

  #bucketOf(value: number): number {
    const { firstBucketSize, ratio } = this.#shape;
    if (value < firstBucketSize) return 0;
    const bucket = Math.floor(
      Math.log((value * (ratio - 1)) / firstBucketSize + 1) / Math.log(ratio),
    );
    return Math.min(bucket, this.#weights.length - 1);
  }

  #startOf(bucket: number): number {
    const { firstBucketSize, ratio } = this.#shape;
    return (firstBucketSize * (ratio ** bucket - 1)) / (ratio - 1);
  }

  #decayFactor(atMs: number): number {
    const { halfLifeMs } = this.#shape;
    if (atMs - this.#referenceMs > halfLifeMs * decayExponentMax) this.#shiftReference(atMs);
    return 2 ** ((atMs - this.#referenceMs) / halfLifeMs);
  }

  #shiftReference(atMs: number): void {
    const { halfLifeMs } = this.#shape;
    const shiftedMs = Math.round(atMs / halfLifeMs) * halfLifeMs;
    const factor = 2 ** Math.round((this.#referenceMs - shiftedMs) / halfLifeMs);
    this.#totalWeight = 0;
    for (const [bucket, weight] of this.#weights.entries()) {
      this.#weights[bucket] = weight * factor;
      this.#totalWeight += weight * factor;
    }
    this.#referenceMs = shiftedMs;
  }
}
