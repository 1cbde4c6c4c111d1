import type { ToolDisk } from "./surroundings.ts";

/**
 * A disk on which relative paths start in `directory`, so that messages show files as they were named.
 * What cannot be read is told as upstream's programs tell it: `open rules.yml: no such file or directory`.
 */
export function diskAt(disk: ToolDisk, directory: string): ToolDisk {
  const at = (path: string) => absolutePath(directory, path);
  const worded = <T>(verb: string, path: string, act: Promise<T>): Promise<T> =>
    act.catch((error: unknown) => Promise.reject(inGoWords(error, verb, path)));
  return {
    findFacts: (path) => disk.findFacts(at(path)),
    findFile: (path) => worded("open", path, disk.findFile(at(path))),
    listDirectory: (path) => worded("open", path, disk.listDirectory(at(path))),
    makeDirectory: (path, options) => worded("mkdir", path, disk.makeDirectory(at(path), options)),
    openAppend: (path, options) => worded("open", path, disk.openAppend(at(path), options)),
    openRead: (path) => worded("open", path, disk.openRead(at(path))),
    readFile: (path) => worded("open", path, disk.readFile(at(path))),
    remove: (path) => disk.remove(at(path)),
    rename: (from, to) => disk.rename(at(from), at(to)),
    syncDirectory: (path) => disk.syncDirectory(at(path)),
    watch: (path, onChange) => disk.watch(at(path), onChange),
    writeFile: (path, bytes, options) =>
      worded("open", path, disk.writeFile(at(path), bytes, options)),
  };
}

/** The system resolves what else there is to it. */
function absolutePath(directory: string, path: string): string {
  return path.startsWith("/") ? path : `${directory}/${path.replace(/^(?:\.\/+)+/, "")}`;
}

const systemTexts: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or directory"],
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EEXIST", "file exists"],
  ["ENOTDIR", "not a directory"],
  ["EISDIR", "is a directory"],
  ["ENOSPC", "no space left on device"],
  ["EROFS", "read-only file system"],
  ["EMFILE", "too many open files"],
  ["ENAMETOOLONG", "file name too long"],
  ["ELOOP", "too many levels of symbolic links"],
]);

/** What the operating system refused, with its code. */
class FileError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = "FileError";
    this.code = code;
  }
}

function inGoWords(error: unknown, verb: string, path: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = systemTexts.get(code);
  if (text === undefined) return error;
  // Reading is what fails for a directory, which opens like any file.
  return new FileError(`${code === "EISDIR" ? "read" : verb} ${path}: ${text}`, code);
}
