import type { Disk } from "#base";

/**
 * Takes the directory for this process. Beside our own lock it leaves upstream's `lock` file, which
 * tells a real Prometheus, and people, that the directory is in use.
 */
export async function lockDirectory(
  disk: Pick<Disk, "tryLock" | "writeFile" | "remove">,
  directory: string,
): Promise<AsyncDisposable> {
  const lock = await disk.tryLock(`${directory}/wherry_lock`);
  if (lock === undefined) {
    throw new Error(`lock DB directory: ${directory} is in use by another process`);
  }
  const path = `${directory}/lock`;
  await disk.writeFile(path, "");
  return {
    [Symbol.asyncDispose]: async () => {
      await disk.remove(path);
      await lock[Symbol.asyncDispose]();
    },
  };
}
