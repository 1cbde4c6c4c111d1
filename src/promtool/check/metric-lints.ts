/** What is unusual about metrics, by the conventions that everybody names them by. */
import { compareText, quoteGo } from "#base";
import type { TextFamily } from "../families/family.ts";

export interface LintProblem {
  readonly metric: string;
  readonly text: string;
}

/** The problems of all families, by name and text. */
export function lintFamilies(families: readonly TextFamily[]): readonly LintProblem[] {
  return families
    .flatMap((family) =>
      lints.flatMap((lint) => Array.from(lint(family), (text) => ({ metric: family.name, text }))),
    )
    .sort(
      (left, right) => compareText(left.metric, right.metric) || compareText(left.text, right.text),
    );
}

type Lint = (family: TextFamily) => Iterable<string>;

const lints: readonly Lint[] = [
  lintHelp,
  lintUnits,
  lintCounter,
  lintReservedSuffixes,
  lintReservedLabels,
  lintTypeInName,
  lintColons,
  lintCamelCase,
  lintAbbreviations,
  lintDuplicates,
];

function* lintHelp({ help }: TextFamily): Generator<string> {
  if (help === undefined) yield "no help text";
}

function* lintUnits({ name }: TextFamily): Generator<string> {
  for (const word of name.split("_")) {
    const base = baseUnitOf(word);
    if (base === undefined) continue;
    if (base !== word) yield `use base unit ${quoteGo(base)} instead of ${quoteGo(word)}`;
    // Only the first unit in a name is looked at.
    return;
  }
}

function baseUnitOf(word: string): string | undefined {
  const own = baseUnits.get(word);
  if (own !== undefined) return own;
  const prefix = unitPrefixes.find(
    (one) => word.startsWith(one) && baseUnits.has(word.slice(one.length)),
  );
  return prefix === undefined ? undefined : baseUnits.get(word.slice(prefix.length));
}

function* lintCounter({ name, type }: TextFamily): Generator<string> {
  const isTotal = name.endsWith("_total");
  if (type === "counter" && !isTotal) yield 'counter metrics should have "_total" suffix';
  if (type !== "counter" && type !== "untyped" && isTotal) {
    yield 'non-counter metrics should not have "_total" suffix';
  }
}

function* lintReservedSuffixes({ name, type }: TextFamily): Generator<string> {
  if (type === "untyped" || type === "histogram") return;
  if (name.endsWith("_bucket")) yield 'non-histogram metrics should not have "_bucket" suffix';
  if (type === "summary") return;
  for (const suffix of ["_count", "_sum"]) {
    if (!name.endsWith(suffix)) continue;
    yield `non-histogram and non-summary metrics should not have "${suffix}" suffix`;
  }
}

function* lintReservedLabels({ type, metrics }: TextFamily): Generator<string> {
  if (type === "untyped") return;
  for (const [label] of metrics.flatMap(({ labels }) => labels)) {
    if (label === "le" && type !== "histogram") {
      yield 'non-histogram metrics should not have "le" label';
    }
    if (label === "quantile" && type !== "summary") {
      yield 'non-summary metrics should not have "quantile" label';
    }
  }
}

function* lintTypeInName({ name, type }: TextFamily): Generator<string> {
  if (type !== "untyped" && hasWord(name, type)) {
    yield `metric name should not include type '${type}'`;
  }
}

function* lintColons({ name }: TextFamily): Generator<string> {
  if (name.includes(":")) yield "metric names should not contain ':'";
}

function* lintCamelCase({ name, metrics }: TextFamily): Generator<string> {
  const isCamel = (text: string) => /[a-z][A-Z]/.test(text);
  if (isCamel(name)) yield "metric names should be written in 'snake_case' not 'camelCase'";
  for (const [label] of metrics.flatMap(({ labels }) => labels)) {
    if (isCamel(label)) yield "label names should be written in 'snake_case' not 'camelCase'";
  }
}

function* lintAbbreviations({ name }: TextFamily): Generator<string> {
  for (const unit of abbreviations) {
    if (hasWord(name, unit)) yield "metric names should not contain abbreviated units";
  }
}

/** Once for every metric that another one below it equals. */
function* lintDuplicates({ metrics }: TextFamily): Generator<string> {
  const left = new Map<string, number>();
  const keys = metrics.map(({ labels }) => JSON.stringify(labels));
  for (const key of keys) left.set(key, (left.get(key) ?? 0) + 1);
  for (const count of left.values()) {
    for (let extra = 1; extra < count; extra++) yield "metric not unique";
  }
}

/** Whether a name has the word behind its first one. */
function hasWord(name: string, word: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes(`_${word}_`) || lower.endsWith(`_${word}`);
}

const baseUnits: ReadonlyMap<string, string> = new Map([
  ...["amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres"].map(same),
  ...["seconds", "volts"].map(same),
  ["minutes", "seconds"],
  ["hours", "seconds"],
  ["days", "seconds"],
  ["weeks", "seconds"],
  ["kelvins", "kelvin"],
  ["fahrenheit", "celsius"],
  ["rankine", "celsius"],
  ["inches", "meters"],
  ["yards", "meters"],
  ["miles", "meters"],
  ["bits", "bytes"],
  ["calories", "joules"],
  ["pounds", "grams"],
  ["ounces", "grams"],
]);

function same(unit: string): readonly [string, string] {
  return [unit, unit];
}

const unitPrefixes =
  "pico nano micro milli centi deci deca hecto kilo kibi mega mibi giga gibi tera tebi peta pebi".split(
    " ",
  );

const abbreviations = "s ms us ns sec b kb mb gb tb pb m h d".split(" ");
