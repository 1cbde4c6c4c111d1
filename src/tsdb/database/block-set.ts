import { describeError, type Logger } from "#base";
import { metaFile } from "../block/block.ts";
import { BlockError } from "../block/block-error.ts";
import { type BlockMeta, formatMeta } from "../block/meta.ts";
import { type Block, openBlock, readMeta } from "../block/open-block.ts";
import { isUlid } from "../block/ulid.ts";
import { FormatError } from "../bytes/format-error.ts";
import { findOverlaps, hasHint, outOfOrderHint } from "./plan-compaction.ts";
import { planRetention, type Retention } from "./plan-retention.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";

/** What was done to blocks since they were opened. */
export interface BlockCounters {
  reloads: number;
  reloadsFailed: number;
  timeRetentions: number;
  sizeRetentions: number;
}

/** The blocks of a database that are open, by the directories that are there. */
export class BlockSet {
  readonly counters: BlockCounters = {
    reloads: 0,
    reloadsFailed: 0,
    timeRetentions: 0,
    sizeRetentions: 0,
  };
  readonly #disk: TsdbDisk;
  readonly #directory: string;
  readonly #log: Logger;
  #held: readonly HeldBlock[] = [];

  constructor(disk: TsdbDisk, directory: string, log: Logger) {
    this.#disk = disk;
    this.#directory = directory;
    this.#log = log;
  }

  /** By their beginning. */
  get blocks(): readonly Block[] {
    return this.#held.map((held) => held.block);
  }

  get bytes(): number {
    return this.blocks.reduce((sum, block) => sum + block.bytes, 0);
  }

  /** Until when samples in order are in blocks; −Infinity without one. */
  get inOrderMaxMs(): number {
    const inOrder = this.blocks.filter(
      ({ meta }) => !noOrderHints.some((hint) => hasHint(meta, hint)),
    );
    return Math.max(Number.NEGATIVE_INFINITY, ...inOrder.map(({ meta }) => meta.maxMs));
  }

