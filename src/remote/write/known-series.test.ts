import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import { encodeWriteRequest } from "../wire/encode-write-request.ts";
import { FloatColumns } from "../wire/float-columns.ts";
import { openSeriesReader } from "../wire/open-series-reader.ts";
import type { WriteMessage } from "../wire/write-series.ts";
import { KnownSeries } from "./known-series.ts";

const all = () => true;

for (const version of ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"] as const) {
  test(`series of ${version} are found by their labels, however many there are`, () => {
    const known = new KnownSeries();
    const refs = Array.from({ length: 3_000 }, (_, index) => index + 1);
    // Some are passed over whenever the columns grow; they are remembered the next time.
    for (let round = 0; round < 2; round++) remember(known, version, refs, all);
    assert.deepEqual(findAll(known, version, refs), refs);
    assert.deepEqual(findAll(known, version, [3_001]), [0]);
  });
}

test("what the store has forgotten goes when there is no room", () => {
  const known = new KnownSeries();
  const version = "prometheus.WriteRequest";
  const isKept = (ref: number) => ref % 10 === 0 || ref > 3_000;
  remember(
    known,
    version,
    Array.from({ length: 3_000 }, (_, index) => index + 1),
    all,
  );
  const before = known.count;
  remember(
    known,
    version,
    Array.from({ length: 2_000 }, (_, index) => index + 3_001),
    isKept,
  );
  assert.ok(known.count < before, `${known.count} of ${before} entries`);
  assert.deepEqual(findAll(known, version, [10, 11, 2_990, 5_000]), [10, 0, 2_990, 5_000]);
});

/** Gives each series its reference, which is also the value of its one label. */
function remember(
  known: KnownSeries,
  version: WriteMessage,
  refs: readonly number[],
  isKept: (ref: number) => boolean,
): void {
  const reader = openSeriesReader(requestOf(refs, version), version);
  for (const ref of refs) {
    reader.next();
    if (known.find(reader) === 0) known.remember(ref, isKept);
  }
}

function findAll(
  known: KnownSeries,
  version: WriteMessage,
  refs: readonly number[],
): readonly number[] {
  const reader = openSeriesReader(requestOf(refs, version), version);
  return refs.map(() => (reader.next() ? known.find(reader) : -1));
}

function requestOf(refs: readonly number[], version: WriteMessage): Uint8Array {
  const none = { floats: new FloatColumns(), histograms: [], exemplars: [], metadata: undefined };
  const series = refs.map((ref) => ({ ...none, labels: labelsOf([["n", String(ref)]]) }));
  return encodeWriteRequest(series, version);
}
