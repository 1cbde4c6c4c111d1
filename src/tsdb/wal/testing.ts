import { labelsOf } from "#series";
import { histogramOf } from "../chunk/testing.ts";
import type { LoggedHistogram, SampleColumns, WalRecord } from "./record.ts";

/** Samples of a record; each row is series, time, value and maybe start. A value is `stale` or a number. */
export function samplesOf(
  rows: readonly (readonly [number, number, number | "stale", number?])[],
): SampleColumns {
  const words = new BigUint64Array(rows.length);
  const doubles = new Float64Array(words.buffer);
  for (const [row, [, , value]] of rows.entries()) {
    if (value === "stale") words[row] = 0x7ff0000000000002n;
    else doubles[row] = value;
  }
  const startsMs = rows.map(([, , , startMs]) => startMs ?? 0);
  return {
    count: rows.length,
    refs: Float64Array.from(rows, ([ref]) => ref),
    timestampsMs: Float64Array.from(rows, ([, timestampMs]) => timestampMs),
    values: doubles,
    startTimestampsMs: startsMs.some((startMs) => startMs !== 0)
      ? Float64Array.from(startsMs)
      : undefined,
  };
}

/** A record in a line, so that lists of them are compared as text. */
export function showRecord(record: WalRecord): string {
  switch (record.kind) {
    case "samples":
      return `samples ${showSamples(record.samples)}`;
    case "histograms":
      return `histograms ${record.histograms.map(showHistogram).join(", ")}`;
    default:
      return JSON.stringify(record, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  }
}

/** A few records of every kind, of the `turn`th scrape. */
export function recordsOf(turn: number): readonly WalRecord[] {
  const timestampMs = 1_700_000_000_000 + turn * 15_000;
  const labels = labelsOf([
    ["__name__", "http_requests_total"],
    ["path", `/page/${turn}`],
  ]);
  const histogram = histogramOf(`0:${turn} 3:2`);
  return [
    { kind: "series", series: [{ ref: turn + 1, labels }] },
    {
      kind: "samples",
      samples: samplesOf([
        [turn + 1, timestampMs, turn * 1.5],
        [1, timestampMs, "stale"],
      ]),
    },
    {
      kind: "histograms",
      histograms: [
        {
          ref: 1,
          sample: { timestampMs, histogram, counts: "integer", startTimestampMs: 0 },
        },
      ],
    },
    {
      kind: "exemplars",
      exemplars: [{ ref: 1, exemplar: { labels, value: turn, timestampMs } }],
    },
    {
      kind: "metadata",
      metadata: [{ ref: 1, metadata: { type: "counter", unit: "", help: `help ${turn}` } }],
    },
    { kind: "tombstones", tombstones: [{ ref: 1, minMs: -5, maxMs: timestampMs }] },
    { kind: "mmapMarkers", markers: [{ ref: 1, chunkRef: 2n ** 33n + 8n }] },
  ];
}

function showSamples({ count, refs, timestampsMs, values, startTimestampsMs }: SampleColumns) {
  const words = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  const rows = Array.from({ length: count }, (_, row) => {
    const start = startTimestampsMs === undefined ? "" : ` ${startTimestampsMs[row]}`;
    return `${refs[row]}@${timestampsMs[row]}=${words[row]?.toString(16)}${start}`;
  });
  return rows.join(", ");
}

function showHistogram({ ref, sample }: LoggedHistogram): string {
  const { timestampMs, counts, startTimestampMs, histogram } = sample;
  const shown = JSON.stringify(histogram, (_, value) =>
    ArrayBuffer.isView(value) ? Object.values(value) : value,
  );
  return `${ref}@${timestampMs} ${counts} ${startTimestampMs} ${shown ?? "stale"}`;
}
