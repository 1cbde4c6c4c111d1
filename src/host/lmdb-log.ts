/**
 * A log of writes in LMDB: the only code that touches the database package.
 *
 * Three tables, changed together in one transaction at a time:
 *
 *   entries   position → create revision (8 bytes, 0 for a deletion), then the key in UTF-8
 *   values    position → the value; none for a deletion
 *   facts     "format" → version of this layout, "head" → what the records alone do not tell
 *
 * Keys stand apart from values so that opening reads the small table only. Positions rise, so both
 * grow at their right edge and pages fill up.
 *
 * Invariants:
 * 1. At most one process has the directory open: memory above us mirrors it.
 * 2. A transaction is synced before it is acknowledged. We use LMDB's plain commit (sync the pages,
 *    then the root) rather than the package's overlapping sync, whose recovery depends on the boot.
 * 3. LMDB never runs out of disk: space is reserved before a transaction begins, else it is refused.
 *    (A transaction that fails half-way has been seen to damage the package's memory.) If one fails
 *    nevertheless, no further one is tried.
 */
import { chmod, constants, mkdir, open as openFile, rename, rm } from "node:fs/promises";
import type { Database, RootDatabase } from "lmdb";
import { tryLock } from "./file-lock.ts";
import { openReservedFile, type Reservation, type ReservedFile } from "./reserved-file.ts";

/** Larger pages than usual hold several objects each, which halves the file for 2 KiB values. */
const pageBytes = 16_384;
/** Address space, not disk: what the file may grow to. */
const fileBytesMax = 64 * 1024 ** 3;
/** Opening rewrites a file of at least this size of which more than half is free. */
const compactedBytesMin = 16 * 1024 ** 2;
/** How many positions one transaction removes: more when there is room to rewrite their pages. */
const trimmedAtOnce = { min: 32, max: 1_024 } as const;
/** A removed position may lie on a page of its own in two tables. */
const trimmedBytes = 2 * pageBytes;
/** Pages that any transaction may need: the paths to what it changes, and the list of free pages. */
const pagesPerTransaction = 32;
const currentFormat = 1;
const createRevisionBytes = 8;
/** Where an LMDB file says that it is one, little-endian. */
const magic = { offset: 24, value: 0xbeefc0de } as const;

export interface LmdbRecord {
  readonly position: number;
  readonly key: string;
  readonly createRevision: number;
  readonly value: Uint8Array | undefined;
}

export interface LmdbHead {
  readonly revision: number;
  readonly compactRevision: number;
}

/** Opens the log in `directory`, which is created when missing. */
export async function openLmdbLog(directory: string): Promise<LmdbLog> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await tryLock(`${directory}/owner`);
  if (lock === undefined) throw new Error(`the store in ${directory} is in use by another process`);
  try {
    const tables = await openCompacted(directory);
    const file = await openReservedFile(`${directory}/data.mdb`);
    return new LmdbLog(tables, file, lock);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw new Error(`opening the store in ${directory}`, { cause: error });
  }
}

/** Has the shape of the store's log of writes. */
export class LmdbLog {
  readonly #tables: Tables;
  readonly #file: ReservedFile;
  readonly #lock: AsyncDisposable;
  /** The write under way: one at a time, so that each finds the space that was reserved for it. */
  #writing: Promise<void> = Promise.resolve();
  /** Set when a transaction has failed. */
  #failure: Error | undefined;

  constructor(tables: Tables, file: ReservedFile, lock: AsyncDisposable) {
    this.#tables = tables;
    this.#file = file;
    this.#lock = lock;
  }

  /** Size of the file, with free pages and reserved space. */
  get bytes(): number {
    return this.#file.bytes;
  }

