/** What a path names. */
export interface FileFacts {
  readonly kind:
    | "file"
    | "directory"
    | "symlink"
    | "socket"
    | "characterDevice"
    | "blockDevice"
    | "other";
  readonly bytes: number;
  /** Permission bits, for example 0o600. */
  readonly mode: number;
  readonly modifiedAtMs: number;
}

/** How full the file system is that holds a path. */
export interface DiskSpace {
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Free for users without special rights. */
  readonly availableBytes: number;
  readonly totalFiles: number;
  readonly freeFiles: number;
}

export interface WriteOptions {
  /** Permission bits of a new file. Default 0o600: what we write is ours. */
  readonly mode?: number;
}

/**
 * A file held open to write at its end. Writes land one after another, in the order of the calls.
 * After a failed write the end of the file is unknown: `truncate` back to what was there, or close.
 */
export interface AppendFile extends AsyncDisposable {
  /** Where the next write lands. */
  readonly bytes: number;
  /** Resolves when the bytes are in the file; a power cut may still take them. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written before the call survives a power cut. */
  sync(): Promise<void>;
  /** Cuts the file; further writes land at its new end. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** A file of fixed size, written anywhere in it. */
export interface FixedFile extends AsyncDisposable {
  /**
   * When it returns, the end of this process cannot take the bytes; a power cut may. It blocks for as
   * long as a copy to the kernel takes. Throws beyond the end of the file.
   */
  write(offset: number, bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** A file held open to read anywhere in it, also after its name is gone. */
export interface ReadFile extends AsyncDisposable {
  /** How long the file was when it was opened. */
  readonly bytes: number;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * The file system. Paths are absolute. Errors carry the operating system's `code` (`ENOENT`, …).
 * `find…` methods return undefined for what does not exist; the others throw.
 */
export interface Disk {
  readFile(path: string): Promise<Uint8Array>;
  findFile(path: string): Promise<Uint8Array | undefined>;
  /** Writes in place; a crash may leave a part. */
  writeFile(path: string, bytes: Uint8Array | string, options?: WriteOptions): Promise<void>;
  /** Writes beside, syncs and renames: after a crash the old or the new content stands, whole. */
  replaceFile(path: string, bytes: Uint8Array | string, options?: WriteOptions): Promise<void>;
  appendFile(path: string, bytes: Uint8Array | string, options?: WriteOptions): Promise<void>;
  /** Reads up to `length` bytes from `offset`; fewer at the end of the file. */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Opens a file for writing at its end; makes it when it is absent. */
  openAppend(path: string, options?: WriteOptions): Promise<AppendFile>;
  openRead(path: string): Promise<ReadFile>;
  /** Makes a file anew, of so many zeros; what it held is gone. */
  openFixed(path: string, bytes: number, options?: WriteOptions): Promise<FixedFile>;
  /** Makes the names in a directory (files created, renamed or removed there) survive a power cut. */
  syncDirectory(path: string): Promise<void>;
  /** Gives the file at `existing` a second name. */
  link(existing: string, path: string): Promise<void>;
  /** Creates missing parents too; an existing directory is fine. */
  makeDirectory(path: string, options?: { readonly mode?: number }): Promise<void>;
  /** Names in a directory, sorted. */
  listDirectory(path: string): Promise<readonly string[]>;
  /** Does not follow a final symbolic link. */
  findFacts(path: string): Promise<FileFacts | undefined>;
  /** The path without symbolic links, `.` and `..` that leads to the same file. */
  realPath(path: string): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, a link or a whole tree; what is absent already is fine. */
  remove(path: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  readLink(path: string): Promise<string>;
  setMode(path: string, mode: number): Promise<void>;
  /** Of the link itself, where `path` is one. -1 leaves the user or the group as it is. */
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  measureSpace(path: string): Promise<DiskSpace>;
  /**
   * Takes a lock that at most one living process holds, kept in the directory `path`. Undefined when
   * another holds it. A lock whose holder has died is free, whatever is left in the directory.
   */
  tryLock(path: string): Promise<AsyncDisposable | undefined>;
  /** Calls back, possibly too often, after something at or below `path` changed. */
  watch(path: string, onChange: () => void): Disposable;
}
