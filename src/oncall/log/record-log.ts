/**
 * The log in records that all replicas share: objects of an API server, for one.
 *
 *     head       how far the log goes, which segments there are, and the newest events themselves
 *     segment …  older events; written once, and named by the head from then on
 *
 * 1. An append is one write of the head, and so is a compaction. Of two who write, the one who has not
 *    seen the other's write is refused, however long ago it decided: nobody appends behind somebody
 *    else, and nobody revives what was compacted.
 * 2. Segments are written before a head names them. A segment that no head names is left over, and
 *    is removed only after the head has been written anew: whoever still meant to name it is refused.
 * 3. Whether a write whose answer was lost has been done is told by the head, also when others have
 *    written since: each write has a name, and the head has the last of them.
 */
import { type Random, uuid } from "#base";
import type { EventDraft, LoggedEvent } from "../incident/event.ts";
import { logged } from "../incident/ledger.ts";
import { decodeBatch, formatBatch } from "./decode-batch.ts";
import { decodeHead, formatHead, type LogHead, type LogSegment, logFormat } from "./decode-head.ts";
import { type CompactedLog, LogConflict } from "./event-log.ts";
import { RecordConflict, type Records } from "./records.ts";

export interface LogSizes {
  /** From how many characters on the newest events become a segment. */
  readonly tailCharsMax: number;
  /** Of a segment; one that holds a single event may be longer. */
  readonly segmentCharsMax: number;
  /** From how many segments on compacting joins them although nothing is to be forgotten. */
  readonly segmentCountMax: number;
}

/** A record of an API server has at most a million bytes. */
const logSizeDefaults: LogSizes = {
  tailCharsMax: 8 * 1024,
  segmentCharsMax: 256 * 1024,
  segmentCountMax: 32,
};

/** The name of the head among the records. */
const headRecord = "head";
/** How many writes of the head are known by name. */
const writesMax = 16;
/** How often compactions of others may come between while the log is read. */
const readAttemptsMax = 10;

interface KnownHead {
  /** Undefined while nothing was ever appended. */
  readonly version: string | undefined;
  readonly head: LogHead;
  /** The newest events, as lines. */
  readonly tail: string;
}

export class RecordLog implements CompactedLog {
  readonly #records: Records;
  readonly #random: Random;
  readonly #sizes: LogSizes;
  /** As last read or written; undefined when it has to be read before it is written. */
  #known: KnownHead | undefined = undefined;

  constructor(
    deps: { readonly records: Records; readonly random: Random },
    sizes: LogSizes = logSizeDefaults,
  ) {
    this.#records = deps.records;
    this.#random = deps.random;
    this.#sizes = sizes;
  }

  async read(afterSequence: number): Promise<readonly LoggedEvent[]> {
    for (let attempt = 0; attempt < readAttemptsMax; attempt++) {
      const events = await this.#eventsIn(await this.#readHead(), afterSequence);
      if (events !== undefined) return events;
    }
    throw new Error("the on-call log is compacted faster than it can be read");
  }

  async append(
    lastSequence: number,
    atMs: number,
    drafts: readonly EventDraft[],
  ): Promise<readonly LoggedEvent[]> {
    const known = this.#known ?? (await this.#readHead());
    if (known.head.lastSequence !== lastSequence) {
      this.#known = undefined;
      throw new LogConflict("the log has grown");
    }
    const events = drafts.map((draft, index) => logged(draft, lastSequence + index + 1, atMs));
    const next = { ...known.head, lastSequence: lastSequence + events.length };
    const tail = known.tail + formatBatch(events);
    if (tail.length <= this.#sizes.tailCharsMax) {
      await this.#replace(known, next, tail);
    } else {
      const added = await this.#writeSegments(parseLines(tail));
      await this.#replace(known, { ...next, segments: [...next.segments, ...added] }, "");
    }
    return events;
  }