  /** The blocks around a range, which stay open until they are released. */
  acquire(minMs: number, maxMs: number): AcquiredBlocks {
    const held = this.#held.filter(
      ({ block }) => block.meta.minMs <= maxMs && minMs < block.meta.maxMs,
    );
    for (const entry of held) entry.users++;
    return {
      blocks: held.map((entry) => entry.block),
      release: async () => {
        for (const entry of held) await this.#release(entry);
      },
    };
  }

  /**
   * Opens blocks that have come, and removes those that were replaced or are not to be kept. Throws
   * when a block is damaged that nothing replaces.
   */
  async reload(retention: Retention, space: SpaceFacts): Promise<void> {
    this.counters.reloads++;
    try {
      await this.#reload(retention, space);
    } catch (error) {
      this.counters.reloadsFailed++;
      throw error;
    }
  }

  /** Opens a block anew whose files were changed. */
  async reopen(ulid: string): Promise<void> {
    const old = this.#held.find(({ block }) => block.meta.ulid === ulid);
    if (old === undefined) return;
    const block = await openBlock(this.#disk, `${this.#directory}/${ulid}`);
    this.#held = this.#held.map((held) => (held === old ? { block, users: 1 } : held));
    await this.#release(old);
  }

  /** Writes what has changed about a block, and opens it anew. */
  async rewriteMeta(meta: BlockMeta): Promise<void> {
    const path = `${this.#directory}/${meta.ulid}/${metaFile}`;
    await this.#disk.replaceFile(path, formatMeta(meta));
    await this.reopen(meta.ulid);
  }

  async close(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    for (const entry of held) await this.#release(entry);
  }

  async #reload(retention: Retention, space: SpaceFacts): Promise<void> {
    const { loaded, damaged } = await this.#open();
    const blocks = loaded.map(({ block }) => block);
    const plan = planRetention(blocks, retention, space);
    if (plan.isTimeExceeded) this.counters.timeRetentions++;
    if (plan.isSizeExceeded) this.counters.sizeRetentions++;
    // Also parents that a crash has left behind their child.
    const parents = blocks.flatMap(({ meta }) => meta.compaction.parents.map(({ ulid }) => ulid));
    const obsolete = new Set([...plan.remove, ...parents]);
    const lost = [...damaged].filter(([ulid]) => !obsolete.has(ulid));
    const known = new Set(this.#held);
    if (lost.length > 0) {
      for (const held of loaded) if (!known.has(held)) await this.#release(held);
      const [[ulid, error] = ["", undefined]] = lost;
      throw new Error(`corrupted block ${ulid}`, { cause: error });
    }
    const kept = loaded.filter(({ block }) => !obsolete.has(block.meta.ulid));
    kept.sort((left, right) => left.block.meta.minMs - right.block.meta.minMs);
    // Queries that begin from now on see the new set.
    this.#held = kept;
    const overlaps = findOverlaps(kept.map(({ block }) => block.meta));
    if (overlaps.length > 0) {
      const detail = overlaps.map((meta) => `${meta.ulid} [${meta.minMs}, ${meta.maxMs})`);
      this.#log.warn("blocks overlap", { detail: detail.join(", ") });
    }
    for (const held of loaded) if (!kept.includes(held)) await this.#release(held);
    for (const ulid of [...obsolete].sort()) await this.#removeDirectory(ulid);
  }

  async #open(): Promise<{
    readonly loaded: HeldBlock[];
    readonly damaged: ReadonlyMap<string, unknown>;
  }> {
    const loaded: HeldBlock[] = [];
    const damaged = new Map<string, unknown>();
    for (const ulid of (await this.#disk.listDirectory(this.#directory)).filter(isUlid)) {
      const known = this.#held.find(({ block }) => block.meta.ulid === ulid);
      if (known !== undefined) {
        loaded.push(known);
        continue;
      }
      try {
        const directory = `${this.#directory}/${ulid}`;
        // Without a `meta.json` it is no block: upstream passes it over, too.
        if (!(await this.#hasMeta(directory))) continue;
        loaded.push({ block: await openBlock(this.#disk, directory), users: 1 });
      } catch (error) {
        // Damage of one block is told when all have been looked at.
        if (!(error instanceof BlockError || error instanceof FormatError)) throw error;
        damaged.set(ulid, error);
      }
    }
    return { loaded, damaged };
  }

  async #hasMeta(directory: string): Promise<boolean> {
    try {
      await readMeta(this.#disk, directory);
      return true;
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      this.#log.warn("failed to read meta.json of a block, passing it over", {
        directory,
        error: describeError(error),
      });
      return false;
    }
  }

  async #release(held: HeldBlock): Promise<void> {
    held.users--;
    if (held.users === 0) await held.block.close();
  }

  async #removeDirectory(ulid: string): Promise<void> {
    const path = `${this.#directory}/${ulid}`;
    if ((await this.#disk.findFacts(path)) === undefined) return;
    // Renamed first: after a crash no part of it is taken for a block.
    const renamed = `${path}${removalSuffix}`;
    await this.#disk.remove(renamed);
    await this.#disk.rename(path, renamed);
    await this.#disk.remove(renamed);
    this.#log.info("deleted obsolete block", { block: ulid });
  }
}

export interface SpaceFacts {
  readonly headBytes: number;
  readonly diskBytes: number;
}

export interface AcquiredBlocks {
  readonly blocks: readonly Block[];
  release(): Promise<void>;
}

/** A directory with this suffix is a block that is being removed. */
export const removalSuffix = ".tmp-for-deletion";

/** A block and how many use it, the set included. */
interface HeldBlock {
  readonly block: Block;
  users: number;
}

/** Blocks that say nothing about how far samples in order have got. */
const noOrderHints = [outOfOrderHint, "from-stale-series", "from-selected-series"];
