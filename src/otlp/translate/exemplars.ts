import { type Exemplar, labelsOf } from "#series";
import type { SentExemplar } from "../metrics.ts";
import { attributeText } from "./attribute-text.ts";

/** OpenMetrics' limit for all names and values of an exemplar's labels together. */
const charactersMax = 128;

/** Throws for an exemplar without a value. Attributes that would be too long together are left out. */
export function exemplarsOf(sent: readonly SentExemplar[]): readonly Exemplar[] {
  return sent.map((one) => {
    if (one.value === undefined) throw new Error("unsupported exemplar value type: Empty");
    const identifiers = [
      ...(one.traceId === "" ? [] : [["trace_id", one.traceId] as const]),
      ...(one.spanId === "" ? [] : [["span_id", one.spanId] as const]),
    ];
    const attributes = one.attributes.map(([name, value]) => [name, attributeText(value)] as const);
    const fits = charactersOf([...identifiers, ...attributes]) <= charactersMax;
    return {
      labels: labelsOf(fits ? [...identifiers, ...attributes] : identifiers),
      value: one.value,
      timestampMs: one.timestampMs,
    };
  });
}

function charactersOf(pairs: readonly (readonly [string, string])[]): number {
  return pairs.reduce(
    (sum, [name, value]) => sum + codePointCount(name) + codePointCount(value),
    0,
  );
}

function codePointCount(text: string): number {
  return Array.from(text).length;
}
