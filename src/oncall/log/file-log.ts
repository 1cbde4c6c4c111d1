/**
 * The log in a file of this machine, for one process. Every append is written and synced before it
 * resolves. A last line that was cut off by a crash is cut away; it was never promised to anybody.
 */
import type { AppendFile, Disk } from "#base";
import type { EventDraft, LoggedEvent } from "../incident/event.ts";
import { logged } from "../incident/ledger.ts";
import { decodeBatch, formatBatch } from "./decode-batch.ts";
import { type CompactedLog, LogConflict } from "./event-log.ts";

export type LogDisk = Pick<Disk, "findFile" | "replaceFile" | "openAppend">;

export class FileLog implements CompactedLog, AsyncDisposable {
  readonly #disk: LogDisk;
  readonly #path: string;
  #file: AppendFile;
  #lastSequence: number;

  /** Opens the log, or makes it. Rejects when anything but its last line is damaged. */
  static async open(disk: LogDisk, path: string): Promise<FileLog> {
    const { events, wholeBytes } = readLog(path, await disk.findFile(path));
    const file = await disk.openAppend(path, { mode: 0o600 });
    if (file.bytes > wholeBytes) {
      await file.truncate(wholeBytes);
      await file.sync();
    }
    return new FileLog({ disk, path, file }, events.at(-1)?.sequence ?? 0);
  }

  private constructor(
    open: { readonly disk: LogDisk; readonly path: string; readonly file: AppendFile },
    lastSequence: number,
  ) {
    this.#disk = open.disk;
    this.#path = open.path;
    this.#file = open.file;
    this.#lastSequence = lastSequence;
  }

  async read(afterSequence: number): Promise<readonly LoggedEvent[]> {
    if (afterSequence >= this.#lastSequence) return [];
    const { events } = readLog(this.#path, await this.#disk.findFile(this.#path));
    return events.filter(({ sequence }) => sequence > afterSequence);
  }

  async append(
    lastSequence: number,
    atMs: number,
    drafts: readonly EventDraft[],
  ): Promise<readonly LoggedEvent[]> {
    if (lastSequence !== this.#lastSequence) throw new LogConflict("the log has grown");
    const events = drafts.map((draft, index) => logged(draft, lastSequence + index + 1, atMs));
    const wholeBytes = this.#file.bytes;
    try {
      await this.#file.write(new TextEncoder().encode(formatBatch(events)));
      await this.#file.sync();
    } catch (error) {
      // What is there of it must not stand before the next line.
      await this.#file.truncate(wholeBytes);
      throw error;
    }
    this.#lastSequence = lastSequence + events.length;
    return events;
  }

  /** Writes the file anew with the events for which `isKept` holds, and with the last one. */
  async compact(isKept: (event: LoggedEvent) => boolean): Promise<void> {
    const { events } = readLog(this.#path, await this.#disk.findFile(this.#path));
    // The last one stays whatever it is, because its number is where the next one begins.
    const kept = events.filter((event, index) => index === events.length - 1 || isKept(event));
    const text = kept.map((event) => formatBatch([event])).join("");
    await this.#file.close();
    await this.#disk.replaceFile(this.#path, text, { mode: 0o600 });
    this.#file = await this.#disk.openAppend(this.#path, { mode: 0o600 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

interface LogContent {
  readonly events: readonly LoggedEvent[];
  /** How long the file is without a line that was cut off. */
  readonly wholeBytes: number;
}

const newline = 0x0a;

function readLog(path: string, bytes: Uint8Array | undefined): LogContent {
  const events: LoggedEvent[] = [];
  if (bytes === undefined) return { events, wholeBytes: 0 };
  const decoder = new TextDecoder();
  let [from, line] = [0, 1];
  while (from < bytes.length) {
    const end = bytes.indexOf(newline, from);
    const batch = end < 0 ? undefined : decodeBatch(decoder.decode(bytes.subarray(from, end)));
    if (batch === undefined) {
      const isLast = end < 0 || end === bytes.length - 1;
      if (!isLast) throw new Error(`${path}:${line}: the log is damaged`);
      break;
    }
    // Not spread into `push`: a compacted log may hold more events than a call has arguments.
    for (const event of batch) events.push(event);
    from = end + 1;
    line++;
  }
  return { events, wholeBytes: from };
}