  async compact(isKept: (event: LoggedEvent) => boolean): Promise<void> {
    // What is written after this may be about to be named by the head, and is not looked at.
    const present = await this.#records.list();
    const known = await this.#readHead();
    const events = await this.#eventsIn(known, 0);
    if (events === undefined) throw new LogConflict("the log is compacted by somebody else");
    // The last one stays whatever it is: whoever reads has to learn where the next one begins.
    const kept = events.filter((event, index) => index === events.length - 1 || isKept(event));
    const { segments } = known.head;
    const isTidy =
      kept.length === events.length &&
      segments.length <= this.#sizes.segmentCountMax &&
      present.length <= segments.length + 1;
    if (isTidy) return;
    const written = await this.#writeSegments(kept);
    await this.#replace(known, { ...known.head, segments: written }, "");
    for (const name of present) if (name !== headRecord) await this.#records.remove(name);
  }

  async #readHead(): Promise<KnownHead> {
    const record = await this.#records.find(headRecord);
    this.#known =
      record === undefined
        ? { version: undefined, head: emptyHead, tail: "" }
        : { version: record.version, ...decodeHead(record.text) };
    return this.#known;
  }

  /** Undefined when a segment is gone: the log was compacted since, and has another head. */
  async #eventsIn(
    { head, tail }: KnownHead,
    afterSequence: number,
  ): Promise<readonly LoggedEvent[] | undefined> {
    const texts: string[] = [];
    for (const { record: name, lastSequence } of head.segments) {
      if (lastSequence <= afterSequence) continue;
      const record = await this.#records.find(name);
      if (record === undefined) return undefined;
      texts.push(record.text);
    }
    texts.push(tail);
    return texts.flatMap(parseLines).filter(({ sequence }) => sequence > afterSequence);
  }

  async #writeSegments(events: readonly LoggedEvent[]): Promise<readonly LogSegment[]> {
    const segments: LogSegment[] = [];
    const name = uuid(this.#random);
    for (const { text, lastSequence } of cut(events, this.#sizes.segmentCharsMax)) {
      const record = `${name}-${segments.length}`;
      await this.#records.write(record, text, undefined);
      segments.push({ record, lastSequence });
    }
    return segments;
  }

  /** Writes the head anew. Rejects with `LogConflict` when it was not and will not be written. */
  async #replace(known: KnownHead, next: LogHead, tail: string): Promise<void> {
    this.#known = undefined;
    const own = uuid(this.#random);
    const head = { ...next, writes: [...next.writes, own].slice(-writesMax) };
    try {
      const version = await this.#records.write(headRecord, formatHead(head, tail), known.version);
      this.#known = { version, head, tail };
    } catch (error) {
      // The answer may have been lost, and not the write.
      const found = await this.#readHead();
      if (found.head.writes.includes(own)) return;
      const isKnownSince = hasAllSince(found.head, known.head);
      const isOvertaken = found.version !== known.version && isKnownSince;
      if (!isOvertaken && !(error instanceof RecordConflict)) throw error;
      throw new LogConflict("the log has grown", { cause: error });
    }
  }
}

/** Whether a head still knows by name all that was written since an older one. */
function hasAllSince({ writes }: LogHead, older: LogHead): boolean {
  const last = older.writes.at(-1);
  return last === undefined ? writes.length < writesMax : writes.includes(last);
}

const emptyHead: LogHead = { format: logFormat, writes: [], lastSequence: 0, segments: [] };

function parseLines(text: string): readonly LoggedEvent[] {
  return text
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => {
      const batch = decodeBatch(line);
      if (batch === undefined) throw new Error("the on-call log is damaged");
      return batch;
    });
}

/** Texts of about this size, with the number of the last event in each. */
function* cut(
  events: readonly LoggedEvent[],
  charsMax: number,
): Iterable<{ readonly text: string; readonly lastSequence: number }> {
  let [text, lastSequence] = ["", 0];
  for (const event of events) {
    const line = formatBatch([event]);
    if (text !== "" && text.length + line.length > charsMax) {
      yield { text, lastSequence };
      text = "";
    }
    text += line;
    lastSequence = event.sequence;
  }
  if (text !== "") yield { text, lastSequence };
}
