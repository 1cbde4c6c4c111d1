import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { withoutCompiledCode } from "./compiled-code.ts";

/**
 * What makes V8 keep less. A part in which little happens otherwise holds about as much garbage as
 * objects, and code in four stages of making it faster; with these it holds a fifth of garbage, and
 * code as it is read or as fast as it gets. Flags that a newer V8 does not know are ignored by it.
 */
const smallHeapFlags = ["--heap-growing-percent=20", "--no-sparkplug", "--no-maglev"];

/** For processes that run for long and do little; to be called before they load what they run. */
export function keepHeapSmall(): void {
  for (const flag of smallHeapFlags) setFlagsFromString(flag);
}

/** Collects all garbage now and gives its memory back; stands still for some tens of milliseconds. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  // Only a context that is made after the flag has the function.
  runInNewContext("gc({ type: 'major', flavor: 'last-resort' })");
}

/**
 * Sees to it that this long-running process was started with flags that only the command line can give V8: starts
 * its program anew with them where they are missing. That takes the place of the running one, which
 * does not return from here, and leaves the process as it is: its number, environment and terminal.
 * To be called before anything is opened.
 */
export function ensureStartedWith(flags: readonly string[]): void {
  const { argv, env, execArgv, execPath } = process;
  if (flags.every((flag) => execArgv.includes(flag))) return;
  // Where there is no such call, the program runs without the flags.
  process.execve?.(execPath, [execPath, ...execArgv, ...flags, ...argv.slice(1)], {
    ...env,
    ...withoutCompiledCode,
  });
}
