/**
 * What a simulated node and its pods use, for whoever looks at counters. Nothing runs there, so nobody
 * needs to ask the node: what its pods' annotations say now, added up over time, is all there is to
 * know. An annotation that changes changes the use from the next look on.
 */
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { RuntimeError } from "../../runtime.ts";
import { type Behavior, behaviorOf } from "./behavior.ts";

/** Counters of one container, or of the node. */
export interface SimulatedPoint {
  readonly startedAtMs: number;
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface SimulatedReading {
  readonly node: SimulatedPoint;
  /** By `namespace/name`, then by the container's name. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, SimulatedPoint>>;
}

const nanosPerCore = 1e9;
/** What the node itself uses beside its pods. */
const ownCores = 0.02;
const ownMemoryBytes = 128 * 1024 * 1024;

/** The counters of one simulated node. */
export class SimulatedUsage {
  readonly #startedAtMs: number;
  #containers: ReadonlyMap<string, SimulatedPoint> = new Map();
  #latest: SimulatedPoint;

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
    this.#latest = { startedAtMs, atMs: startedAtMs, cpuSeconds: 0, memoryBytes: ownMemoryBytes };
  }

  /** Counts on until `nowMs`, with the pods that run now. */
  read(pods: readonly Live<Pod>[], nowMs: number): SimulatedReading {
    const counted = new Map<string, SimulatedPoint>();
    const byPod = pods.map((pod) => [keyOf(pod), this.#readPod(pod, nowMs, counted)] as const);
    const before = this.#containers;
    this.#containers = counted;
    const usedSeconds = [...counted].reduce(
      (sum, [id, point]) => sum + point.cpuSeconds - (before.get(id)?.cpuSeconds ?? 0),
      0,
    );
    const ownSeconds = (ownCores * (nowMs - this.#latest.atMs)) / 1000;
    this.#latest = {
      startedAtMs: this.#startedAtMs,
      atMs: nowMs,
      cpuSeconds: this.#latest.cpuSeconds + ownSeconds + usedSeconds,
      memoryBytes: [...counted.values()].reduce(
        (sum, one) => sum + one.memoryBytes,
        ownMemoryBytes,
      ),
    };
    return { node: this.#latest, pods: new Map(byPod.filter(([, points]) => points.size > 0)) };
  }

  #readPod(
    pod: Live<Pod>,
    nowMs: number,
    counted: Map<string, SimulatedPoint>,
  ): ReadonlyMap<string, SimulatedPoint> {
    const points = new Map<string, SimulatedPoint>();
    for (const { name, containerID = "", state } of pod.status.containerStatuses ?? []) {
      const startedAtMs = Date.parse(state?.running?.startedAt ?? "");
      const behavior = findBehavior(pod, name);
      if (Number.isNaN(startedAtMs) || behavior === undefined) continue;
      const known = this.#containers.get(containerID);
      const sinceMs = Math.max(0, nowMs - (known?.atMs ?? startedAtMs));
      const usedSeconds = ((behavior.cpuNanoCores / nanosPerCore) * sinceMs) / 1000;
      const point = {
        startedAtMs,
        atMs: nowMs,
        cpuSeconds: (known?.cpuSeconds ?? 0) + usedSeconds,
        memoryBytes: behavior.memoryBytes,
      };
      points.set(name, point);
      counted.set(containerID, point);
    }
    return points;
  }
}

/** Undefined for annotations that cannot be read, which no container starts with but some may get. */
function findBehavior({ metadata }: Live<Pod>, container: string): Behavior | undefined {
  try {
    return behaviorOf(metadata.annotations ?? {}, container);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return undefined;
  }
}

function keyOf({ metadata }: Live<Pod>): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
