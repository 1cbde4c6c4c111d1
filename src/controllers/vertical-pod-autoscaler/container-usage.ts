/**
 * What all containers of one name have used, over all pods of a target. Processor time is sampled as it is,
 * weighed by what the container requests; of memory only the peak of each day counts.
 */

import { cpuShape, DecayingHistogram, memoryShape } from "./decaying-histogram.ts";

export interface UsageSample {
  readonly atMs: number;
  /** In cores. */
  readonly cpu: number;
  readonly memoryBytes: number;
  /** What the container requests, in cores. */
  readonly cpuRequest: number;
}

const memoryWindowMs = 24 * 3_600_000;
const weightMin = 0.1;

/** A pod's peak of memory, and when its day ends. */
interface Peak {
  bytes: number;
  endMs: number;
}

export class ContainerUsage {
  readonly cpu = new DecayingHistogram(cpuShape);
  readonly memory = new DecayingHistogram(memoryShape);
  readonly #peaks = new Map<string, Peak>();
  readonly #lastMs = new Map<string, number>();
  #sampleCount = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #latestMs = Number.NEGATIVE_INFINITY;

  get sampleCount(): number {
    return this.#sampleCount;
  }

  /** Enters a figure of the container of one pod; one that was told before does not count again. */
  enter(pod: string, sample: UsageSample): void {
    const { atMs, cpu, cpuRequest, memoryBytes } = sample;
    if (atMs <= (this.#lastMs.get(pod) ?? Number.NEGATIVE_INFINITY)) return;
    this.#lastMs.set(pod, atMs);
    this.cpu.add(cpu, Math.max(cpuRequest, weightMin), atMs);
    this.#sampleCount++;
    this.#firstMs = Math.min(this.#firstMs, atMs);
    this.#latestMs = Math.max(this.#latestMs, atMs);
    this.#enterMemory(pod, memoryBytes, atMs);
  }

  #enterMemory(pod: string, bytes: number, atMs: number): void {
    const peak = this.#peaks.get(pod) ?? { bytes: 0, endMs: atMs };
    this.#peaks.set(pod, peak);
    if (atMs < peak.endMs) {
      if (bytes <= peak.bytes) return;
      if (peak.bytes !== 0) this.memory.remove(peak.bytes, 1, peak.endMs);
    } else {
      peak.endMs += (Math.floor((atMs - peak.endMs) / memoryWindowMs) + 1) * memoryWindowMs;
    }
    peak.bytes = bytes;
    this.memory.add(bytes, 1, peak.endMs);
  }

  /** Pods that are gone tell no more; what they told stays. */
  forgetPod(pod: string): void {
    this.#peaks.delete(pod);
    this.#lastMs.delete(pod);
  }

  /** How much the figures can be relied on: days of observation, or of a sample each minute if those are fewer. */
  get confidence(): number {
    const days = (this.#latestMs - this.#firstMs) / memoryWindowMs;
    return Math.min(days, this.#sampleCount / (60 * 24));
  }
}
