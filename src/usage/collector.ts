/**
 * Looks at every node again and again, and once more when the node is new or a container starts there,
 * so that usage is known from the first second on.
 */
import type { Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import { type Clock, type Logger, mapConcurrent, sleep } from "#base";
import type { Informer } from "#client";
import { type NodeReading, podKeyOf } from "./reading.ts";
import { type UsageBook, windowMsMin } from "./usage-book.ts";

export interface CollectorDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly book: UsageBook;
  readonly nodes: Informer<Node>;
  readonly pods: Informer<Pod>;
  /** Asks a node's agent. Rejects when it does not answer. */
  readonly readNode: (node: Live<Node>, signal: AbortSignal) => Promise<NodeReading>;
}

export interface CollectorOptions {
  /** Time from one look at a node to the next. */
  readonly resolutionMs: number;
  /** How long a node may take to answer. */
  readonly timeoutMs: number;
  /** How many nodes are asked at the same time. */
  readonly concurrency: number;
}

/** A look costs an agent about a millisecond for each of its pods. metrics-server looks every 15 s. */
export const collectorDefaults: CollectorOptions = {
  resolutionMs: 5_000,
  timeoutMs: 4_000,
  concurrency: 32,
};

/** Behind the youngest age that tells something, by what clocks and timers may be off. */
const firstLookAgeMs = windowMsMin + 100;

export class UsageCollector {
  readonly #deps: CollectorDeps;
  readonly #options: CollectorOptions;
  readonly #listeners = new Set<(namespace: string) => void>();
  /** Nodes that are being asked. */
  readonly #asked = new Set<string>();
  /** Nodes that did not answer last time; told once. */
  readonly #silent = new Set<string>();
  /** Nodes that have answered. */
  readonly #known = new Set<string>();
  /** Looks that are due before the next round, by node. */
  readonly #extra = new Map<string, Disposable>();
  /** Those that are under way. */
  readonly #looks = new Set<Promise<void>>();
  /** Of the run. */
  #signal = new AbortController().signal;

  constructor(deps: CollectorDeps, options: CollectorOptions = collectorDefaults) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Calls `listener` with each namespace of which a look has brought figures. */
  onChange(listener: (namespace: string) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, nodes, pods } = this.#deps;
    await Promise.all([nodes.synced(signal), pods.synced(signal)]);
    this.#signal = signal;
    using _nodes = nodes.onChange(({ before, after }) => {
      if (before !== undefined && after === undefined) this.#forget(before.metadata.name);
    });
    using _pods = pods.onChange(({ after }) => {
      if (after !== undefined && this.#hasJustStarted(after)) {
        this.#planExtraLook(after.spec.nodeName ?? "");
      }
    });
    try {
      while (!signal.aborted) {
        const startMs = clock.elapsedMs();
        await mapConcurrent(nodes.cache.list(), this.#options.concurrency, (node) =>
          this.#look(node, signal),
        );
        const tookMs = clock.elapsedMs() - startMs;
        await sleep(clock, Math.max(0, this.#options.resolutionMs - tookMs), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      for (const timer of this.#extra.values()) timer[Symbol.dispose]();
      this.#extra.clear();
      await Promise.all(this.#looks);
    }
  }

  #forget(nodeName: string): void {
    this.#deps.book.forget(nodeName);
    this.#silent.delete(nodeName);
    this.#known.delete(nodeName);
  }

  /** Whether the pod has a container that is so new that no look has found it. */
  #hasJustStarted({ metadata, spec, status }: Live<Pod>): boolean {
    const { book, clock } = this.#deps;
    const { nodeName = "" } = spec;
    const key = podKeyOf(metadata.namespace ?? "", metadata.name);
    const nowMs = clock.nowMs();
    return (status.containerStatuses ?? []).some(({ name, state }) => {
      const startedAtMs = Date.parse(state?.running?.startedAt ?? "");
      const isNew = nowMs - startedAtMs < this.#options.resolutionMs;
      return isNew && !book.hasSeen(nodeName, key, name, startedAtMs);
    });
  }

  /** Plans a look for when what has just started is old enough: its start is told in whole seconds. */
  #planExtraLook(nodeName: string): void {
    if (nodeName === "" || this.#extra.has(nodeName)) return;
    const timer = this.#deps.clock.schedule(firstLookAgeMs, () => {
      this.#extra.delete(nodeName);
      const look = this.#lookAtNamed(nodeName).finally(() => this.#looks.delete(look));
      this.#looks.add(look);
    });
    this.#extra.set(nodeName, timer);
  }

  async #lookAtNamed(nodeName: string): Promise<void> {
    const found = this.#deps.nodes.cache.find({ namespace: "", name: nodeName });
    if (found !== undefined && !this.#signal.aborted) await this.#look(found, this.#signal);
  }

  /** Boundary: a node that does not answer is told once and asked again at the next look. */
  async #look(node: Live<Node>, signal: AbortSignal): Promise<void> {
    const { name } = node.metadata;
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    const ending = new AbortController();
    const giveUp = () => ending.abort(new Error(`node ${name} did not answer in time`));
    using _deadline = this.#deps.clock.schedule(this.#options.timeoutMs, giveUp);
    try {
      const either = AbortSignal.any([signal, ending.signal]);
      const reading = await this.#deps.readNode(node, either);
      this.#deps.book.enter(name, reading);
      this.#silent.delete(name);
      // Of a node as a whole nothing can be told before it has answered twice.
      if (!this.#known.has(name)) this.#planExtraLook(name);
      this.#known.add(name);
      this.#tell(reading);
    } catch (error) {
      if (!signal.aborted && !this.#silent.has(name)) {
        this.#silent.add(name);
        this.#deps.log.warn("node tells no usage", { node: name, error: String(error) });
      }
    } finally {
      this.#asked.delete(name);
    }
  }

  #tell({ pods }: NodeReading): void {
    const namespaces = new Set([...pods.keys()].map((key) => key.slice(0, key.indexOf("/"))));
    for (const listener of this.#listeners) {
      for (const namespace of namespaces) listener(namespace);
    }
  }
}
