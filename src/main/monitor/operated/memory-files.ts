import type { Disk } from "#base";

type ReadableDisk = Pick<Disk, "findFacts" | "findFile" | "listDirectory" | "readFile">;

/**
 * Files that are nowhere but in memory, because there may be secrets in them, and that are read like
 * any others. Paths are absolute; the directories of the files are there as well.
 */
export class MemoryFiles {
  #files: ReadonlyMap<string, string> = new Map();

  /** Whether that changed anything. */
  replaceAll(files: ReadonlyMap<string, string>): boolean {
    const before = this.#files;
    const isSame =
      before.size === files.size && [...files].every(([path, text]) => before.get(path) === text);
    this.#files = files;
    return !isSame;
  }

  /** `disk` with these files on it. */
  over(disk: Disk): Disk {
    const readable: ReadableDisk = {
      readFile: async (path) => this.#bytesOf(path) ?? disk.readFile(path),
      findFile: async (path) => this.#bytesOf(path) ?? disk.findFile(path),
      listDirectory: async (path) => {
        const names = this.#namesIn(path);
        return names.length > 0 ? names : disk.listDirectory(path);
      },
      findFacts: async (path) => {
        const file = this.#bytesOf(path);
        const facts = { mode: 0o600, modifiedAtMs: 0 };
        if (file !== undefined) return { ...facts, kind: "file", bytes: file.length };
        if (this.#namesIn(path).length > 0) return { ...facts, kind: "directory", bytes: 0 };
        return disk.findFacts(path);
      },
    };
    return { ...disk, ...readable };
  }

  #bytesOf(path: string): Uint8Array | undefined {
    const text = this.#files.get(path);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  }

  #namesIn(directory: string): readonly string[] {
    const prefix = `${directory}/`;
    const names = [...this.#files.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length));
    return names.filter((name) => !name.includes("/")).sort();
  }
}
