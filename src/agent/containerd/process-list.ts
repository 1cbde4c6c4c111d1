import type { Disk } from "#base";
import type { ContainerdPaths } from "./containerd-config.ts";

const utf8 = new TextDecoder();

/** The pid of the containerd that runs with this configuration, whoever started it. */
export async function findContainerd(
  disk: Disk,
  paths: ContainerdPaths,
): Promise<number | undefined> {
  const [pid] = await listProcesses(
    disk,
    (args) => isProgram(args, "containerd") && args.includes(paths.config),
  );
  return pid;
}

/** The pids of a containerd's shims, which carry its socket among their arguments. */
export async function listShims(disk: Disk, paths: ContainerdPaths): Promise<readonly number[]> {
  return await listProcesses(
    disk,
    (args) => isProgram(args, "containerd-shim-runc-v2") && args.includes(paths.socket),
  );
}

function isProgram([program = ""]: readonly string[], name: string): boolean {
  return program === name || program.endsWith(`/${name}`);
}

async function listProcesses(
  disk: Disk,
  isWanted: (args: readonly string[]) => boolean,
): Promise<readonly number[]> {
  const names = (await disk.listDirectory("/proc")).filter((name) => /^\d+$/.test(name));
  const pids: number[] = [];
  for (const name of names) {
    if (isWanted(await argumentsOf(disk, name))) pids.push(Number(name));
  }
  return pids;
}

async function argumentsOf(disk: Disk, pid: string): Promise<readonly string[]> {
  try {
    return utf8.decode(await disk.readFile(`/proc/${pid}/cmdline`)).split("\0");
  } catch {
    // The process has ended since it was listed.
    return [];
  }
}
