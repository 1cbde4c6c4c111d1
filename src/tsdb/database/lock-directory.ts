import type { Disk, Meters } from "#base";

/** The lock of a directory. It was clean when no process before had left it locked. */
export interface DirectoryLock extends AsyncDisposable {
  readonly start: "clean" | "unclean";
}

/**
 * Takes the directory for this process. Beside our own lock it leaves upstream's `lock` file, which
 * tells a real Prometheus, and people, that the directory is in use.
 */
export async function lockDirectory(
  disk: Pick<Disk, "findFacts" | "tryLock" | "writeFile" | "remove">,
  directory: string,
): Promise<DirectoryLock> {
  const lock = await disk.tryLock(`${directory}/wherry_lock`);
  if (lock === undefined) {
    throw new Error(`lock DB directory: ${directory} is in use by another process`);
  }
  const path = `${directory}/lock`;
  const start = (await disk.findFacts(path)) === undefined ? "clean" : "unclean";
  await disk.writeFile(path, "");
  return {
    start,
    [Symbol.asyncDispose]: async () => {
      await disk.remove(path);
      await lock[Symbol.asyncDispose]();
    },
  };
}

/** Shows whether the start was clean; `start` is undefined where nothing is locked. */
export function showCleanStart(
  meters: Meters,
  name: string,
  start: DirectoryLock["start"] | undefined,
): void {
  const help =
    "1 when no lock file was left by a process before, 0 when one was, -1 when there are none.";
  const value = start === undefined ? -1 : Number(start === "clean");
  meters.gauge({ name, help }).with().set(value);
}
