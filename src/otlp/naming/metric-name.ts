/** Names of OpenTelemetry's metrics as names of Prometheus' metrics. */
import { quoteGo } from "#base";
import { escapedUnitSuffixes, unitSuffixes } from "./unit-name.ts";

/** How names are made; a translation strategy of the configuration sets both. */
export interface NameRules {
  /** "escaped": characters that old names cannot have become underscores. */
  readonly escaping: "escaped" | "as it is";
  /** Whether units and types become endings of names. */
  readonly suffixes: "added" | "left out";
}

/** What of a metric its name depends on. */
export interface NamedMetric {
  readonly name: string;
  readonly unit: string;
  /** A sum that only grows is a counter; other sums and histograms have no endings of their own. */
  readonly kind: "gauge" | "counter" | "other";
}

/** A name that nothing can be made of; the request is answered with it. */
export class NameError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "NameError";
  }
}

/** Throws a `NameError` when nothing but underscores would be left. */
export function metricName(metric: NamedMetric, { escaping, suffixes }: NameRules): string {
  if (escaping === "as it is") return suffixes === "added" ? suffixed(metric) : metric.name;
  const name = suffixes === "added" ? escapedAndSuffixed(metric) : escapedOnly(metric.name);
  if (name === "") {
    throw new NameError(`normalization for metric ${quoteGo(metric.name)} resulted in empty name`);
  }
  if (name !== metric.name && /^_+$/.test(name)) {
    throw new NameError(
      `normalization for metric ${quoteGo(metric.name)} resulted in invalid name ${quoteGo(name)}`,
    );
  }
  return name;
}

/** Runs of illegal characters become one underscore; underscores stay as they are. */
function escapedOnly(name: string): string {
  return undigited(wordsOf(name, /[^a-zA-Z0-9:_]+/u).join("_"));
}

/** Words of the name, then the unit and the type where the name does not tell them already. */
function escapedAndSuffixed({ name, unit, kind }: NamedMetric): string {
  let words = withUnit(wordsOf(name, /[^a-zA-Z0-9:]+/u), unit);
  if (kind === "counter") words = [...words.filter((word) => word !== "total"), "total"];
  if (unit === "1" && kind === "gauge") {
    words = [...words.filter((word) => word !== "ratio"), "ratio"];
  }
  return undigited(words.join("_"));
}

function withUnit(words: readonly string[], unit: string): readonly string[] {
  const suffixes = escapedUnitSuffixes(unit);
  const perWord = suffixes.per === "per_" ? "" : suffixes.per.replace(/_$/, "");
  const per = words.includes(perWord) ? "" : perWord;
  const mainWord = words.includes(suffixes.main) ? "" : suffixes.main;
  const main = per === "" ? mainWord : mainWord.replace(/_$/, "");
  return [...words, main, per].filter((word) => word !== "");
}

function wordsOf(name: string, separator: RegExp): readonly string[] {
  return name.split(separator).filter((word) => word !== "");
}

/** Names do not begin with a digit. */
function undigited(name: string): string {
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** The endings only: unit, then per unit, then type, each once. */
function suffixed({ name, unit, kind }: NamedMetric): string {
  const isRatio = unit === "1" && kind === "gauge";
  const isCounter = kind === "counter";
  const { main, per } = unitSuffixes(unit);
  let stem = name;
  if (isRatio) stem = withoutEnding(stem, "ratio");
  if (isCounter) stem = withoutEnding(stem, "total");
  if (per !== "") stem = withoutEnding(stem, per);
  if (main !== "" && !stem.endsWith(main)) stem += `_${main}`;
  if (per !== "") stem += `_${per}`;
  if (isCounter) stem += "_total";
  return isRatio ? `${stem}_ratio` : stem;
}

/** Without an ending and the one character before it, whatever that is. */
function withoutEnding(name: string, ending: string): string {
  if (!name.endsWith(ending) || name.length <= ending.length + 1) return name;
  return name.slice(0, -(ending.length + 1));
}
