import assert from "node:assert/strict";
import { test } from "node:test";
import { planSpans } from "./read-items.ts";

const far = 1_000_000;
const wide = Array.from({ length: 30 }, (_, row) => row * 60_000);

/** Places, and from where to where each span reads for how many of them. */
const cases: readonly (readonly [string, readonly number[], string])[] = [
  ["nothing", [], ""],
  ["one", [500], "500-600:1"],
  ["neighbours", [0, 90, 180], "0-280:3"],
  ["what lies far apart", [0, 50, far, far + 10], "0-150:2 1000000-1000110:2"],
  ["no more at once than a megabyte", wide, "0-1020100:18 1080000-1740100:12"],
  ["places that go back", [500, 100], "500-600:1 100-200:1"],
];

for (const [what, offsets, spans] of cases) {
  test(`reads ${what}: ${spans}`, () => {
    const shown = planSpans(offsets, 100).map(
      ({ start, end, from, to }) => `${start}-${end}:${to - from}`,
    );
    assert.equal(shown.join(" "), spans);
  });
}
