import assert from "node:assert/strict";
import { test } from "node:test";
import { realZstd } from "#host";
import { fragmentKinds, frameHeaderBytes, pageBytes } from "./frame.ts";
import { SegmentReader } from "./segment-reader.ts";
import { WalCounters } from "./wal-counters.ts";
import { SegmentWriter } from "./segment-writer.ts";

const segmentBytes = 4 * pageBytes;
const { full, first, last } = fragmentKinds;

/** What a record of 20 bytes becomes that is added when a page has so many bytes left. */
const rows: readonly (readonly [leftInPage: number, fragments: readonly (readonly number[])[]])[] =
  [
    [0, [[full, 20]]],
    [1, [[full, 20]]],
    [6, [[full, 20]]],
    // A header fits and nothing behind it: as upstream writes it, the first fragment is empty.
    [
      7,
      [
        [first, 0],
        [last, 20],
      ],
    ],
    [
      8,
      [
        [first, 1],
        [last, 19],
      ],
    ],
    [
      26,
      [
        [first, 19],
        [last, 1],
      ],
    ],
    [27, [[full, 20]]],
    [28, [[full, 20]]],
  ];

for (const [leftInPage, fragments] of rows) {
  test(`a record is cut where a page has ${leftInPage} bytes left`, () => {
    const filler = new Uint8Array(pageBytes - leftInPage - frameHeaderBytes).fill(1);
    const record = Uint8Array.from({ length: 20 }, (_, index) => index + 1);
    const writer = new SegmentWriter(segmentBytes, new WalCounters());
    for (const bytes of [filler, record, record]) writer.add({ bytes, flags: 0 });
    const segment = writer.take().slice();
    assert.deepEqual(fragmentsOf(segment).slice(1, 1 + fragments.length), fragments);
    assert.deepEqual(recordsOf(segment), [filler, record, record]);
  });
}

/** Kind and length of each fragment. */
function fragmentsOf(segment: Uint8Array): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  let at = 0;
  while (at < segment.length) {
    const left = pageBytes - (at % pageBytes);
    const kind = left < frameHeaderBytes ? fragmentKinds.none : (segment[at] ?? 0);
    if (kind === fragmentKinds.none) {
      at += left;
      continue;
    }
    const length = ((segment[at + 1] ?? 0) << 8) | (segment[at + 2] ?? 0);
    found.push([kind, length]);
    at += frameHeaderBytes + length;
  }
  return found;
}

function recordsOf(segment: Uint8Array): readonly Uint8Array[] {
  const reader = new SegmentReader(realZstd);
  const records: Uint8Array[] = [];
  for (let at = 0; at < segment.length; at += pageBytes) {
    for (const record of reader.readPage(segment.subarray(at, at + pageBytes))) {
      records.push(Uint8Array.from(record));
    }
  }
  return records;
}
