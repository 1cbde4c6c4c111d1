import { compareText } from "./compare.ts";
import type { AppendFile, Disk, DiskSpace, FileFacts, ReadFile } from "./disk.ts";

/** What programs that only keep files need of a disk. */
type FileDisk = Pick<
  Disk,
  | "readFile"
  | "findFile"
  | "writeFile"
  | "replaceFile"
  | "appendFile"
  | "readRange"
  | "openAppend"
  | "openRead"
  | "syncDirectory"
  | "link"
  | "makeDirectory"
  | "listDirectory"
  | "findFacts"
  | "rename"
  | "remove"
  | "measureSpace"
  | "tryLock"
>;

/** A file's content, which several names and open files may share. */
interface Content {
  bytes: Uint8Array;
  count: number;
  /** What is left of it after a power cut. */
  synced: Uint8Array;
}

const absent: Content = { bytes: new Uint8Array(0), count: 0, synced: new Uint8Array(0) };

/**
 * A disk in memory, for tests of what keeps files. It can lose power (`crash`), be full
 * (`capacityBytes`) and be damaged (`damage`). Names are durable at once; bytes when synced.
 */
export class MemoryDisk implements FileDisk {
  /** Writes that would take the files together beyond this fail with ENOSPC. */
  capacityBytes = Number.POSITIVE_INFINITY;
  syncCount = 0;
  readonly #files = new Map<string, Content>();
  readonly #directories = new Set<string>(["/"]);
  readonly #locks = new Set<string>();

