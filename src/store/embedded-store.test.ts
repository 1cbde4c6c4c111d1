import assert from "node:assert/strict";
import { test } from "node:test";
import { openStore } from "./embedded-store.ts";
import { MemoryLog } from "./memory-log.ts";
import type { LogHead, LogRecord, RecordVisitor, RevisionLog } from "./revision-log.ts";
import { putOf, showStored } from "./testing.ts";

test("a compaction that cannot remove is reported, and made up for by the next", async () => {
  const log = new StuckLog();
  const store = await openStore(log);
  for (const value of ["1", "2", "3"]) await store.commit([], [putOf("a", value)]);
  log.isStuck = true;
  await assert.rejects(store.compact(2), { message: "compacting to revision 2" });
  await assert.rejects(store.find("a", 1), { name: "CompactedError" });
  log.isStuck = false;
  await store.compact(3);
  assert.deepEqual(log.trimmed, [128, 256]);
});

test("a store opens although what a crash left behind cannot be removed now", async () => {
  const log = new StuckLog();
  const store = await openStore(log);
  for (const value of ["1", "2", "3"]) await store.commit([], [putOf("a", value)]);
  // The crash came when the new head was written and nothing had been removed.
  await log.trim([], { revision: 3, compactRevision: 2 });
  log.isStuck = true;
  const again = await openStore(log);
  assert.equal(showStored(await again.find("a", 2)), "2@2/1");
  log.isStuck = false;
  await again.compact(2);
  assert.deepEqual(log.trimmed, [128]);
});

/** A log that may refuse to trim. */
class StuckLog implements RevisionLog {
  readonly #log = new MemoryLog();
  isStuck = false;
  readonly trimmed: number[] = [];
  readonly bytes = 0;
  readonly bytesInUse = 0;

  load(visit: RecordVisitor): LogHead {
    return this.#log.load(visit);
  }

  read(position: number): Uint8Array {
    return this.#log.read(position);
  }

  append(records: readonly LogRecord[]): Promise<void> {
    return this.#log.append(records);
  }

  async trim(positions: readonly number[], head: LogHead): Promise<void> {
    if (this.isStuck) throw new Error("no space left");
    this.trimmed.push(...positions);
    await this.#log.trim(positions, head);
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
