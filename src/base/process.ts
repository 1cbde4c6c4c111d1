/** How a child process ended. */
export interface ProcessResult {
  /** Exit status, or 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Written to the child's standard input, which is then closed. */
  readonly input?: string | Uint8Array;
  /** Variables added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** The child and all it started are killed after this time, and `run` rejects. Default 60 s. */
  readonly timeoutMs?: number;
  /** Aborting kills the child and all it started, and `run` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** File that receives standard output and error; absent means they are discarded. */
  readonly logFile?: string;
  /**
   * `detached` children survive us, in a session of their own. `attached` ones share our terminal
   * and its Ctrl-C; whoever spawned one ends it.
   */
  readonly lifetime: "attached" | "detached";
}

export interface ChildProcess {
  readonly pid: number;
  /** Resolves with the exit status when the child has ended. */
  readonly exited: Promise<number>;
  signal(name: "SIGTERM" | "SIGKILL" | "SIGHUP" | "SIGINT"): void;
}

/**
 * Starting and observing other programs. Programs get an argument list; no shell is involved.
 * A program that cannot be started rejects with the system's `code` (`ENOENT`, `EACCES`).
 */
export interface Processes {
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProcessResult>;
  spawn(program: string, args: readonly string[], options: SpawnOptions): Promise<ChildProcess>;
  /** Whether such a process exists and has not ended; one that waits to be reaped has ended. */
  isRunning(pid: number): boolean;
  /**
   * A text that names this very process: it differs for a later one that got the same pid.
   * Undefined when there is no such process.
   */
  findIdentity(pid: number): string | undefined;
  /** Signals a process; one that has gone already is fine. */
  signal(pid: number, name: "SIGTERM" | "SIGKILL" | "SIGHUP" | "SIGINT"): void;
}
