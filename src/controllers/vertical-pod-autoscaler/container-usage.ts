/**
 * What all containers of one name have used, over all pods of a target. Processor time is sampled as it is;
 * of memory only the peak of each day counts, which may be what a container that ran out of it would have
 * needed. Source: `vertical-pod-autoscaler/pkg/recommender/model` upstream.
 */

import { formatTime, parseTime } from "#api";
import type { VerticalPodAutoscalerCheckpointStatus } from "#api/verticalautoscaling/v1";
import { cpuShape, DecayingHistogram, memoryShape } from "./decaying-histogram.ts";

export interface UsageSample {
  readonly atMs: number;
  /** In cores. */
  readonly cpu: number;
  readonly memoryBytes: number;
}

/** A container was killed because it ran out of memory. */
export interface OutOfMemory {
  readonly atMs: number;
  /** What it requested then. */
  readonly requestBytes: number;
}

const memoryWindowMs = 24 * 3_600_000;
const sampleWeight = 0.1;
/** By how much more memory than before a container gets that ran out of it, at least. */
const oomIncreaseMin = 100 * 1024 * 1024;
const oomFactor = 1.2;
/** Of the kept form; one that differs is not read. */
const checkpointVersion = "v3";

/** A pod's peak of memory within its day. */
interface Peak {
  usedBytes: number;
  /** What it would have needed when it ran out. */
  neededBytes: number;
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
  enter(pod: string, { atMs, cpu, memoryBytes }: UsageSample): void {
    if (atMs <= (this.#lastMs.get(pod) ?? Number.NEGATIVE_INFINITY)) return;
    this.#lastMs.set(pod, atMs);
    this.cpu.add(cpu, sampleWeight, atMs);
    this.#sampleCount++;
    this.#firstMs = Math.min(this.#firstMs, atMs);
    this.#latestMs = Math.max(this.#latestMs, atMs);
    const peak = this.#raisePeak(pod, memoryBytes, atMs);
    if (peak !== undefined) peak.usedBytes = memoryBytes;
  }

  /** As if the container had used more memory than it had. */
  enterOutOfMemory(pod: string, { atMs, requestBytes }: OutOfMemory): void {
    const usedBytes = Math.max(requestBytes, this.#peaks.get(pod)?.usedBytes ?? 0);
    const neededBytes = Math.max(usedBytes + oomIncreaseMin, usedBytes * oomFactor);
    const peak = this.#raisePeak(pod, neededBytes, atMs);
    if (peak !== undefined) peak.neededBytes = neededBytes;
  }

  /** As it is kept for the next start. The peaks of the days that go on would count twice after it. */
  save(nowMs: number): VerticalPodAutoscalerCheckpointStatus {
    const memory = this.memory.copy();
    for (const peak of this.#peaks.values()) {
      if (nowMs < peak.endMs) memory.remove(highestOf(peak), 1, peak.endMs);
    }
    return {
      lastUpdateTime: formatTime(nowMs),
      version: checkpointVersion,
      cpuHistogram: this.cpu.save(),
      memoryHistogram: memory.save(),
      firstSampleStart: formatTime(this.#firstMs),
      lastSampleStart: formatTime(this.#latestMs),
      totalSamplesCount: this.#sampleCount,
    };
  }

  /** Takes over what was kept, before the first sample. */
  load(kept: VerticalPodAutoscalerCheckpointStatus): void {
    const { version, firstSampleStart, lastSampleStart, totalSamplesCount = 0 } = kept;
    if (version !== checkpointVersion || totalSamplesCount === 0) return;
    if (firstSampleStart === undefined || lastSampleStart === undefined) return;
    this.cpu.load(kept.cpuHistogram ?? {});
    this.memory.load(kept.memoryHistogram ?? {});
    this.#sampleCount = totalSamplesCount;
    this.#firstMs = parseTime(firstSampleStart);
    this.#latestMs = parseTime(lastSampleStart);
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

  /** The peak of the pod's day, when `bytes` is a new one; undefined when there was a higher one. */
  #raisePeak(pod: string, bytes: number, atMs: number): Peak | undefined {
    const peak = this.#peaks.get(pod) ?? { usedBytes: 0, neededBytes: 0, endMs: atMs };
    this.#peaks.set(pod, peak);
    if (atMs < peak.endMs) {
      const highest = highestOf(peak);
      if (bytes <= highest) return undefined;
      if (highest !== 0) this.memory.remove(highest, 1, peak.endMs);
    } else {
      peak.endMs += (Math.floor((atMs - peak.endMs) / memoryWindowMs) + 1) * memoryWindowMs;
      peak.usedBytes = 0;
      peak.neededBytes = 0;
    }
    this.memory.add(bytes, 1, peak.endMs);
    return peak;
  }
}

function highestOf({ usedBytes, neededBytes }: Peak): number {
  return Math.max(usedBytes, neededBytes);
}
