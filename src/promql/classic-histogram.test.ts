import assert from "node:assert/strict";
import { test } from "node:test";
import { ClassicBuckets } from "./classic-histogram.ts";

const infinity = Number.POSITIVE_INFINITY;
type Bucket = readonly [bound: number, count: number];

function bucketsOf(...buckets: readonly Bucket[]): ClassicBuckets {
  const made = new ClassicBuckets(buckets.length);
  for (const [bound, count] of buckets) made.add(bound, count);
  return made;
}

const usual: readonly Bucket[] = [
  [1, 10],
  [2, 30],
  [infinity, 40],
];

test("a quantile lies evenly within its bucket", () => {
  const rows: [why: string, buckets: readonly Bucket[], q: number, want: number][] = [
    ["in the middle", usual, 0.5, 1.5],
    ["the first bucket begins at zero", usual, 0.125, 0.5],
    [
      "unless it ends below",
      [
        [-1, 10],
        [infinity, 20],
      ],
      0.2,
      -1,
    ],
    ["the last has no end", usual, 0.9, 2],
    ["below 0", usual, -0.1, -infinity],
    ["above 1", usual, 1.1, infinity],
    [
      "of nothing",
      [
        [1, 0],
        [infinity, 0],
      ],
      0.5,
      Number.NaN,
    ],
    [
      "without a last bucket",
      [
        [1, 10],
        [2, 30],
      ],
      0.5,
      Number.NaN,
    ],
    ["of one bucket", [[infinity, 30]], 0.5, Number.NaN],
    [
      "equal bounds are one bucket",
      [
        [1, 5],
        [1, 5],
        [infinity, 20],
      ],
      0.25,
      0.5,
    ],
    ["NaN", usual, Number.NaN, Number.NaN],
  ];
  for (const [why, buckets, q, want] of rows) {
    assert.equal(bucketsOf(...buckets).quantile(q), want, why);
  }
});

test("counts that fall are lifted and told, those that rounding explains are not told", () => {
  const falling = bucketsOf([1, 10], [2, 8], [3, 4], [infinity, 20]);
  assert.equal(falling.quantile(0.5), 1);
  assert.deepEqual(falling.forced, { boundMin: 2, boundMax: 3, differenceMax: 6 });
  const rounded = bucketsOf([1, 10], [2, 10 - 1e-12], [infinity, 20]);
  assert.equal(rounded.quantile(0.5), 1);
  assert.equal(rounded.forced, undefined);
});

test("a fraction is the share of the observations between two values", () => {
  const rows: [why: string, buckets: readonly Bucket[], from: number, to: number, want: number][] =
    [
      ["a whole bucket", usual, 1, 2, 0.5],
      ["half of one", usual, 1, 1.5, 0.25],
      ["everything", usual, -infinity, infinity, 1],
      ["nothing", usual, 2, 1, 0],
      ["of what has no end nothing is counted", usual, 2, 100, 0],
      [
        "of what has no beginning all is",
        [
          [-1, 10],
          [infinity, 20],
        ],
        -infinity,
        -5,
        0.5,
      ],
      [
        "of nothing",
        [
          [1, 0],
          [infinity, 0],
        ],
        0,
        1,
        Number.NaN,
      ],
    ];
  for (const [why, buckets, from, to, want] of rows) {
    assert.equal(bucketsOf(...buckets).fraction(from, to), want, why);
  }
});
