/** Targets from files that others write. They are read again when they change, and now and then. */
import { type Clock, describeError, type Disk, type Logger, sleep } from "#base";
import {
  expandGlob,
  type FileDiscovery,
  type FileFinder,
  parseJsonTargetGroups,
  parseTargetGroups,
} from "#promconfig";
import type { FileMetrics, RefreshMetrics } from "./discovery-metrics.ts";
import { publishAll } from "./refreshing.ts";
import { groupOf } from "./static-discoverer.ts";
import type { Discoverer, Publish, TargetGroup } from "./target-group.ts";

export interface FileDiscoveryDeps {
  readonly disk: FileFinder & Pick<Disk, "findFacts" | "readFile" | "watch">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: RefreshMetrics;
  readonly files: FileMetrics;
}

/** Programs write files in steps; what they have written is read once they seem to be done. */
const settleMs = 50;

export function createFileDiscoverer(deps: FileDiscoveryDeps, config: FileDiscovery): Discoverer {
  return { run: (signal, publish) => new FileWatch(deps, config, publish).run(signal) };
}

class FileWatch {
  readonly #deps: FileDiscoveryDeps;
  readonly #config: FileDiscovery;
  readonly #publish: Publish;
  /** What each file said when it was last understood. */
  #groups: ReadonlyMap<string, readonly TargetGroup[]> = new Map();
  #sources: ReadonlySet<string> = new Set();
  #wake = () => {};

  constructor(deps: FileDiscoveryDeps, config: FileDiscovery, publish: Publish) {
    this.#deps = deps;
    this.#config = config;
    this.#publish = publish;
  }

  async run(signal: AbortSignal): Promise<void> {
    using watches = new DisposableStack();
    for (const directory of watchedDirectories(this.#config.files)) {
      this.#watch(directory, watches);
    }
    while (!signal.aborted) {
      const changed = new Promise<void>((resolve) => (this.#wake = resolve));
      await this.#refresh();
      await this.#untilDue(changed, signal);
    }
  }

  #watch(directory: string, watches: DisposableStack): void {
    try {
      watches.use(this.#deps.disk.watch(directory, () => this.#wake()));
    } catch (error) {
      // The directory may come later; then the refresh interval finds it.
      this.#deps.files.watchFailed();
      this.#deps.log.warn("error adding file watch", { directory, why: describeError(error) });
    }
  }

  /** Until something changed and has settled, or the interval is over. */
  async #untilDue(changed: Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const waiting = new AbortController();
    const either = AbortSignal.any([signal, waiting.signal]);
    const interval = sleep(clock, this.#config.refreshIntervalMs, either).catch(() => {});
    const settled = changed.then(() => sleep(clock, settleMs, either)).catch(() => {});
    await Promise.race([interval, settled]);
    waiting.abort();
  }

  async #refresh(): Promise<void> {
    const startedMs = this.#deps.clock.elapsedMs();
    const globs = this.#config.files.map((pattern) => expandGlob(this.#deps.disk, pattern));
    const paths = new Set((await Promise.all(globs)).flat());
    const read = await Promise.all(
      Array.from(paths, async (path) => [path, await this.#read(path)] as const),
    );
    this.#groups = new Map(read);
    const seconds = (this.#deps.clock.elapsedMs() - startedMs) / 1_000;
    this.#deps.files.scanned(seconds);
    this.#deps.metrics.refreshed(seconds);
    this.#sources = publishAll([...this.#groups.values()].flat(), this.#sources, this.#publish);
  }

  /** A file that cannot be read or understood counts as it was before. */
  async #read(path: string): Promise<readonly TargetGroup[]> {
    try {
      const { disk, files } = this.#deps;
      const text = new TextDecoder().decode(await disk.readFile(path));
      const facts = await disk.findFacts(path);
      if (facts !== undefined) files.changedAt(new Map([[path, facts.modifiedAtMs]]));
      const isJson = path.toLowerCase().endsWith(".json");
      const groups = isJson ? parseJsonTargetGroups(text) : parseTargetGroups(text);
      return groups.map((group, index) =>
        groupOf(group, { source: `${path}:${index}`, label: ["__meta_filepath", path] }),
      );
    } catch (error) {
      this.#deps.metrics.failed();
      this.#deps.files.readFailed();
      this.#deps.log.warn("error reading file", { path, why: describeError(error) });
      return this.#groups.get(path) ?? [];
    }
  }
}

/** The directories of the files; where these are patterns, the part before the first of them. */
function watchedDirectories(patterns: readonly string[]): ReadonlySet<string> {
  const directories = patterns.map((pattern) => {
    const fixed = pattern.replace(/[*?[\\].*$/s, "");
    const slash = fixed.lastIndexOf("/");
    return slash < 0 ? "." : fixed.slice(0, slash) || "/";
  });
  return new Set(directories);
}
