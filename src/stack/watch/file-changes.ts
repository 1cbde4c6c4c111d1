/** What is different between two looks at a directory. Pure. */

/** Of a file: what changes when it does. */
export interface FileMark {
  readonly bytes: number;
  readonly modifiedAtMs: number;
  readonly mode: number;
}

/** By path relative to what is watched; a single file is the empty path. */
export type FileMarks = ReadonlyMap<string, FileMark>;

export interface FileChanges {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

export function changesBetween(before: FileMarks, after: FileMarks): FileChanges {
  const written = [...after].filter(([path, mark]) => !isSame(before.get(path), mark));
  const removed = [...before.keys()].filter((path) => !after.has(path));
  return { written: written.map(([path]) => path), removed };
}

export function isEmpty({ written, removed }: FileChanges): boolean {
  return written.length === 0 && removed.length === 0;
}

function isSame(left: FileMark | undefined, right: FileMark): boolean {
  return (
    left !== undefined &&
    left.bytes === right.bytes &&
    left.modifiedAtMs === right.modifiedAtMs &&
    left.mode === right.mode
  );
}
