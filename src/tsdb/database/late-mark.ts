import type { TsdbDisk } from "./tsdb-disk.ts";

/**
 * Until which place head chunks out of order are in blocks; −1 when that is not known. The mark holds
 * only while the file that it lies in is there as it was: file numbers may have begun anew.
 */
export async function readLateMark(disk: TsdbDisk, directory: string): Promise<number> {
  const bytes = await disk.findFile(markPath(directory));
  if (bytes === undefined) return -1;
  const [place, fileBytes] = new TextDecoder().decode(bytes).split(" ").map(Number);
  if (place === undefined || fileBytes === undefined || !Number.isSafeInteger(place)) return -1;
  const facts = await disk.findFacts(chunkFilePath(directory, place));
  return facts !== undefined && facts.bytes >= fileBytes ? place : -1;
}

export async function writeLateMark(
  disk: TsdbDisk,
  directory: string,
  place: number,
): Promise<void> {
  const facts = await disk.findFacts(chunkFilePath(directory, place));
  await disk.replaceFile(markPath(directory), `${place} ${facts?.bytes ?? 0}`);
}

function markPath(directory: string): string {
  return `${directory}/wherry_late_compacted`;
}

function chunkFilePath(directory: string, place: number): string {
  const number = Math.floor(place / 2 ** 32);
  return `${directory}/chunks_head/${String(number).padStart(6, "0")}`;
}
