import { chunksDirectory, indexFile, metaFile, tombstonesFile } from "../block/block.ts";
import type { Block } from "../block/open-block.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";

/** Puts a block also into `target`, without copying it: its files get a second name. */
export async function snapshotBlock(disk: TsdbDisk, block: Block, target: string): Promise<void> {
  const directory = `${target}/${block.meta.ulid}`;
  const chunks = `${directory}/${chunksDirectory}`;
  await disk.makeDirectory(chunks);
  for (const name of [metaFile, indexFile, tombstonesFile]) {
    if ((await disk.findFacts(`${block.directory}/${name}`)) === undefined) continue;
    await disk.link(`${block.directory}/${name}`, `${directory}/${name}`);
  }
  for (const name of await disk.listDirectory(`${block.directory}/${chunksDirectory}`)) {
    await disk.link(`${block.directory}/${chunksDirectory}/${name}`, `${chunks}/${name}`);
  }
  await disk.syncDirectory(chunks);
  await disk.syncDirectory(directory);
}
