import type { ProtobufReader, ProtobufWriter } from "#base";

/**
 * Times as peers tell them, `google.protobuf.Timestamp`. A number of milliseconds holds them to the 4096th
 * part of one; the rest is cut off, so that what comes back from us is never later than what was told.
 */
const partsPerMs = 4_096;
const nanosPerMs = 1_000_000;

export function writeTime(writer: ProtobufWriter, field: number, timeMs: number): void {
  const seconds = Math.floor(timeMs / 1_000);
  const nanos = Math.floor((timeMs - seconds * 1_000) * nanosPerMs);
  const mark = writer.begin(field);
  if (seconds !== 0) writer.integer(1, seconds);
  if (nanos !== 0) writer.integer(2, nanos);
  writer.end(mark);
}

/** Reads the message that the reader stands at. */
export function readTime(reader: ProtobufReader): number {
  const inner = reader.message();
  let seconds = 0;
  let nanos = 0;
  while (inner.next()) {
    if (inner.field === 1) seconds = Number(inner.int64());
    else if (inner.field === 2) nanos = inner.int32();
    else inner.skip();
  }
  return seconds * 1_000 + Math.floor((nanos / nanosPerMs) * partsPerMs) / partsPerMs;
}
