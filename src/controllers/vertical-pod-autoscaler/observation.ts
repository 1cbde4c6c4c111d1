/** What an autoscaler has seen of the pods of its target: kept in memory, and by checkpoints beyond it. */

import { type Live, parseTime } from "#api";
import type { Pod } from "#api/core/v1";
import type { PodMetrics } from "#api/metrics/v1beta1";
import type { VerticalPodAutoscalerCheckpoint } from "#api/verticalautoscaling/v1";
import { ContainerUsage } from "./container-usage.ts";
import { findOutOfMemoryKills } from "./out-of-memory.ts";
import { millisOf } from "./recommend.ts";

export class Observation {
  /** By the container's name. */
  readonly usages = new Map<string, ContainerUsage>();
  /** By the pod's uid: until when containers that ran out of memory are known. */
  readonly #killsKnownMs = new Map<string, number>();
  /** What was before is none of ours. */
  readonly #sinceMs: number;
  savedAtMs: number;

  constructor(kept: readonly VerticalPodAutoscalerCheckpoint[], nowMs: number) {
    for (const { spec, status } of kept) {
      const usage = new ContainerUsage();
      usage.load(status ?? {});
      if (usage.sampleCount > 0) this.usages.set(spec?.containerName ?? "", usage);
    }
    const savedAt = kept.flatMap(({ status }) => status?.lastUpdateTime ?? []).map(parseTime);
    this.#sinceMs = savedAt.length === 0 ? nowMs : Math.max(...savedAt);
    this.savedAtMs = nowMs;
  }

  /** Enters what the pods use, by their names, and what they would have needed. */
  enter(pods: readonly Live<Pod>[], metrics: ReadonlyMap<string, PodMetrics>): void {
    for (const pod of pods) {
      const told = metrics.get(pod.metadata.name);
      if (told !== undefined) this.#enterUse(pod, told);
      this.#enterKills(pod);
    }
    this.#forgetAllBut(new Set(pods.map(({ metadata }) => metadata.uid)));
  }

  #enterUse({ metadata, spec }: Live<Pod>, { containers, timestamp }: PodMetrics): void {
    for (const { name, usage } of containers) {
      if (!spec.containers.some((container) => container.name === name)) continue;
      const amount = (resource: string) => millisOf(usage[resource] ?? "0") / 1000;
      this.#usageOf(name).enter(metadata.uid, {
        atMs: parseTime(timestamp),
        cpu: amount("cpu"),
        memoryBytes: amount("memory"),
      });
    }
  }

  #enterKills(pod: Live<Pod>): void {
    const { uid } = pod.metadata;
    const knownMs = this.#killsKnownMs.get(uid) ?? this.#sinceMs;
    const kills = findOutOfMemoryKills(pod, knownMs);
    for (const { containerName, ...kill } of kills) {
      this.#usageOf(containerName).enterOutOfMemory(uid, kill);
    }
    this.#killsKnownMs.set(uid, Math.max(knownMs, ...kills.map(({ atMs }) => atMs)));
  }

  #usageOf(container: string): ContainerUsage {
    const usage = this.usages.get(container) ?? new ContainerUsage();
    this.usages.set(container, usage);
    return usage;
  }

  #forgetAllBut(uids: ReadonlySet<string>): void {
    for (const uid of this.#killsKnownMs.keys()) {
      if (uids.has(uid)) continue;
      this.#killsKnownMs.delete(uid);
      for (const usage of this.usages.values()) usage.forgetPod(uid);
    }
  }
}
