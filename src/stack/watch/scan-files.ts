import type { Disk } from "#base";
import type { FileMark, FileMarks } from "./file-changes.ts";

export type ScanDisk = Pick<Disk, "findFacts" | "listDirectory">;

/** More are not watched: whoever has them forgot to ignore some. */
const filesMax = 20_000;

/** The files at a path that are not ignored, by their paths relative to it; of one file, the empty one. */
export async function scanFiles(
  disk: ScanDisk,
  root: string,
  isIgnored: (path: string) => boolean,
): Promise<FileMarks> {
  const files = new Map<string, FileMark>();
  const visit = async (path: string): Promise<void> => {
    if (path !== "" && isIgnored(path)) return;
    const full = path === "" ? root : `${root}/${path}`;
    const facts = await disk.findFacts(full);
    if (facts?.kind === "file") {
      const { bytes, modifiedAtMs, mode } = facts;
      files.set(path, { bytes, modifiedAtMs, mode });
      if (files.size > filesMax) throw tooMany(root);
    }
    if (facts?.kind !== "directory") return;
    const names = await disk.listDirectory(full);
    for (const name of names) await visit(path === "" ? name : `${path}/${name}`);
  };
  await visit("");
  return files;
}

function tooMany(root: string): Error {
  return new Error(`${root} has more than ${filesMax} files: ignore some`);
}
