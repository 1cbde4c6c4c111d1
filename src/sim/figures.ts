/** What autoscalers are told of the model: the figures that agents and applications would give. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { Clock } from "#base";
import type { Measured, MetricsSource, PodReading, PodReadings } from "#controllers";
import { lastSlotValue, type LoadTrack, slotMs } from "./load/load-track.ts";
import type { ServiceModel } from "./load/service-model.ts";

export interface FigureDeps {
  readonly clock: Clock;
  /** When the load begins, on that clock. */
  readonly loadStartMs: () => number;
  /** The target's pods. */
  readonly pods: () => readonly Live<Pod>[];
}

/** Requests a second, and cores: the columns that make pods work. All others are metrics as they are. */
export const requestsColumn = "requests";
const cpuColumn = "cpu";

/** Processor time that a load needs, in thousandths of a core. */
export function cpuMillisOf(
  valueOf: (column: string) => number,
  { cpuMillisPerRequest }: ServiceModel,
): number {
  return valueOf(requestsColumn) * cpuMillisPerRequest + valueOf(cpuColumn) * 1000;
}

/** Figures of the model at the clock's time, as fresh as an agent that is looked at every five seconds tells. */
export function modelFigures(
  deps: FigureDeps,
  load: LoadTrack,
  service: ServiceModel,
): MetricsSource {
  const valueNow = (column: string) => {
    return lastSlotValue(load, column, deps.clock.nowMs() - deps.loadStartMs());
  };
  const podFigures = (working: bigint, idle: bigint): Measured<PodReadings> => {
    const nowMs = deps.clock.nowMs();
    const reading = (millis: bigint): PodReading => ({ atMs: nowMs, windowMs: slotMs, millis });
    const [atWork, atRest] = [reading(working), reading(idle)];
    const readings = new Map<string, PodReading>();
    for (const pod of deps.pods()) {
      if (startedAtMs(pod) + slotMs > nowMs) continue;
      readings.set(pod.metadata.name, isServing(pod) ? atWork : atRest);
    }
    if (readings.size > 0) return { kind: "measured", value: readings };
    return { kind: "unavailable", why: "no metrics returned from resource metrics API" };
  };
  const startedAtMs = rememberedStart();
  const perPod = (total: number) => total / Math.max(1, deps.pods().filter(isServing).length);
  const isMetric = (name: string) => load.columns.has(name);
  return {
    async readResource({ resource, container }) {
      const isOther = container !== undefined && container !== service.container;
      if (isOther) return podFigures(0n, 0n);
      if (resource === "cpu") {
        const { idleCpuMillis, capacityMillis } = service;
        const wanted = idleCpuMillis + perPod(cpuMillisOf(valueNow, service));
        return podFigures(whole(Math.min(capacityMillis, wanted)), whole(idleCpuMillis));
      }
      if (resource !== "memory") return unknown(`no metrics for resource ${resource}`);
      const { memoryBytes, memoryBytesPerRequest } = service;
      const wanted = memoryBytes + perPod(valueNow(requestsColumn)) * memoryBytesPerRequest;
      return podFigures(whole(wanted) * 1000n, whole(memoryBytes) * 1000n);
    },
    async readPodsMetric({ metric }) {
      if (!isMetric(metric)) return unknown(noColumn(metric));
      return podFigures(whole(perPod(valueNow(metric)) * 1000), 0n);
    },
    async readObjectMetric({ metric }) {
      if (!isMetric(metric)) return unknown(noColumn(metric));
      return { kind: "measured", value: whole(valueNow(metric) * 1000) };
    },
    async readExternalMetric({ metric }) {
      if (!isMetric(metric)) return unknown(noColumn(metric));
      return { kind: "measured", value: [whole(valueNow(metric) * 1000)] };
    },
  };
}

function whole(amount: number): bigint {
  return BigInt(Math.round(amount));
}

function unknown(why: string): { readonly kind: "unavailable"; readonly why: string } {
  return { kind: "unavailable", why };
}

function noColumn(metric: string): string {
  return `the load has no column "${metric}"`;
}

/** Runs, is ready and is not on its way out: it gets its share of the load. */
export function isServing({ metadata, status }: Live<Pod>): boolean {
  if (metadata.deletionTimestamp !== undefined || status.phase !== "Running") return false;
  return (
    status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true
  );
}

/** Pods are looked at thousands of times and start once. One that does not run starts at no time. */
function rememberedStart(): (pod: Live<Pod>) => number {
  const known = new WeakMap<Live<Pod>, number>();
  return (pod) => {
    const found = known.get(pod);
    if (found !== undefined) return found;
    const { phase, startTime } = pod.status;
    const runs = phase === "Running" && startTime !== undefined;
    const atMs = runs ? Date.parse(startTime) : Number.POSITIVE_INFINITY;
    known.set(pod, atMs);
    return atMs;
  };
}
