/** Lines of logs, and when they were written. */

export interface LogLine {
  /** Sorts as lines were written, to the nanosecond, whatever zone they were written in. */
  readonly key: string;
  /** As the node gives it: RFC 3339 with nine digits of a second's fraction. */
  readonly time: string;
  readonly text: string;
}

/** A line that goes on for longer is cut into several. */
const lineCharsMax = 64 * 1024;

/** Splits what a node sends with `timestamps=true` into lines, as they become whole. */
export async function* logLinesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LogLine> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield parseLogLine(line);
    for (; rest.length > lineCharsMax; rest = rest.slice(lineCharsMax)) {
      yield parseLogLine(rest.slice(0, lineCharsMax));
    }
  }
  if (rest !== "") yield parseLogLine(rest);
}

export function parseLogLine(line: string): LogLine {
  const space = line.indexOf(" ");
  const time = space < 0 ? line : line.slice(0, space);
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (match === null) return { key: "", time: "", text: line };
  const [, seconds, fraction = "", zone] = match;
  const epoch = String(Date.parse(`${seconds}${zone}`)).padStart(16, "0");
  return { key: `${epoch}${fraction.padEnd(9, "0")}`, time, text: line.slice(space + 1) };
}
