import { isUlid } from "../block/ulid.ts";
import { temporaryBlockSuffix } from "../block/write-block.ts";
import { removalSuffix } from "./block-set.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";

/** Removes what a crash left of blocks that were being written or removed. */
export async function removeLeftovers(disk: TsdbDisk, directory: string): Promise<void> {
  for (const name of await disk.listDirectory(directory)) {
    const suffix = suffixes.find((ending) => name.endsWith(ending));
    if (suffix === undefined || !isUlid(name.slice(0, -suffix.length))) continue;
    await disk.remove(`${directory}/${name}`);
  }
}

/** The last one is of Prometheus before 2.21. */
const suffixes = [temporaryBlockSuffix, removalSuffix, ".tmp"];