  get bytesInUse(): number {
    return pageCounts(this.#tables).used * pageBytes;
  }

  load(visit: (position: number, key: string, createRevision: number) => void): LmdbHead {
    for (const { key: position, value } of this.#tables.entries.getRange()) {
      visit(position, value.toString("utf8", createRevisionBytes), value.readDoubleLE(0));
    }
    return decodeHead(this.#tables.facts.get("head"));
  }

  /** Copied out of the database's memory, so that it may be kept. */
  read(position: number): Uint8Array {
    const value = this.#tables.values.getBinary(position);
    if (value === undefined) throw new Error(`the store has no value at position ${position}`);
    return value;
  }

  async append(records: readonly LmdbRecord[]): Promise<void> {
    const { entries, values } = this.#tables;
    let growth = 0;
    for (const { key, value } of records) growth += 3 * key.length + (value?.byteLength ?? 0);
    const purpose = records.some(({ value }) => value !== undefined) ? "grow" : "shrink";
    // Pages may end up half full.
    await this.#write({ bytes: 2 * growth, purpose }, () => {
      for (const { position, key, createRevision, value } of records) {
        void entries.put(position, encodeEntry(key, createRevision));
        if (value !== undefined) void values.put(position, value);
      }
    });
  }

  /** In several steps, in the order given: a crash leaves what comes last. */
  async trim(positions: readonly number[], head: LmdbHead): Promise<void> {
    const { entries, values, facts } = this.#tables;
    let start = 0;
    do {
      // What the last transactions freed has to rest for one or two more: count a part of it.
      const room = this.#reusable() / 4;
      const count = Math.max(trimmedAtOnce.min, Math.floor(room / trimmedBytes));
      const step = positions.slice(start, start + Math.min(trimmedAtOnce.max, count));
      const bytes = Math.max(0, step.length * trimmedBytes - room);
      await this.#write({ bytes, purpose: "shrink" }, () => {
        for (const position of step) {
          void entries.remove(position);
          void values.remove(position);
        }
        void facts.put("head", encodeFact(head));
      });
      start += step.length;
    } while (start < positions.length);
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#tables.root.close();
    await this.#file.close();
    await this.#lock[Symbol.asyncDispose]();
  }

  /** Space inside of what has been in use. */
  #reusable(): number {
    const { used, total } = pageCounts(this.#tables);
    return (total - used) * pageBytes;
  }

  #write(need: Need, change: () => void): Promise<void> {
    const before = this.#writing;
    const own = (async () => {
      // Its own caller learns of its failure.
      await before.catch(() => {});
      await this.#writeAlone(need, change);
    })();
    this.#writing = own;
    return own;
  }

  /** Applies what `change` puts and removes, whole or not at all; resolves when it is on disk. */
  async #writeAlone({ bytes, purpose }: Need, change: () => void): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const { root } = this.#tables;
    await this.#file.reserve({
      used: pagesUsed(root) * pageBytes,
      bytes: bytes + pagesPerTransaction * pageBytes,
      purpose,
      reusable: () => this.#reusable(),
    });
    const cause = await findFailure(root.batch(change));
    if (cause === undefined) return;
    const message = "the store takes no writes after one that failed; restart to go on";
    this.#failure = new Error(message, { cause });
    throw this.#failure;
  }
}

interface Need {
  /** What the change may add to the file at most, besides what any transaction does. */
  readonly bytes: number;
  readonly purpose: Reservation["purpose"];
}

interface Tables {
  readonly root: RootDatabase<Buffer, string>;
  readonly entries: Database<Buffer, number>;
  readonly values: Database<Uint8Array, number>;
  readonly facts: Database<Buffer, string>;
}

async function openTables(directory: string): Promise<Tables> {
  // Imported when needed: loading the native code costs more than most commands take.
  const lmdb = await import("lmdb");
  const root = lmdb.open<Buffer, string>(directory, {
    // A dot in the last part of the path would otherwise make it a file.
    noSubdir: false,
    encoding: "binary",
    overlappingSync: false,
    // Each batch of ours is a transaction of its own. Joined by event turn, a failed transaction
    // also rejects a promise that nobody can get hold of.
    eventTurnBatching: false,
    pageSize: pageBytes,
    mapSize: fileBytesMax,
  });
  await chmod(`${directory}/lock.mdb`, 0o600);
  const table = <V, K extends number | string>(name: string): Database<V, K> =>
    root.openDB<V, K>({ name, encoding: "binary" });
  return {
    root,
    entries: table<Buffer, number>("entries"),
    values: table<Uint8Array, number>("values"),
    facts: table<Buffer, string>("facts"),
  };
}

