/**
 * Runs the discoverers that a configuration asks for, and tells what they have found.
 *
 * Sections that are the same in several jobs are found once. A new configuration leaves alone what it
 * has in common with the former one. News is told at once when it has been quiet, and otherwise
 * gathered: at most every five seconds, as upstream does, so that a rollout does not make every job
 * build its targets a thousand times.
 */
import { type Clock, describeError, type Logger, sleep } from "#base";
import { configIdentity, type DiscoveryConfig } from "#promconfig";
import type { Discoverer, TargetGroup } from "./target-group.ts";

export interface TargetFinderDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** `job` is the first one that has the section. */
  readonly createDiscoverer: (config: DiscoveryConfig, job: string) => Discoverer;
}

/** All groups of each job (or whatever asked). Sources are unique within one. */
export type FoundTargets = ReadonlyMap<string, readonly TargetGroup[]>;

/** How long news is gathered after some was told. */
const gatherMs = 5_000;

/** At first, when every discoverer brings its first news, it is gathered for this long only. */
const firstGatherMs = 250;

/** A discoverer that broke is started again after this time. */
const retryMs = 10_000;

interface Provider {
  readonly discoverer: Discoverer;
  readonly kind: string;
  readonly groups: Map<string, TargetGroup>;
  readonly controller: AbortController;
  running: Promise<void>;
}

export class TargetFinder {
  /** Updates that came from discoverers, that were handed on, and that had to wait. */
  readonly counters = { received: 0, told: 0, delayed: 0 };
  readonly #deps: TargetFinderDeps;
  readonly #tell: (found: FoundTargets) => void;
  /** By what they are configured to do. */
  #providers = new Map<string, Provider>();
  /** Which providers each job has. */
  #jobs: ReadonlyMap<string, readonly string[]> = new Map();
  readonly #ending = new Set<Promise<void>>();
  #timer: Disposable | undefined;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #appliedAtMs = 0;
  #signal: AbortSignal | undefined;
  #toldAtMs = 0;

  /** `tell` is given everything that is known, whenever some of it has changed. */
  constructor(deps: TargetFinderDeps, tell: (found: FoundTargets) => void) {
    this.#deps = deps;
    this.#tell = tell;
  }

  /** Finds targets by these sections from now on. */
  apply(jobs: ReadonlyMap<string, readonly DiscoveryConfig[]>): void {
    const providers = new Map<string, Provider>();
    const keys = new Map<string, readonly string[]>();
    for (const [job, sections] of jobs) {
      const own = sections.map((section) => {
        const key = configIdentity(section);
        const known = providers.get(key) ?? this.#providers.get(key);
        providers.set(key, known ?? this.#newProvider(section, job));
        return key;
      });
      keys.set(job, own);
    }
    for (const [key, provider] of this.#providers) if (!providers.has(key)) this.#end(provider);
    const added = [...providers].filter(([key]) => !this.#providers.has(key));
    this.#providers = providers;
    this.#jobs = keys;
    if (this.#signal !== undefined) for (const [, provider] of added) this.#start(provider);
    this.#appliedAtMs = this.#deps.clock.elapsedMs();
    // What a reload changed must not wait.
    this.#quietUntilMs = Number.NEGATIVE_INFINITY;
    this.#scheduleNews();
  }

  /** How many targets each job has, before relabelling. */
  discoveredCounts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [job, keys] of this.#jobs) {
      const groups = keys.flatMap((key, index) => this.#groupsOf(key, index));
      counts.set(
        job,
        groups.reduce((sum, { targets }) => sum + targets.length, 0),
      );
    }
    return counts;
  }

  /** When each job was told its targets last, in Unix time; none before the first time. */
  toldAtSeconds(): ReadonlyMap<string, number> {
    const jobs = this.#toldAtMs === 0 ? [] : [...this.#jobs.keys()];
    return new Map(jobs.map((job) => [job, this.#toldAtMs / 1_000]));
  }

  /** Finds until aborted; resolves when all discoverers have ended. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    for (const provider of this.#providers.values()) this.#start(provider);
    this.#scheduleNews();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#signal = undefined;
    this.#timer?.[Symbol.dispose]();
    for (const provider of this.#providers.values()) this.#end(provider);
    await Promise.all(this.#ending);
  }

  #newProvider(section: DiscoveryConfig, job: string): Provider {
    return {
      discoverer: this.#deps.createDiscoverer(section, job),
      kind: section.kind,
      groups: new Map(),
      controller: new AbortController(),
      running: Promise.resolve(),
    };
  }

  #start(provider: Provider): void {
    provider.running = this.#runProvider(provider);
  }

  #end(provider: Provider): void {
    provider.controller.abort(new Error("no longer configured"));
    const ended = provider.running.finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  async #runProvider(provider: Provider): Promise<void> {
    const { signal } = provider.controller;
    while (!signal.aborted) {
      try {
        await provider.discoverer.run(signal, (groups) => this.#take(provider, groups));
        return;
      } catch (error) {
        // The catch site of discovery as a whole: one that breaks is tried again.
        if (signal.aborted) return;
        const why = describeError(error);
        this.#deps.log.warn("discovery failed", { kind: provider.kind, why });
        await sleep(this.#deps.clock, retryMs, signal).catch(() => {});
      }
    }
  }

  #take(provider: Provider, groups: readonly TargetGroup[]): void {
    if (provider.controller.signal.aborted) return;
    this.counters.received++;
    for (const group of groups) {
      if (group.targets.length === 0) provider.groups.delete(group.source);
      else provider.groups.set(group.source, group);
    }
    this.#scheduleNews();
  }

  #scheduleNews(): void {
    if (this.#signal === undefined) return;
    const delayMs = Math.max(0, this.#quietUntilMs - this.#deps.clock.elapsedMs());
    if (delayMs > 0) this.counters.delayed++;
    if (this.#timer !== undefined && delayMs > 0) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#deps.clock.schedule(delayMs, () => this.#tellNews());
  }

  #tellNews(): void {
    this.#timer = undefined;
    const nowMs = this.#deps.clock.elapsedMs();
    this.#quietUntilMs = nowMs + (nowMs - this.#appliedAtMs < gatherMs ? firstGatherMs : gatherMs);
    const found = new Map<string, readonly TargetGroup[]>();
    for (const [job, keys] of this.#jobs) {
      found.set(
        job,
        keys.flatMap((key, index) => this.#groupsOf(key, index)),
      );
    }
    this.#toldAtMs = this.#deps.clock.nowMs();
    this.counters.told++;
    this.#tell(found);
  }

  /** Sections may use the same names of sources; their place in the job tells these apart. */
  #groupsOf(key: string, index: number): readonly TargetGroup[] {
    const groups = this.#providers.get(key)?.groups.values() ?? [];
    return Array.from(groups, (group) => ({ ...group, source: `${index}/${group.source}` }));
  }
}
