import { concat } from "#http";
import { formatLogTime, parseLogLine } from "./log-line.ts";

export interface LogSelection {
  /** Begin each line with its time. */
  readonly timestamps: boolean;
  /** Leave out what was written earlier; milliseconds since the epoch. */
  readonly sinceMs: number | undefined;
  /** Stop after so many bytes of output. */
  readonly limitBytes: number | undefined;
}

const lineEnd = 0x0a;
/** Runtimes split at 16 KiB; a longer line is not theirs, and is passed on in pieces of this size. */
const lineBytesMax = 1024 * 1024;
const utf8 = new TextEncoder();

/**
 * Turns a log file's bytes, however they are cut into chunks, into what a person reads. Keeps what a
 * chunk leaves unfinished.
 */
export class LogFilter {
  readonly #selection: LogSelection;
  #rest: Uint8Array = new Uint8Array(0);
  #remainingBytes: number;
  #atLineStart = true;

  constructor(selection: LogSelection) {
    this.#selection = selection;
    this.#remainingBytes = selection.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the limit is reached, so that nothing more will come. */
  get finished(): boolean {
    return this.#remainingBytes <= 0;
  }

  /** The output that `chunk` completes. */
  add(chunk: Uint8Array): Uint8Array {
    const bytes = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    const parts: Uint8Array[] = [];
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, start)) {
      parts.push(...this.#line(bytes.subarray(start, end)));
      start = end + 1;
    }
    this.#rest = bytes.slice(start);
    if (this.#rest.length > lineBytesMax) {
      parts.push(...this.#line(this.#rest));
      this.#rest = new Uint8Array(0);
    }
    return this.#limited(concat(parts));
  }

  #line(line: Uint8Array): readonly Uint8Array[] {
    const parsed = parseLogLine(line);
    if (parsed === undefined) return [];
    const { sinceMs, timestamps } = this.#selection;
    if (sinceMs !== undefined && Date.parse(parsed.time) < sinceMs) return [];
    const prefix = timestamps && this.#atLineStart ? `${formatLogTime(parsed.time)} ` : "";
    this.#atLineStart = !parsed.partial;
    return [utf8.encode(prefix), parsed.content, utf8.encode(parsed.partial ? "" : "\n")];
  }

  #limited(output: Uint8Array): Uint8Array {
    const allowed = output.subarray(0, Math.max(0, this.#remainingBytes));
    this.#remainingBytes -= output.length;
    return allowed;
  }
}
