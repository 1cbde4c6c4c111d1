import { formatCheckedLine, readCheckedLine } from "./checked-line.ts";

/** What the first line of a log's head says. */
export interface LogHead {
  readonly format: number;
  /** The names of the last writes of the head, the newest last; no two ever have the same. */
  readonly writes: readonly string[];
  readonly lastSequence: number;
  /** Where the older events are, in their order. */
  readonly segments: readonly LogSegment[];
}

export interface LogSegment {
  readonly record: string;
  /** The number of its last event. */
  readonly lastSequence: number;
}

/** The layout of heads and segments. */
export const logFormat = 1;

/** The head as a record has it: its line, and behind it the newest events. */
export function formatHead(head: LogHead, tail: string): string {
  return formatCheckedLine(head) + tail;
}

/** Throws for a record that is damaged, or that a newer version wrote. */
export function decodeHead(text: string): { readonly head: LogHead; readonly tail: string } {
  const end = text.indexOf("\n");
  const line = readCheckedLine(text.slice(0, Math.max(end, 0)));
  if (line === undefined) throw new Error("the head of the on-call log is damaged");
  // The checksum says that it is what `formatHead` wrote.
  const head = JSON.parse(line) as LogHead;
  if (head.format > logFormat) {
    throw new Error(`the on-call log is of a newer format: ${head.format}, known is ${logFormat}`);
  }
  return { head, tail: text.slice(end + 1) };
}
