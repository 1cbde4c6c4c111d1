/** How this process was started, and its way to the person who did. */
import { constants, homedir, hostname } from "node:os";

/** The command line as the system handed it over. */
export interface Invocation {
  /** Words after the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly isRoot: boolean;
  /** `linux/x64`. */
  readonly platform: string;
  readonly hostname: string;
  /** Program and first arguments that start this very command line again. */
  readonly self: readonly [program: string, ...args: readonly string[]];
}

export function readInvocation(): Invocation {
  return {
    args: process.argv.slice(2),
    env: process.env,
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    isRoot: process.getuid?.() === 0,
    platform: `${process.platform}/${process.arch}`,
    hostname: hostname().toLowerCase(),
    self: [process.execPath, process.argv[1] ?? ""],
  };
}

/** Our standard output and error. */
export const realTerminal = {
  print(line: string): void {
    process.stdout.write(`${line}\n`);
  },
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  },
  note(line: string): void {
    process.stderr.write(`${line}\n`);
  },
  columns(): number | undefined {
    return process.stdout.isTTY ? process.stdout.columns : undefined;
  },
  isInteractive(): boolean {
    return process.stdin.isTTY && process.stdout.isTTY;
  },
  async ask(question: string, signal: AbortSignal): Promise<string> {
    const { createInterface } = await import("node:readline/promises");
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return await lines.question(question, { signal });
    } finally {
      lines.close();
    }
  },
  readInput: readStandardInput,
  openInput: (): AsyncIterable<Uint8Array> => process.stdin,
  writeError(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stderr.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  },
  makeRaw(): Disposable {
    process.stdin.setRawMode(true);
    return { [Symbol.dispose]: () => process.stdin.setRawMode(false) };
  },
  sizes: terminalSizes,
};

async function* terminalSizes(signal: AbortSignal) {
  const { stdout } = process;
  while (!signal.aborted) {
    yield { columns: stdout.columns, rows: stdout.rows };
    await new Promise<void>((resolve) => {
      stdout.once("resize", resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

/** All that standard input brings, until it ends. */
export async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Aborts at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
export function watchStopSignals(): AbortSignal {
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  }
  // A reader that went away (`wherry logs | head`) is no failure.
  process.stdout.on("error", (error) => stopped.abort(error));
  return stopped.signal;
}

/** Calls back at each SIGHUP, which then no longer ends the process. */
export function onReloadSignal(reload: () => void): Disposable {
  process.removeAllListeners("SIGHUP");
  process.on("SIGHUP", reload);
  return { [Symbol.dispose]: () => process.off("SIGHUP", reload) };
}

/** Ends the process once what was printed is written. */
export function exitWith(status: number): void {
  process.exitCode = status;
  process.stdout.write("", () => process.stderr.write("", () => process.exit(status)));
}

/** Calls back with what nobody caught: a bug. The process should say so and end. */
export function onUncaught(report: (error: unknown) => void): void {
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
}

/**
 * Runs a program on our terminal and gives its exit status, 128 + signal number when a signal ended
 * it. Signals from the terminal reach it as they reach us, and are its business meanwhile.
 */
export async function runForeground(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const { spawn } = await import("node:child_process");
  const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...env } });
  const pass = (name: NodeJS.Signals) => child.kill(name);
  process.on("SIGTERM", pass);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGTERM", pass);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
