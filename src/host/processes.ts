import type { ChildProcess as NodeChild } from "node:child_process";
import { constants } from "node:os";
import { open } from "node:fs/promises";
import type { ChildProcess, Processes, ProcessResult, RunOptions, SpawnOptions } from "#base";
import { codeOf } from "./error-code.ts";
import { findProcessIdentity } from "./process-identity.ts";

const runTimeoutMsDefault = 60_000;

/** More output than this of one stream ends the child: it is not what we asked for. */
const outputBytesMax = 64 * 1024 * 1024;

/** The machine's own processes. */
export const realProcesses: Processes = {
  run,
  spawn: spawnProgram,
  isRunning: (pid) => findProcessIdentity(pid) !== undefined,
  findIdentity: findProcessIdentity,
  signal: (pid, name) => signalIfPresent(pid, name),
};

/** Loaded when it is needed, like everything that a command need not pay for at its start. */
const childProcesses = () => import("node:child_process");

async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProcessResult> {
  const { spawn } = await childProcesses();
  options.signal?.throwIfAborted();
  const child = spawn(program, args, {
    // A process group of its own, so that what it started can be killed with it.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
  });
  await started(child);
  const deadline = AbortSignal.timeout(options.timeoutMs ?? runTimeoutMsDefault);
  const stopped = new AbortController();
  const signals = [deadline, stopped.signal, ...(options.signal ? [options.signal] : [])];
  const ending = AbortSignal.any(signals);
  const killGroup = () => child.pid !== undefined && signalIfPresent(-child.pid, "SIGKILL");
  ending.addEventListener("abort", killGroup);
  // It may have been aborted while the program was being started.
  if (ending.aborted) killGroup();
  // A child that ends without reading its input is no failure of ours.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input);
  try {
    const tooMuch = () => stopped.abort(new Error(`running ${program}: too much output`));
    const [stdout, stderr, exitCode] = await Promise.all([
      textOf(child.stdout, tooMuch),
      textOf(child.stderr, tooMuch),
      exitOf(child),
    ]);
    if (options.signal?.aborted) throw options.signal.reason;
    if (stopped.signal.aborted) throw stopped.signal.reason;
    if (deadline.aborted) throw new Error(`running ${program}: not done in time`);
    return { exitCode, stdout, stderr };
  } finally {
    ending.removeEventListener("abort", killGroup);
  }
}

async function textOf(stream: AsyncIterable<Uint8Array>, onTooMuch: () => void): Promise<string> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of stream) {
    byteCount += chunk.byteLength;
    if (byteCount > outputBytesMax) onTooMuch();
    else chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function spawnProgram(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<ChildProcess> {
  const { spawn } = await childProcesses();
  const log = options.logFile === undefined ? undefined : await open(options.logFile, "a", 0o600);
  try {
    const output = log?.fd ?? "ignore";
    const child = spawn(program, args, {
      detached: options.lifetime === "detached",
      stdio: ["ignore", output, output],
      env: { ...process.env, ...options.env },
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
    });
    const exited = exitOf(child);
    const pid = await started(child);
    if (options.lifetime === "detached") child.unref();
    return {
      pid,
      exited,
      // Through the child, which knows whether it was reaped: its pid may be another's by then.
      signal: (name) => void child.kill(name),
    };
  } finally {
    await log?.close();
  }
}

/** Waits until the program runs. Its pid is then known. */
function started(child: NodeChild): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.off("error", reject);
      // Later errors concern signals that could not be sent, to a child that has gone.
      child.on("error", () => {});
      resolve(child.pid ?? 0);
    });
  });
}

function exitOf(child: NodeChild): Promise<number> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function signalIfPresent(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}
