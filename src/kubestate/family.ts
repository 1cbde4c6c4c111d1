/**
 * What one kind of object tells: families of samples, each computed from one object alone. Names,
 * labels and values are those of kube-state-metrics.
 */
import { formatFloat } from "#base";
import type { Live, LiveMetadata } from "#api";

/** Labels in the order in which they are shown; what is undefined is shown as an empty text. */
export type LabelValues = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Sample {
  /** Beside those that name the object. */
  readonly labels: LabelValues;
  readonly value: number;
}

export interface Family<T> {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly samplesOf: (object: Live<T>) => readonly Sample[];
}

/** All families of one kind. */
export interface KindFamilies<T> {
  /** The labels that every sample of the object has first. */
  readonly identify: (metadata: LiveMetadata) => LabelValues;
  readonly families: readonly Family<T>[];
}

export function gauge<T>(
  name: string,
  help: string,
  samplesOf: (object: Live<T>) => readonly Sample[],
): Family<T> {
  return { name, help, type: "gauge", samplesOf };
}

/** A gauge without labels of its own; undefined gives no sample. */
export function figure<T>(
  name: string,
  help: string,
  valueOf: (object: Live<T>) => number | undefined,
): Family<T> {
  return gauge(name, help, (object) => {
    const value = valueOf(object);
    return value === undefined ? [] : [{ labels: {}, value }];
  });
}

/** The lines of one family about one object; empty when it has nothing to tell. */
export function renderSamples<T>(
  family: Family<T>,
  identity: LabelValues,
  object: Live<T>,
): string {
  return family
    .samplesOf(object)
    .map(({ labels, value }) => {
      const text = formatLabels({ ...identity, ...labels });
      return `${family.name}${text} ${formatFloat(value, "g")}\n`;
    })
    .join("");
}

export function renderHeading<T>({ name, help, type }: Family<T>): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function formatLabels(labels: LabelValues): string {
  const pairs = Object.entries(labels).map(
    ([name, value = ""]) => `${name}="${escapeValue(String(value))}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeValue(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
