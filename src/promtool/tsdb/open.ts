import { isUlid, openReadOnlyDatabase, type ReadOnlyDatabase } from "#tsdb";
import { problemOf } from "../problem.ts";
import type { Surroundings, ToolDisk } from "../surroundings.ts";
import { warningsTo } from "../warnings.ts";

/** Opens a database's directory to read. Throws what is wrong with it in upstream's words. */
export async function openToRead(
  { disk, zstd, console }: Surroundings,
  path: string,
): Promise<ReadOnlyDatabase> {
  const directory = await directoryAt(disk, path);
  try {
    return await openReadOnlyDatabase({ disk, zstd, log: warningsTo(console) }, directory);
  } catch (error) {
    throw new Error(`opening the database in ${path}: ${problemOf(error)}`, { cause: error });
  }
}

/** The path without a slash at its end, of a directory that is there. */
export async function directoryAt(disk: ToolDisk, path: string): Promise<string> {
  const directory = path.replace(/(?<=.)\/+$/, "");
  const facts = await disk.findFacts(directory);
  if (facts === undefined) {
    throw new Error(`opening the db dir: stat ${path}: no such file or directory`);
  }
  if (facts.kind === "file") throw new Error(`opening the db dir: ${path} is not a directory`);
  return directory;
}

/** The names of the blocks in a directory, the last one made at the end. */
export async function blockNames(disk: ToolDisk, directory: string): Promise<readonly string[]> {
  return (await disk.listDirectory(directory)).filter(isUlid);
}