  /** The paths of all files, sorted. */
  get paths(): readonly string[] {
    return [...this.#files.keys()].sort(compareText);
  }

  /** Takes back every byte that was not synced. */
  crash(): void {
    for (const content of this.#files.values()) {
      content.bytes = content.synced.slice();
      content.count = content.synced.length;
    }
  }

  /** Frees all locks, as the death of their holders does. */
  releaseLocks(): void {
    this.#locks.clear();
  }

  /** Changes a file behind everybody's back. */
  damage(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
    const content = this.#contentOf(path);
    content.bytes = change(content.bytes.slice(0, content.count)).slice();
    content.count = content.bytes.length;
    content.synced = content.bytes.slice();
  }

  async readFile(path: string): Promise<Uint8Array> {
    return bytesOf(this.#contentOf(path));
  }

  async findFile(path: string): Promise<Uint8Array | undefined> {
    const content = this.#files.get(path);
    return content === undefined ? undefined : bytesOf(content);
  }

  async writeFile(path: string, bytes: Uint8Array | string): Promise<void> {
    const content = this.#ensure(path);
    content.count = 0;
    this.#append(content, encoded(bytes));
  }

  async replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
    const written = encoded(bytes);
    this.#checkSpace(written.length);
    this.#ensure(path);
    this.#files.set(path, {
      bytes: written.slice(),
      count: written.length,
      synced: written.slice(),
    });
  }

  async appendFile(path: string, bytes: Uint8Array | string): Promise<void> {
    this.#append(this.#ensure(path), encoded(bytes));
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    return bytesOf(this.#contentOf(path)).slice(offset, offset + length);
  }

  async openAppend(path: string): Promise<AppendFile> {
    const content = this.#ensure(path);
    const close = async () => {};
    return {
      get bytes() {
        return content.count;
      },
      write: async (bytes) => this.#append(content, bytes),
      sync: async () => {
        this.syncCount++;
        content.synced = bytesOf(content);
      },
      truncate: async (bytes) => {
        content.count = Math.min(bytes, content.count);
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  }

  async openRead(path: string): Promise<ReadFile> {
    const content = this.#contentOf(path);
    const close = async () => {};
    return {
      bytes: content.count,
      read: async (offset, length) =>
        content.bytes.slice(offset, Math.min(offset + length, content.count)),
      close,
      [Symbol.asyncDispose]: close,
    };
  }

  async syncDirectory(path: string): Promise<void> {
    if (!this.#isDirectory(path)) throw refusal("ENOENT", path);
  }

  async link(existing: string, path: string): Promise<void> {
    if (this.#files.has(path)) throw refusal("EEXIST", path);
    this.#files.set(path, this.#contentOf(existing));
  }

  async makeDirectory(path: string): Promise<void> {
    for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) this.#directories.add(at);
  }

  async listDirectory(path: string): Promise<readonly string[]> {
    if (!this.#isDirectory(path)) throw refusal("ENOENT", path);
    const below = [...this.#files.keys(), ...this.#directories]
      .filter((name) => name.startsWith(`${path}/`))
      .map((name) => name.slice(path.length + 1).split("/")[0] ?? "");
    return [...new Set(below)].sort(compareText);
  }

  async findFacts(path: string): Promise<FileFacts | undefined> {
    const content = this.#files.get(path);
    if (content !== undefined) return factsOf("file", content.count);
    return this.#isDirectory(path) ? factsOf("directory", 0) : undefined;
  }

  async rename(from: string, to: string): Promise<void> {
    if (!this.#files.has(from) && !this.#isDirectory(from)) throw refusal("ENOENT", from);
    const moved = (path: string) => `${to}${path.slice(from.length)}`;
    for (const [path, content] of this.#files) {
      if (!isAtOrBelow(path, from)) continue;
      this.#files.delete(path);
      this.#files.set(moved(path), content);
    }
    for (const path of this.#directories) {
      if (!isAtOrBelow(path, from)) continue;
      this.#directories.delete(path);
      this.#directories.add(moved(path));
    }
  }

  async remove(path: string): Promise<void> {
    for (const name of this.#files.keys()) if (isAtOrBelow(name, path)) this.#files.delete(name);
    for (const name of this.#directories) {
      if (isAtOrBelow(name, path)) this.#directories.delete(name);
    }
  }

  async measureSpace(): Promise<DiskSpace> {
    const { capacityBytes } = this;
    const totalBytes = capacityBytes === Number.POSITIVE_INFINITY ? 2 ** 40 : capacityBytes;
    const availableBytes = Math.max(0, totalBytes - this.#usedBytes());
    return {
      totalBytes,
      freeBytes: availableBytes,
      availableBytes,
      totalFiles: 1e6,
      freeFiles: 1e6,
    };
  }

  async tryLock(path: string): Promise<AsyncDisposable | undefined> {
    if (this.#locks.has(path)) return undefined;
    this.#locks.add(path);
    return { [Symbol.asyncDispose]: async () => void this.#locks.delete(path) };
  }

  #isDirectory(path: string): boolean {
    return this.#directories.has(path);
  }

  #contentOf(path: string): Content {
    const content = this.#files.get(path);
    if (content === undefined) throw refusal("ENOENT", path);
    return content;
  }

  #ensure(path: string): Content {
    const found = this.#files.get(path);
    if (found !== undefined) return found;
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (parent !== "" && !this.#isDirectory(parent)) throw refusal("ENOENT", path);
    const content = { ...absent };
    this.#files.set(path, content);
    return content;
  }

  #append(content: Content, bytes: Uint8Array): void {
    this.#checkSpace(bytes.length);
    const count = content.count + bytes.length;
    if (count > content.bytes.length) {
      const larger = new Uint8Array(Math.max(count, content.bytes.length * 2));
      larger.set(bytesOf(content));
      content.bytes = larger;
    }
    content.bytes.set(bytes, content.count);
    content.count = count;
  }

  #checkSpace(bytes: number): void {
    if (this.capacityBytes === Number.POSITIVE_INFINITY) return;
    if (this.#usedBytes() + bytes > this.capacityBytes) {
      throw refusal("ENOSPC", "no space left on device");
    }
  }

  #usedBytes(): number {
    let used = 0;
    for (const content of new Set(this.#files.values())) used += content.count;
    return used;
  }
}

function bytesOf(content: Content): Uint8Array {
  return content.bytes.slice(0, content.count);
}

function encoded(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function factsOf(kind: "file" | "directory", bytes: number): FileFacts {
  return { kind, bytes, mode: 0o600, modifiedAtMs: 0 };
}

function refusal(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
