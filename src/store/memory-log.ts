import { assert } from "#base";
import type { LogHead, LogRecord, RecordVisitor, RevisionLog } from "./revision-log.ts";

/** A log that lasts as long as the process: for tests, simulation and throw-away clusters. */
export class MemoryLog implements RevisionLog {
  readonly #records = new Map<number, LogRecord>();
  #head: LogHead = { revision: 0, compactRevision: 0 };
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get bytesInUse(): number {
    return this.#bytes;
  }

  load(visit: RecordVisitor): LogHead {
    for (const { position, key, createRevision } of this.#records.values()) {
      visit(position, key, createRevision);
    }
    return this.#head;
  }

  read(position: number): Uint8Array {
    const value = this.#records.get(position)?.value;
    assert(value !== undefined, "only the positions of puts are read");
    return value;
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    for (const record of records) {
      this.#records.set(record.position, record);
      this.#bytes += bytesOf(record);
    }
  }

  async trim(positions: readonly number[], head: LogHead): Promise<void> {
    this.#head = head;
    for (const position of positions) {
      const record = this.#records.get(position);
      if (record !== undefined) this.#bytes -= bytesOf(record);
      this.#records.delete(position);
    }
  }

  async close(): Promise<void> {}
}

function bytesOf({ key, value }: LogRecord): number {
  return key.length + (value?.byteLength ?? 0);
}
