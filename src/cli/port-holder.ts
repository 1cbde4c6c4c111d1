/** Which process listens on a TCP port, read from /proc as `ss -ltnp` does. */
import type { Disk } from "#base";

const shownCharsMax = 80;

/** The state column of a listening socket. */
const listening = "0A";

/**
 * Says who listens on `port`: `nginx (pid 812)`, or `another user's process` when we may not look.
 * Undefined when nobody does, or where there is no /proc.
 */
export async function findPortHolder(disk: Disk, port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => disk.findFile(path)),
  );
  const inodes = new Set(
    tables.flatMap((table) => listenersOn(new TextDecoder().decode(table), port)),
  );
  if (inodes.size === 0) return undefined;
  return (await findOwner(disk, inodes)) ?? "another user's process";
}

/** Inodes of the sockets that listen on `port`, from the text of /proc/net/tcp. */
export function listenersOn(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const isMatch = columns[1]?.endsWith(suffix) === true && columns[3] === listening;
    return isMatch && columns[9] !== undefined ? [columns[9]] : [];
  });
}

async function findOwner(disk: Disk, inodes: ReadonlySet<string>): Promise<string | undefined> {
  const targets = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  for (const pid of await disk.listDirectory("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    if (await holdsAny(disk, pid, targets)) {
      const commandLine = new TextDecoder().decode(await disk.findFile(`/proc/${pid}/cmdline`));
      return `${programOf(commandLine)} (pid ${pid})`;
    }
  }
  return undefined;
}

/**
 * What a person knows a process by, from /proc/PID/cmdline: its program without the directory, and
 * its first arguments. (What it calls itself may be no more than the name of a thread.)
 */
export function programOf(commandLine: string): string {
  const [program = "", ...args] = commandLine.split("\0").filter((word) => word !== "");
  const name = program.slice(program.lastIndexOf("/") + 1);
  const shown = [name, ...args].join(" ");
  return shown.length > shownCharsMax ? `${shown.slice(0, shownCharsMax)}…` : shown;
}

async function holdsAny(disk: Disk, pid: string, targets: ReadonlySet<string>): Promise<boolean> {
  try {
    for (const descriptor of await disk.listDirectory(`/proc/${pid}/fd`)) {
      const target = await disk.readLink(`/proc/${pid}/fd/${descriptor}`);
      if (targets.has(target)) return true;
    }
  } catch {
    // It ended while we looked, or belongs to somebody else: both mean that we cannot tell.
  }
  return false;
}
