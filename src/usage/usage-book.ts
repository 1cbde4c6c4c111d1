/**
 * The last two points of every node and container, and what was used between them. Processor time
 * only grows, so that its use is a difference over a span; memory is simply the last figure.
 *
 * Rules are metrics-server's (`pkg/storage`): a point counts as the one before only when the container
 * has not been started anew since, and only when it is older. A container too young to have two points
 * is measured from its start, when it had used nothing. Its least age is 10 s there, because it looks
 * every 15 s or less often; here it is one second, since the first look at a container comes soon.
 */
import type { ContainerPoints, NodeReading, UsagePoint } from "./reading.ts";

/** What something used, and when. */
export interface Usage {
  /** When the span ended. */
  readonly atMs: number;
  readonly windowMs: number;
  readonly cpuNanoCores: number;
  readonly memoryBytes: number;
}

export interface UsageBookOptions {
  /** Time between two looks at a node: a container younger than this is measured from its start. */
  readonly resolutionMs: number;
  /** Points older than this are of something that nobody hears of any more. */
  readonly staleMs: number;
}

/** Over shorter spans the figures say more about the moment than about the container. */
export const windowMsMin = 1_000;

interface Points {
  readonly last: UsagePoint;
  readonly before: UsagePoint | undefined;
}

interface NodePage {
  readonly node: Points | undefined;
  /** By the pod's key, then by the container's name. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Points>>;
}

const emptyPage: NodePage = { node: undefined, pods: new Map() };

export class UsageBook {
  readonly #options: UsageBookOptions;
  readonly #pages = new Map<string, NodePage>();

  constructor(options: UsageBookOptions) {
    this.#options = options;
  }

  /** Enters what a look at a node found; what it did not find is forgotten. */
  enter(nodeName: string, reading: NodeReading): void {
    const page = this.#pages.get(nodeName) ?? emptyPage;
    const { node, pods } = reading;
    this.#pages.set(nodeName, {
      node: node === undefined ? undefined : { last: node, before: olderOf(page.node, node) },
      pods: new Map(
        [...pods].map(([key, points]) => [key, this.#entered(page.pods.get(key), points)] as const),
      ),
    });
  }

  #entered(
    known: ReadonlyMap<string, Points> | undefined,
    points: ContainerPoints,
  ): ReadonlyMap<string, Points> {
    return new Map(
      [...points].map(([name, last]) => {
        const before =
          startOf(last, this.#options.resolutionMs) ?? unlessRestarted(known?.get(name), last);
        return [name, { last, before }] as const;
      }),
    );
  }

  forget(nodeName: string): void {
    this.#pages.delete(nodeName);
  }

  findNode(nodeName: string, nowMs: number): Usage | undefined {
    return this.#usageOf(this.#pages.get(nodeName)?.node, nowMs);
  }

  /** Of each container; undefined while one of them has been measured only once. */
  findPod(nodeName: string, podKey: string, nowMs: number): ReadonlyMap<string, Usage> | undefined {
    const containers = this.#pages.get(nodeName)?.pods.get(podKey);
    if (containers === undefined || containers.size === 0) return undefined;
    const usages = new Map<string, Usage>();
    for (const [name, points] of containers) {
      const usage = this.#usageOf(points, nowMs);
      if (usage === undefined) return undefined;
      usages.set(name, usage);
    }
    return usages;
  }

  /** Whether a look has found the container, since it started at `startedAtMs`. */
  hasSeen(nodeName: string, podKey: string, container: string, startedAtMs: number): boolean {
    const points = this.#pages.get(nodeName)?.pods.get(podKey)?.get(container);
    return points !== undefined && points.last.atMs >= startedAtMs;
  }

  #usageOf(points: Points | undefined, nowMs: number): Usage | undefined {
    if (points?.before === undefined) return undefined;
    const { last, before } = points;
    const windowMs = last.atMs - before.atMs;
    const usedSeconds = last.cpuSeconds - before.cpuSeconds;
    const isFresh = nowMs - last.atMs <= this.#options.staleMs;
    if (usedSeconds < 0 || windowMs <= 0 || !isFresh) return undefined;
    return {
      atMs: last.atMs,
      windowMs,
      cpuNanoCores: Math.trunc((usedSeconds * 1e12) / windowMs),
      memoryBytes: last.memoryBytes,
    };
  }
}

/** The start of a container that is so young that the last look was before it, as a point. */
function startOf(last: UsagePoint, resolutionMs: number): UsagePoint | undefined {
  const ageMs = last.atMs - last.startedAtMs;
  const isYoung = ageMs >= windowMsMin && ageMs < resolutionMs;
  return isYoung ? { ...last, atMs: last.startedAtMs, cpuSeconds: 0 } : undefined;
}

function unlessRestarted(known: Points | undefined, last: UsagePoint): UsagePoint | undefined {
  if (known === undefined || last.startedAtMs >= known.last.atMs) return undefined;
  return olderOf(known, last);
}

/** The latest known point that is older than `last` by enough to tell something. */
function olderOf(known: Points | undefined, last: UsagePoint): UsagePoint | undefined {
  if (known === undefined) return undefined;
  if (last.atMs - known.last.atMs >= windowMsMin) return known.last;
  const { before } = known;
  return before !== undefined && before.atMs < last.atMs ? before : undefined;
}
