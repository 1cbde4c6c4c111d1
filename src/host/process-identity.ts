import { readFileSync } from "node:fs";

/** Where `/proc/<pid>/stat` has what we read, counted after the command's closing bracket. */
const stateIndex = 0;
const startTicksIndex = 19;

/**
 * A text that differs between any two processes of one machine, also across restarts of it:
 * the pid, when the process started, and the kernel's boot. Undefined for a process that has ended.
 */
export function findProcessIdentity(pid: number): string | undefined {
  const fields = readStat(pid);
  const startTicks = fields?.[startTicksIndex];
  if (startTicks === undefined || fields?.[stateIndex] === "Z") return undefined;
  return `${pid} ${startTicks} ${readBootId()}`;
}

function readStat(pid: number): readonly string[] | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command may hold spaces and brackets, so fields are counted from its last bracket.
    return line.slice(line.lastIndexOf(")") + 2).split(" ");
  } catch {
    // No such process; or no /proc, where nothing of this can be known.
    return undefined;
  }
}

function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}
