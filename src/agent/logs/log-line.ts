/**
 * The format in which runtimes write what containers say: one line each of
 *
 *     2016-10-06T00:17:09.669794202Z stdout F the text itself
 *
 * with `F` for a full line and `P` for a part that the next line of the same stream continues.
 */

export interface LogLine {
  /** As written, RFC 3339 with up to nine digits of a second's fraction. */
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  readonly partial: boolean;
  /** Without the line end. */
  readonly content: Uint8Array;
}

const space = 0x20;
const ascii = new TextDecoder("latin1");

/** Undefined for a line that is not of the format: a runtime died while writing it. */
export function parseLogLine(line: Uint8Array): LogLine | undefined {
  const timeEnd = line.indexOf(space);
  const streamEnd = line.indexOf(space, timeEnd + 1);
  const tagsEnd = line.indexOf(space, streamEnd + 1);
  if (timeEnd < 0 || streamEnd < 0 || tagsEnd < 0) return undefined;
  const time = ascii.decode(line.subarray(0, timeEnd));
  const stream = ascii.decode(line.subarray(timeEnd + 1, streamEnd));
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  if (Number.isNaN(Date.parse(time))) return undefined;
  // Tags are separated by colons; the first says whether the line is whole.
  const tags = ascii.decode(line.subarray(streamEnd + 1, tagsEnd));
  const partial = tags.split(":")[0] === "P";
  return { time, stream, partial, content: line.subarray(tagsEnd + 1) };
}

/** With nine digits of a fraction, as `kubectl logs --timestamps` shows it. */
export function formatLogTime(time: string): string {
  const match = /^([0-9T:-]+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (match === null) return time;
  const [, seconds = "", fraction = "", zone = ""] = match;
  return `${seconds}.${fraction.padEnd(9, "0").slice(0, 9)}${zone}`;
}
