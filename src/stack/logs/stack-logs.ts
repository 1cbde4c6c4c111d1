/**
 * What the containers of a stack print, as one.
 *
 * What has been printed already comes first, in the order in which it was written. Then, if wanted,
 * everything new as it comes, also of pods and containers that start meanwhile. A connection that
 * breaks is made again, and goes on behind the last line that was shown.
 */
import { type Clock, sleep } from "#base";
import { hasReason } from "#api";
import type { Pod } from "#api/core/v1";
import type { Informer, PodStreams } from "#client";
import { type LogLine, logLinesOf } from "./log-line.ts";
import { type LogSource, logSourcesOf } from "./log-source.ts";
import { mergeSorted } from "./merge-sorted.ts";

export interface StackLogDeps {
  /** Of the stack's pods, synced and running. */
  readonly pods: Pick<Informer<Pod>, "cache" | "onChange">;
  readonly streams: Pick<PodStreams, "log">;
  readonly clock: Clock;
  /** Told of every source before the first line of any. */
  readonly announce: (source: LogSource) => void;
  readonly show: (source: LogSource, line: LogLine) => Promise<void>;
}

export interface StackLogOptions {
  /** Empty means all. */
  readonly services: readonly string[];
  readonly follow: boolean;
  /** Of each container; undefined for all that there are. */
  readonly tailLines: number | undefined;
  readonly since: LogSince;
}

export interface LogSince {
  readonly sinceSeconds: number | undefined;
  /** RFC 3339. */
  readonly sinceTime: string | undefined;
}

/** More than anybody reads at once; each takes a connection. */
const logSourcesMax = 500;

const retryMs = 1_000;
const fromTheStart: LogSince = { sinceSeconds: undefined, sinceTime: undefined };

/** Shows logs until all have been shown, or, when they are followed, until the signal aborts. */
export async function showStackLogs(
  deps: StackLogDeps,
  options: StackLogOptions,
  signal: AbortSignal,
): Promise<void> {
  const sources = deps.pods.cache.list().flatMap((pod) => logSourcesOf(pod, options.services));
  if (sources.length > logSourcesMax) {
    throw new Error(
      `these are ${sources.length} containers, at most ${logSourcesMax}: name services`,
    );
  }
  for (const source of sources) deps.announce(source);
  const last = await showHistory(deps, sources, options, signal);
  if (!options.follow) return;
  const known = new Map(sources.map(({ id }) => [id, last.get(id)]));
  await new LogFollower(deps, options, known).run(signal);
}

/** Gives the last line of each source, by its id. */
async function showHistory(
  deps: StackLogDeps,
  sources: readonly LogSource[],
  { tailLines, since }: StackLogOptions,
  signal: AbortSignal,
): Promise<Map<string, LogLine>> {
  const readers = sources.map((source) => {
    const query = { follow: false, timestamps: true, tailLines, ...since };
    return readUnlessGone(() =>
      deps.streams.log(source.pod, { container: source.container, ...query }, signal),
    );
  });
  const last = new Map<string, LogLine>();
  for await (const merged of mergeSorted(readers, (left, right) => left.key < right.key)) {
    const source = sources[merged.source];
    if (source === undefined) continue;
    last.set(source.id, merged.item);
    await deps.show(source, merged.item);
  }
  return last;
}

/** Containers and pods may go while one looks at them. */
async function* readUnlessGone(
  open: () => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<LogLine> {
  try {
    yield* logLinesOf(await open());
  } catch (error) {
    if (!hasReason(error, "NotFound") && !hasReason(error, "BadRequest")) throw error;
  }
}

/** One task for each source that there is. */
class LogFollower {
  readonly #deps: StackLogDeps;
  readonly #options: StackLogOptions;
  /** The last line shown of each source, by its id; undefined for one that had nothing to show. */
  readonly #last: Map<string, LogLine | undefined>;
  readonly #tasks = new Map<string, Promise<void>>();

  constructor(
    deps: StackLogDeps,
    options: StackLogOptions,
    last: Map<string, LogLine | undefined>,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#last = last;
  }

  /** Throws when the server does not allow it. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const failed = Promise.withResolvers<never>();
    const reading = AbortSignal.any([signal, ended.signal]);
    using _watching = this.#deps.pods.onChange(({ after }) => {
      const sources = after === undefined ? [] : logSourcesOf(after, this.#options.services);
      for (const source of sources) this.#start(source, reading, failed.reject);
    });
    try {
      await Promise.race([aborted(signal), failed.promise]);
    } finally {
      ended.abort();
      await Promise.all(this.#tasks.values());
    }
  }

  #start(source: LogSource, signal: AbortSignal, fail: (reason: unknown) => void): void {
    if (this.#tasks.has(source.id) || this.#tasks.size >= logSourcesMax) return;
    this.#deps.announce(source);
    this.#tasks.set(source.id, this.#follow(source, signal).catch(fail));
  }

  async #follow(source: LogSource, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#read(source, signal);
      if (signal.aborted || !this.#isRunning(source)) return;
      await sleep(this.#deps.clock, retryMs, signal).catch(() => {});
    }
  }

  /** Shows lines until the container ends or the connection breaks. */
  async #read({ id, pod, container, ...source }: LogSource, signal: AbortSignal): Promise<void> {
    const before = this.#last.get(id);
    const query = { container, follow: true, timestamps: true, ...this.#partOf(id, before) };
    try {
      for await (const line of logLinesOf(await this.#deps.streams.log(pod, query, signal))) {
        // Servers know the time to go on from to the second only.
        if (before !== undefined && line.key <= before.key) continue;
        this.#last.set(id, line);
        await this.#deps.show({ id, pod, container, ...source }, line);
      }
    } catch (error) {
      // Whatever else broke is tried again while the container runs.
      if (hasReason(error, "Forbidden")) throw error;
    }
  }

  /** What is still to be shown: what is new, or all that a container has said that is new itself. */
  #partOf(id: string, before: LogLine | undefined) {
    const { tailLines, since } = this.#options;
    const all = { ...fromTheStart, tailLines: undefined };
    if (before !== undefined) return { ...all, sinceTime: before.time };
    return this.#last.has(id) ? { tailLines, ...since } : all;
  }

  #isRunning({ id, pod }: LogSource): boolean {
    const found = this.#deps.pods.cache.find(pod);
    const sources = found === undefined ? [] : logSourcesOf(found, []);
    return sources.some((source) => source.id === id && source.isRunning);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
