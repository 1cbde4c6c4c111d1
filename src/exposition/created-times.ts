import { dropLabels, type Labels, labelsKey, metricNameLabel } from "#series";
import {
  braceOpen,
  decodeLoosely,
  hash,
  isNameByte,
  nameEnd,
  newline,
  quote,
  stringEnd,
} from "./bytes.ts";
import { readSeriesLabels } from "./label-list.ts";
import { LineScanner } from "./line-scanner.ts";
import type { MetricType } from "./reader.ts";

const suffix = "_created";
const ownLabels: ReadonlySet<string> = new Set([metricNameLabel, "le", "quantile"]);

/**
 * The `_created` lines of an OpenMetrics body, which say when counters began. They come behind the
 * samples that they are about, so a family is read ahead once, when its first sample asks.
 */
export class CreatedTimes {
  readonly #bytes: Uint8Array;
  #familyStart = 0;
  /** By the labels of the series; undefined until somebody asks. */
  #times: ReadonlyMap<string, number> | undefined;
  #isPresent: boolean | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A new family begins, or metadata of the same goes on. */
  begin(position: number): void {
    this.#familyStart = position;
    this.#times = undefined;
  }

  /** Whether the key is of such a line and not of a series of its own. */
  isCreated(type: MetricType, start: number, end: number): boolean {
    return hasCreated(type) && this.#hasAny() && this.#nameOf(start, end).endsWith(suffix);
  }

  /** Milliseconds; 0 for a series without such a line. */
  find(family: string, type: MetricType, labels: () => Labels): number {
    if (!hasCreated(type) || !this.#hasAny()) return 0;
    this.#times ??= this.#readFamily(family + suffix);
    return this.#times.size === 0 ? 0 : (this.#times.get(keyOf(labels())) ?? 0);
  }

  #hasAny(): boolean {
    this.#isPresent ??= decodeLoosely(this.#bytes, 0, this.#bytes.length).includes(suffix);
    return this.#isPresent;
  }

  /** The metric name in a key, bare or in quotes. */
  #nameOf(start: number, end: number): string {
    const bytes = this.#bytes;
    if (bytes[start] !== braceOpen) {
      return decodeLoosely(bytes, start, Math.min(end, nameEnd(bytes, start, isNameByte)));
    }
    const nameStop =
      bytes[start + 1] === quote ? stringEnd(bytes, start + 1, "allowed") : undefined;
    return nameStop === undefined ? "" : decodeLoosely(bytes, start + 2, nameStop - 1);
  }

  #readFamily(name: string): ReadonlyMap<string, number> {
    const bytes = this.#bytes;
    const times = new Map<string, number>();
    const scanner = new LineScanner(bytes, "none");
    scanner.position = this.#familyStart;
    while (scanner.position < bytes.length && bytes[scanner.position] !== hash) {
      const start = scanner.position;
      // A malformed line is reported when its turn comes.
      if (!scanner.scanSeries()) break;
      if (this.#nameOf(start, scanner.keyEnd) === name) {
        scanner.position++;
        const line = { bytes, start, dialect: "openmetrics" } as const;
        const isPlain = scanner.scanNumber();
        const key = keyOf(readSeriesLabels(line, start, "unknown"));
        if (isPlain) times.set(key, Math.trunc(scanner.number * 1_000));
      }
      scanner.position = bytes.indexOf(newline, scanner.position) + 1;
      if (scanner.position === 0) break;
    }
    return times;
  }
}

function hasCreated(type: MetricType): boolean {
  return type === "counter" || type === "histogram" || type === "summary";
}

function keyOf(labels: Labels): string {
  return labelsKey(dropLabels(labels, ownLabels));
}
