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
  /** The child is killed after this time. Default 60 s. */
  readonly timeoutMs?: number;
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** File that receives standard output and error; absent means they are discarded. */
  readonly logFile?: string;
  /** `detached` children survive us, in a session of their own. */
  readonly lifetime: "attached" | "detached";
}

export interface ChildProcess {
  readonly pid: number;
  /** Resolves with the exit status when the child has ended. */
  readonly exited: Promise<number>;
  signal(name: "SIGTERM" | "SIGKILL" | "SIGHUP" | "SIGINT"): void;
}

/** Starting and observing other programs. Programs get an argument list; no shell is involved. */
export interface Processes {
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProcessResult>;
  spawn(program: string, args: readonly string[], options: SpawnOptions): Promise<ChildProcess>;
  isRunning(pid: number): boolean;
  signal(pid: number, name: "SIGTERM" | "SIGKILL" | "SIGHUP" | "SIGINT"): void;
}
