import { formatHistogram, formatLabels } from "#series";
import { ExpositionError, type ExpositionReader } from "./reader.ts";

/** All entries, each as one line of text; an error is the last. */
export function showEntries(reader: ExpositionReader): readonly string[] {
  const lines: string[] = [];
  try {
    for (let entry = reader.next(); entry !== "end"; entry = reader.next()) {
      if (entry === "series" || entry === "histogram") lines.push(showSample(reader));
      else lines.push(`${entry} ${reader.family}: ${entry === "type" ? reader.type : reader.text}`);
    }
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    lines.push(`error: ${error.message}`);
  }
  return lines;
}

function showSample(reader: ExpositionReader): string {
  const { histogram, value, hasTimestamp, timestampMs } = reader;
  const shown = histogram === undefined ? showNumber(value) : formatHistogram(histogram);
  const start = reader.startTimestampMs();
  const exemplars = reader.exemplars().map((exemplar) => {
    const at = exemplar.timestampMs === 0 ? "" : ` @${exemplar.timestampMs}`;
    return ` # ${formatLabels(exemplar.labels)} ${showNumber(exemplar.value)}${at}`;
  });
  return [
    formatLabels(reader.labels()),
    ` ${shown}`,
    hasTimestamp ? ` @${timestampMs}` : "",
    start === 0 ? "" : ` since ${start}`,
    ...exemplars,
  ].join("");
}

function showNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

export function bodyOf(text: string): Uint8Array {
  // Latin-1, so that tests can write bytes that are not UTF-8, unless there are other characters.
  const isLatin = /^[\u0000-\u00ff]*$/.test(text);
  return isLatin
    ? Uint8Array.from(text, (character) => character.charCodeAt(0))
    : new TextEncoder().encode(text);
}
