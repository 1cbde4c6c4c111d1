/** Lines that give the values of a series: `up{job="a"} 1 2x3 _ 5+1x4 stale {{sum:1 count:2}}`. */
import {
  addHistograms,
  type Histogram,
  type Labels,
  parseSignedDuration,
  subtractHistograms,
} from "#series";
import { Lexer } from "../syntax/lexer.ts";
import { parseMetric } from "../syntax/parser.ts";
import { parseHistogram, parseNumberText, SequenceError } from "./histogram-notation.ts";
import type { SequenceValue } from "./script.ts";

export interface SeriesLine {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

/** A sequence of so many values is more than anybody means. */
const valuesMax = 1_000_000;

/** Reads a series and its values. Throws a `PromqlError` or a `SequenceError`. */
export function parseSeriesLine(line: string): SeriesLine {
  const end = metricEnd(line);
  return { labels: parseMetric(line.slice(0, end)), values: parseSequence(line.slice(end)) };
}

/** Where the metric ends: after its name, or after the braces that touch it. */
export function metricEnd(line: string): number {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? "";
  if (line.charAt(name.length) !== "{") return name.length;
  const lexer = new Lexer(line);
  let token = lexer.next();
  while (token.kind !== "}" && token.kind !== "eof") token = lexer.next();
  return token.end;
}

/** Reads values with blanks between them. Throws a `SequenceError`. */
function parseSequence(text: string): readonly SequenceValue[] {
  const values = text.match(itemPattern)?.map(parseItem) ?? [];
  return values.flat();
}

/** Something without blanks, unless these are within double braces. */
const itemPattern = /(?:\{\{[^}]*\}\}|[^\s{])+|\S+/g;

const number = String.raw`(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:[eE][+-]?[0-9]+)?|inf|nan`;
const floatItem = new RegExp(
  String.raw`^([+-]?(?:${number})|stale)(?:([+-](?:${number}))?x([0-9]+))?$`,
  "i",
);
const histogramItem = /^\{\{([^}]*)\}\}(?:(?:([+-])\{\{([^}]*)\}\})?x([0-9]+))?$/;

function parseItem(item: string): readonly SequenceValue[] {
  const [gaps, gapCount] = /^_(?:x([0-9]+))?$/.exec(item) ?? [];
  if (gaps !== undefined) {
    return times(item, gapCount === undefined ? 1 : Number(gapCount), () => ({ kind: "gap" }));
  }
  return item.startsWith("{{") ? parseHistograms(item) : parseFloats(item);
}

function parseFloats(item: string): readonly SequenceValue[] {
  const [matched, first = "", step, repeats = "0"] = floatItem.exec(item) ?? [];
  if (matched === undefined) throw new SequenceError(item);
  // The first is at time 0, so that there is one more than there are repetitions.
  const count = Number(repeats) + 1;
  if (first === "stale") return times(item, count, () => ({ kind: "stale" }));
  let value = parseNumberText(first.replaceAll("_", ""));
  const increase = step === undefined ? 0 : parseNumberText(step.replaceAll("_", ""));
  return times(item, count, () => {
    const current = value;
    value += increase;
    return { kind: "float", value: current };
  });
}

function parseHistograms(item: string): readonly SequenceValue[] {
  const [, first, sign, step, repeats = "0"] = histogramItem.exec(item) ?? [];
  if (first === undefined) throw new SequenceError(item);
  const noted = parseHistogram(first);
  const count = Number(repeats) + 1;
  if (step === undefined) return times(item, count, () => ({ kind: "histogram", ...noted }));
  const increase = parseHistogram(step);
  const combine = sign === "-" ? subtractHistograms : addHistograms;
  let histogram: Histogram = noted.histogram;
  return times(item, count, (index) => {
    if (index > 0) {
      const next = combine(histogram, increase.histogram).histogram;
      if (next === undefined) throw new SequenceError(item);
      histogram = next;
    }
    return { kind: "histogram", histogram, hasHint: increase.hasHint };
  });
}

function times(
  item: string,
  count: number,
  make: (index: number) => SequenceValue,
): readonly SequenceValue[] {
  if (count > valuesMax) throw new SequenceError(item);
  return Array.from({ length: count }, (_, index) => make(index));
}

const duration = "[0-9]+[a-wyz]*";
const startItem = new RegExp(`^([+-]?${duration})(?:([+-]${duration})?x([0-9]+))?$`);

/**
 * Reads start times relative to their samples: `_`, `-5m`, `-5mx3`, `-5m+1mx3`; in milliseconds, and
 * undefined where there is none. Throws a `SequenceError` or a `DurationError`.
 */
export function parseStartOffsets(text: string): readonly (number | undefined)[] {
  return (text.match(/\S+/g) ?? []).flatMap((item) => {
    const [gaps, gapCount] = /^_(?:x([0-9]+))?$/.exec(item) ?? [];
    if (gaps !== undefined) {
      return Array.from<undefined>({ length: gapCount === undefined ? 1 : Number(gapCount) });
    }
    const [matched, first = "", step, repeats = "0"] = startItem.exec(item) ?? [];
    if (matched === undefined) throw new SequenceError(item);
    const firstMs = signedMs(first);
    const stepMs = step === undefined ? 0 : signedMs(step);
    return Array.from({ length: Number(repeats) + 1 }, (_, index) => firstMs + index * stepMs);
  });
}

function signedMs(text: string): number {
  return parseSignedDuration(text.startsWith("+") ? text.slice(1) : text);
}