/** Opens the tables; before, gives space back to the file system when most of it is free. */
async function openCompacted(directory: string): Promise<Tables> {
  // The package hangs when it opens a file that is something else.
  await checkMagic(`${directory}/data.mdb`);
  const copy = `${directory}/compacted`;
  await rm(copy, { recursive: true, force: true });
  const tables = await openTables(directory);
  try {
    await checkFormat(tables);
    if (!isMostlyFree(tables) || !(await isCopied(tables, copy))) return tables;
  } catch (error) {
    await tables.root.close();
    throw error;
  }
  await tables.root.close();
  await rename(`${copy}/data.mdb`, `${directory}/data.mdb`);
  await sync(directory);
  await rm(copy, { recursive: true });
  return openTables(directory);
}

function isMostlyFree(tables: Tables): boolean {
  const { used, total } = pageCounts(tables);
  return total * pageBytes >= compactedBytesMin && used * 2 < total;
}

/** Copies what is in use; false when there is no room for it. */
async function isCopied({ root }: Tables, copy: string): Promise<boolean> {
  try {
    await mkdir(copy, { mode: 0o700 });
    await root.backup(copy, true);
    await chmod(`${copy}/data.mdb`, 0o600);
    await sync(`${copy}/data.mdb`);
    return true;
  } catch {
    // The store works as it is: the free space inside is used again. The next opening tries again.
    await rm(copy, { recursive: true, force: true });
    return false;
  }
}

async function checkMagic(path: string): Promise<void> {
  await using file = await openFile(path, constants.O_RDONLY | constants.O_CREAT, 0o600);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(magic.offset + 4), { position: 0 });
  const isNew = bytesRead === 0;
  if (!isNew && buffer.readUInt32LE(magic.offset) !== magic.value) {
    throw new Error("its data.mdb is not a store");
  }
}

async function checkFormat({ root, facts }: Tables): Promise<void> {
  const stored = facts.get("format");
  if (stored === undefined) {
    await root.batch(() => void facts.put("format", encodeFact(currentFormat)));
    return;
  }
  const format: unknown = JSON.parse(stored.toString());
  if (format === currentFormat) return;
  throw new Error(
    `it has format ${String(format)} and this version knows ${currentFormat}: use the version that wrote it`,
  );
}

/** How much of the file has ever been in use, in pages; some of them may be free again. */
function pagesUsed(root: RootDatabase<Buffer, string>): number {
  return Number(Object(root.getStats()).lastPageNumber) + 1;
}

/** Why a write failed, if it did: the package rejects with a stand-in for another rejection. */
async function findFailure(write: Promise<unknown>): Promise<unknown> {
  try {
    await write;
    return undefined;
  } catch (standIn) {
    const cause: unknown = await Promise.resolve(Object(standIn).commitError).catch(
      (reason: unknown) => reason,
    );
    return cause ?? standIn;
  }
}

interface PageCounts {
  readonly used: number;
  readonly total: number;
}

function pageCounts({ root, entries, values }: Tables): PageCounts {
  const rootStats = Object(root.getStats());
  const used = [rootStats, rootStats.free, entries.getStats(), values.getStats()]
    .map(
      ({ treeBranchPageCount, treeLeafPageCount, overflowPages }) =>
        Number(treeBranchPageCount) + Number(treeLeafPageCount) + Number(overflowPages),
    )
    .reduce((sum, count) => sum + count, 0);
  return { used, total: pagesUsed(root) };
}

async function sync(path: string): Promise<void> {
  await using file = await openFile(path, "r");
  await file.sync();
}

function encodeEntry(key: string, createRevision: number): Buffer {
  const entry = Buffer.allocUnsafe(createRevisionBytes + Buffer.byteLength(key));
  entry.writeDoubleLE(createRevision, 0);
  entry.write(key, createRevisionBytes);
  return entry;
}

function encodeFact(fact: LmdbHead | number): Buffer {
  return Buffer.from(JSON.stringify(fact));
}

function decodeHead(fact: Buffer | undefined): LmdbHead {
  if (fact === undefined) return { revision: 0, compactRevision: 0 };
  const { revision, compactRevision } = Object(JSON.parse(fact.toString()));
  if (!Number.isSafeInteger(revision) || !Number.isSafeInteger(compactRevision)) {
    throw new Error("the store's head is damaged");
  }
  return { revision, compactRevision };
}
