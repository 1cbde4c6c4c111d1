import type { Exemplar, MetricMetadata, SeriesRef } from "#series";
import { addRange } from "./deletions.ts";
import type { Head } from "./head.ts";
import { pack, type Unpacked } from "./pack.ts";

/** What the head knows beside series and chunks: times, deletions, exemplars, metadata. */
export function dumpFacts(head: Head): Uint8Array<ArrayBuffer> {
  const { memory } = head;
  const numbers = Float64Array.of(
    memory.minMs,
    memory.maxMs,
    memory.minValidMs,
    memory.lastRef,
    memory.minOutOfOrderMs,
    memory.maxOutOfOrderMs,
  );
  const metadata = metadataColumns(memory.metadata);
  const texts = {
    deletions: [...head.deletions],
    goneUntilMs: [...head.goneUntilMs],
    exemplars: [...head.exemplars.list()].map(shown),
  };
  const encoder = new TextEncoder();
  return pack([
    numbers,
    encoder.encode(JSON.stringify(texts)),
    encoder.encode(JSON.stringify(metadata.distinct)),
    metadata.refs,
    metadata.numbers,
  ]);
}

/** The inverse, for a head that has its series already. */
export function restoreFacts(head: Head, dump: Unpacked): void {
  const { memory } = head;
  const numbers = dump.doubles(0);
  memory.minMs = numbers[0] ?? 0;
  memory.maxMs = numbers[1] ?? 0;
  memory.minValidMs = Math.max(memory.minValidMs, numbers[2] ?? 0);
  memory.lastRef = numbers[3] ?? 0;
  const texts: DumpedTexts = JSON.parse(dump.text(1));
  for (const [ref, ranges] of texts.deletions) {
    for (const range of ranges) addRange(head.deletions, ref, range);
  }
  for (const [ref, untilMs] of texts.goneUntilMs) head.goneUntilMs.set(ref, untilMs);
  for (const { ref, value, ...rest } of texts.exemplars) {
    const slot = memory.series.slotOf(ref);
    if (slot < 0) continue;
    const exemplar: Exemplar = { ...rest, value: Number(value) };
    head.exemplars.add({ ref, seriesLabels: memory.series.labels(slot), exemplar });
  }
  const distinct: readonly MetricMetadata[] = JSON.parse(dump.text(2));
  const metadataNumbers = dump.words(4);
  for (const [index, ref] of dump.doubles(3).entries()) {
    const metadata = distinct[metadataNumbers[index] ?? 0];
    if (metadata !== undefined) memory.metadata.set(ref, metadata);
  }
}

interface DumpedTexts {
  readonly deletions: readonly (readonly [
    SeriesRef,
    readonly { readonly minMs: number; readonly maxMs: number }[],
  ])[];
  readonly goneUntilMs: readonly (readonly [SeriesRef, number])[];
  /** Values as text, because JSON has no NaN. */
  readonly exemplars: readonly (Omit<Exemplar, "value"> & {
    readonly ref: SeriesRef;
    readonly value: string;
  })[];
}

function shown(stored: { readonly ref: SeriesRef; readonly exemplar: Exemplar }): unknown {
  const { ref, exemplar } = stored;
  return { ref, ...exemplar, value: String(exemplar.value) };
}

/** Metadata is the same for all series of a metric: each once, and a number for each series. */
function metadataColumns(metadata: ReadonlyMap<SeriesRef, MetricMetadata>): {
  readonly distinct: readonly MetricMetadata[];
  readonly refs: Float64Array;
  readonly numbers: Uint32Array;
} {
  const numberOf = new Map<string, number>();
  const distinct: MetricMetadata[] = [];
  const numbers = new Uint32Array(metadata.size);
  let index = 0;
  for (const entry of metadata.values()) {
    const key = JSON.stringify([entry.type, entry.unit, entry.help]);
    const number = numberOf.get(key) ?? distinct.length;
    if (number === distinct.length) distinct.push(entry);
    numberOf.set(key, number);
    numbers[index++] = number;
  }
  return { distinct, refs: Float64Array.from(metadata.keys()), numbers };
}
