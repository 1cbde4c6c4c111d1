import { type Stats, watch } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname } from "node:path";
import { compareText, type Disk, type DiskSpace, type FileFacts, type WriteOptions } from "#base";
import { openAppend, openFixed, openRead } from "./open-file.ts";
import { codeOf } from "./error-code.ts";
import { tryLock } from "./file-lock.ts";

const modeDefault = 0o600;

/** The machine's own file system. */
export const realDisk: Disk = {
  readFile: (path) => fs.readFile(path),
  findFile: (path) => undefinedWhenAbsent(fs.readFile(path)),
  writeFile: (path, bytes, options) =>
    fs.writeFile(path, bytes, { mode: options?.mode ?? modeDefault }),
  replaceFile,
  appendFile: (path, bytes, options) =>
    fs.appendFile(path, bytes, { mode: options?.mode ?? modeDefault }),
  readRange,
  openAppend: (path, options) => openAppend(path, options?.mode ?? modeDefault),
  openRead,
  openFixed: (path, bytes, options) => openFixed(path, bytes, options?.mode ?? modeDefault),
  syncDirectory,
  link: (existing, path) => fs.link(existing, path),
  makeDirectory: async (path, options) => {
    await fs.mkdir(path, { recursive: true, mode: options?.mode ?? 0o700 });
  },
  listDirectory: async (path) => (await fs.readdir(path)).sort(compareText),
  findFacts: async (path) => {
    const stats = await undefinedWhenAbsent(fs.lstat(path));
    return stats === undefined ? undefined : factsOf(stats);
  },
  realPath: (path) => fs.realpath(path),
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.rm(path, { recursive: true, force: true }),
  symlink: (target, path) => fs.symlink(target, path),
  readLink: (path) => fs.readlink(path),
  setMode: (path, mode) => fs.chmod(path, mode),
  // Never through a link: what it points to may be somebody else's.
  setOwner: (path, uid, gid) => fs.lchown(path, uid, gid),
  measureSpace,
  tryLock,
  watch: watchPath,
};

async function undefinedWhenAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

async function replaceFile(
  path: string,
  bytes: Uint8Array | string,
  options?: WriteOptions,
): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.new`;
  try {
    await writeSynced(beside, bytes, options?.mode ?? modeDefault);
    await fs.rename(beside, path);
  } catch (error) {
    await fs.rm(beside, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

async function writeSynced(path: string, bytes: Uint8Array | string, mode: number): Promise<void> {
  await using file = await fs.open(path, "wx", mode);
  // The mode given to open is cut by the umask; this one is not.
  await file.chmod(mode);
  await file.writeFile(bytes);
  await file.sync();
}

/** Makes a rename durable: the new name is part of the directory, not of the file. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await fs.open(path, "r");
  await directory.sync();
}

async function readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
  await using file = await openRead(path);
  return await file.read(offset, length);
}

function factsOf(stats: Stats): FileFacts {
  return {
    kind: kindOf(stats),
    bytes: stats.size,
    mode: stats.mode & 0o7777,
    modifiedAtMs: stats.mtimeMs,
  };
}

function kindOf(stats: Stats): FileFacts["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isSocket()) return "socket";
  if (stats.isCharacterDevice()) return "characterDevice";
  return stats.isBlockDevice() ? "blockDevice" : "other";
}

async function measureSpace(path: string): Promise<DiskSpace> {
  const figures = await fs.statfs(path);
  return {
    totalBytes: figures.blocks * figures.bsize,
    freeBytes: figures.bfree * figures.bsize,
    availableBytes: figures.bavail * figures.bsize,
    totalFiles: figures.files,
    freeFiles: figures.ffree,
  };
}

function watchPath(path: string, onChange: () => void): Disposable {
  const watcher = watch(path, { recursive: true }, () => onChange());
  // What we watch vanished while it was being looked at: a change like any other.
  watcher.on("error", () => onChange());
  return { [Symbol.dispose]: () => watcher.close() };
}
