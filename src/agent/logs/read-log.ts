/** Reads a container's log file as `kubectl logs` wants it. */
import { type Clock, type Disk, sleep } from "#base";
import { LogFilter, type LogSelection } from "./log-filter.ts";
import { listRotated } from "./rotate-logs.ts";

export interface LogRequest extends LogSelection {
  /** Go on with what is written later, until the container has ended. */
  readonly follow: boolean;
  /** Begin so many lines before the end; undefined: at the beginning. */
  readonly tailLines: number | undefined;
}

export interface LogSource {
  /** Of the log file; it need not exist yet. */
  readonly path: string;
  /** Whether more may be written. */
  isRunning(signal: AbortSignal): Promise<boolean>;
}

/** The part of a disk that is needed. */
export type LogDisk = Pick<Disk, "findFacts" | "readRange" | "listDirectory" | "watch">;

export interface LogDeps {
  readonly disk: LogDisk;
  readonly clock: Clock;
}

const chunkBytes = 64 * 1024;
const lineEnd = 0x0a;
/** A change is noticed at once; this is for disks that do not tell. */
const pollMs = 1_000;
/** The state of the container is asked for at most so often. */
const stateEveryMs = 500;

/** The log's content in pieces; ends at the end of the file, or with `follow` of the container. */
export async function* readLog(
  deps: LogDeps,
  source: LogSource,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const filter = new LogFilter(request);
  const start = await findStart(deps.disk, source.path, request.tailLines);
  const bytes = request.follow
    ? followFile(deps, source, start, signal)
    : readFrom(deps.disk, source.path, start);
  for await (const chunk of bytes) {
    const output = filter.add(chunk);
    if (output.length > 0) yield output;
    if (filter.finished) return;
  }
}

/** Where the last `lines` lines begin. */
async function findStart(disk: LogDisk, path: string, lines: number | undefined): Promise<number> {
  if (lines === undefined) return 0;
  const total = (await disk.findFacts(path))?.bytes ?? 0;
  let missing = lines;
  // A file that ends with a line end has no line after it.
  for (let end = total - 1; end > 0; end -= chunkBytes) {
    const from = Math.max(0, end - chunkBytes);
    const chunk = await disk.readRange(path, from, end - from);
    for (let at = chunk.length - 1; at >= 0; at--) {
      if (chunk[at] !== lineEnd) continue;
      missing--;
      if (missing === 0) return from + at + 1;
    }
  }
  return lines === 0 ? total : 0;
}

async function* readFrom(disk: LogDisk, path: string, start: number): AsyncGenerator<Uint8Array> {
  let offset = start;
  while (true) {
    // A log that is being rotated is not there for a moment.
    const chunk = await findRange(disk, path, offset);
    if (chunk === undefined || chunk.length === 0) return;
    offset += chunk.length;
    yield chunk;
  }
}

async function findRange(
  disk: LogDisk,
  path: string,
  offset: number,
): Promise<Uint8Array | undefined> {
  try {
    return await disk.readRange(path, offset, chunkBytes);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Like `tail -F`: what is appended, also after the file was renamed and a new one took its place. The
 * rest of a renamed file comes first, and is found by the name that rotation gives.
 */
async function* followFile(
  deps: LogDeps,
  source: LogSource,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { disk } = deps;
  using changes = new Changes(deps, source.path);
  const states = new States(deps, source);
  let known = (await listRotated(disk, source.path)).at(-1);
  let offset = start;
  while (!signal.aborted) {
    // Asked before reading: what an ended container wrote is all there by then.
    const isRunning = await states.isRunning(signal);
    const latest = (await listRotated(disk, source.path)).at(-1);
    if (latest !== undefined && latest !== known) {
      yield* readFrom(disk, latest, offset);
      known = latest;
      offset = 0;
    }
    for await (const chunk of readFrom(disk, source.path, offset)) {
      offset += chunk.length;
      yield chunk;
    }
    if (!isRunning) return;
    await changes.next(signal);
  }
}

/** The container's state, not asked for more often than it matters. */
class States {
  readonly #deps: LogDeps;
  readonly #source: LogSource;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: LogDeps, source: LogSource) {
    this.#deps = deps;
    this.#source = source;
  }

  async isRunning(signal: AbortSignal): Promise<boolean> {
    const nowMs = this.#deps.clock.elapsedMs();
    if (nowMs - this.#askedAtMs < stateEveryMs) return true;
    this.#askedAtMs = nowMs;
    return await this.#source.isRunning(signal);
  }
}

/** Wakes whoever waits when something changes in the directory of a file. */
class Changes implements Disposable {
  readonly #clock: Clock;
  readonly #watch: Disposable;
  #wake = new AbortController();

  constructor({ disk, clock }: LogDeps, path: string) {
    this.#clock = clock;
    this.#watch = disk.watch(path.slice(0, path.lastIndexOf("/")), () => this.#wake.abort());
  }

  /** Resolves after the next change since the last call, or after a while. */
  async next(signal: AbortSignal): Promise<void> {
    try {
      await sleep(this.#clock, pollMs, AbortSignal.any([signal, this.#wake.signal]));
    } catch (error) {
      // Woken up, or nobody listens any more: both end the waiting.
      if (!signal.aborted && !this.#wake.signal.aborted) throw error;
    }
    this.#wake = new AbortController();
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}
