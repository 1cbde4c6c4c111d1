/**
 * Keeps the processes of one cluster running until it is told to stop.
 *
 * 1. One supervisor per data directory: it holds the lock `run/lock`.
 * 2. Before it starts anything it ends what a supervisor that died left running.
 * 3. `run/supervisor.json` tells at any moment which processes are its own.
 * 4. It ends the parts in reverse order, so that agents can still report to the server.
 */
import {
  type ChildProcess,
  type Clock,
  type Disk,
  type Logger,
  type Processes,
  sleep,
} from "#base";
import { findSupervisorState, type PartState, within } from "#cli";
import type { Pace, Part } from "./parts.ts";
import { firstLife, planRestart } from "./restart.ts";

/** How long a part may take to end before it is killed. */
const stopMsMax = 20_000;
const stopPollMs = 20;
const logBytesMax = 16 * 1024 * 1024;

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly processes: Processes;
  readonly logger: Logger;
  readonly pid: number;
  /** Program and first arguments of our own command line. */
  readonly self: readonly [program: string, ...args: readonly string[]];
  /** How parts of each pace run. */
  readonly runtime: Readonly<Record<Pace, PartRuntime>>;
}

export interface PartRuntime {
  /** For Node, before the program. */
  readonly flags: readonly string[];
  /** Variables beside our own. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs until the signal aborts, and then until every part has ended. `prepare` is called once nothing
 * of the cluster runs, and says what to run.
 */
export async function supervise(
  deps: SupervisorDeps,
  directory: string,
  prepare: () => Promise<readonly Part[]>,
  signal: AbortSignal,
): Promise<void> {
  const lock = await deps.disk.tryLock(`${within.run(directory)}/lock`);
  if (lock === undefined) throw new Error(`${directory} has a supervisor already`);
  await using _held = lock;
  await endLeftovers(deps, directory);
  const parts = await prepare();
  const board = new Board(deps, directory, parts.map(absentPart));
  const keepers: Keeper[] = [];
  for (const part of parts) keepers.push(startKeeping(deps, directory, part, board));
  await aborted(signal);
  deps.logger.info("stopping");
  for (const keeper of keepers.toReversed()) await keeper.stop();
  await deps.disk.remove(within.supervisor(directory));
  deps.logger.info("stopped");
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function endLeftovers(deps: SupervisorDeps, directory: string): Promise<void> {
  const before = await findSupervisorState(deps.disk, directory);
  for (const part of (before?.parts ?? []).toReversed()) {
    const isAlive = () => deps.processes.findIdentity(part.pid) === part.identity;
    if (part.pid === 0 || !isAlive()) continue;
    deps.logger.info("ending a process of an earlier supervisor", {
      part: part.name,
      pid: part.pid,
    });
    const patience = { untilMs: deps.clock.elapsedMs() + stopMsMax };
    deps.processes.signal(part.pid, "SIGTERM");
    while (isAlive()) {
      if (deps.clock.elapsedMs() > patience.untilMs) deps.processes.signal(part.pid, "SIGKILL");
      await sleep(deps.clock, stopPollMs, new AbortController().signal);
    }
  }
}

/** What runs now, and the file that tells it to others. */
class Board {
  readonly #deps: SupervisorDeps;
  readonly #directory: string;
  readonly #parts = new Map<string, PartState>();
  #written: Promise<void> = Promise.resolve();

  constructor(deps: SupervisorDeps, directory: string, parts: readonly PartState[]) {
    this.#deps = deps;
    this.#directory = directory;
    for (const part of parts) this.#parts.set(part.name, part);
  }

  /** Resolves when the change is on disk; changes are written in their order. */
  set(state: PartState): Promise<void> {
    this.#parts.set(state.name, state);
    this.#written = this.#written.then(() => this.#write());
    return this.#written;
  }

  #write(): Promise<void> {
    const { disk, pid, processes } = this.#deps;
    const identity = processes.findIdentity(pid) ?? "";
    const text = JSON.stringify({ pid, identity, parts: [...this.#parts.values()] });
    return disk.replaceFile(within.supervisor(this.#directory), `${text}\n`);
  }
}

function absentPart({ name }: Part): PartState {
  return { name, pid: 0, identity: "", startedAtMs: 0, restartCount: 0 };
}

interface Keeper {
  /** Ends the part for good; resolves when it has ended. */
  stop(): Promise<void>;
}

function startKeeping(deps: SupervisorDeps, directory: string, part: Part, board: Board): Keeper {
  const stopped = new AbortController();
  const logger = deps.logger.child({ part: part.name });
  const kept = keep({ ...deps, logger }, directory, part, { board, signal: stopped.signal });
  return {
    async stop() {
      stopped.abort();
      await kept;
    },
  };
}

/** Starts a part again and again until the signal aborts. */
async function keep(
  deps: SupervisorDeps,
  directory: string,
  part: Part,
  keeping: { readonly board: Board; readonly signal: AbortSignal },
): Promise<void> {
  const { board, signal } = keeping;
  let lives = firstLife;
  let restartCount = 0;
  while (!signal.aborted) {
    const startedMs = deps.clock.elapsedMs();
    const child = await start(deps, directory, part);
    const identity = deps.processes.findIdentity(child.pid) ?? "";
    const startedAtMs = deps.clock.nowMs();
    await board.set({ name: part.name, pid: child.pid, identity, startedAtMs, restartCount });
    const status = await endOf(deps, child, signal);
    await board.set({ ...absentPart(part), restartCount });
    if (signal.aborted) break;
    lives = planRestart(lives, deps.clock.elapsedMs() - startedMs);
    restartCount++;
    deps.logger.warn("ended by itself", { status, delayMs: lives.delayMs, restartCount });
    await pauseUnlessStopped(deps.clock, lives.delayMs, signal);
  }
}

async function start(deps: SupervisorDeps, directory: string, part: Part): Promise<ChildProcess> {
  const [node, ...own] = deps.self;
  const { flags, env } = deps.runtime[part.pace];
  const self = [node, ...flags, ...own];
  const words = [...part.under, ...self, ...part.words, "--data-dir", directory];
  const [program = "", ...args] = words;
  await setOldLogAside(deps.disk, within.log(directory, part.name));
  const child = await deps.processes.spawn(program, args, {
    lifetime: "attached",
    directory: "/",
    env,
    logFile: within.log(directory, part.name),
  });
  deps.logger.info("started", { pid: child.pid });
  return child;
}

/** One earlier log is kept; a part that is started anew begins a new one when its log is large. */
async function setOldLogAside(disk: Disk, path: string): Promise<void> {
  const facts = await disk.findFacts(path);
  if (facts !== undefined && facts.bytes > logBytesMax) await disk.rename(path, `${path}.1`);
}

/** Resolves with the exit status; makes the child end when the signal aborts. */
async function endOf(
  deps: SupervisorDeps,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<number> {
  const ended = new AbortController();
  const stop = () => {
    child.signal("SIGTERM");
    const kill = deps.clock.schedule(stopMsMax, () => child.signal("SIGKILL"));
    ended.signal.addEventListener("abort", () => kill[Symbol.dispose](), { once: true });
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  const status = await child.exited;
  signal.removeEventListener("abort", stop);
  ended.abort();
  return status;
}

async function pauseUnlessStopped(
  clock: Clock,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await sleep(clock, delayMs, signal);
  } catch (error) {
    // The caller looks at the signal next.
    if (!signal.aborted) throw error;
  }
}
