import assert from "node:assert/strict";
import { test } from "node:test";
import { readChoice, writeChoice } from "./choice.ts";

const day = { rangeMs: 86_400_000, endMs: undefined };

test("the address says what is shown, and nothing that goes without saying", () => {
  assert.deepEqual(readChoice(""), { policy: "", series: "", ...day });
  assert.equal(writeChoice({ policy: "latency", series: "", ...day }), "policy=latency");
  const choice = {
    policy: "latency",
    series: '{service="a&b"}',
    rangeMs: 6 * 3_600_000,
    endMs: Date.UTC(2026, 10, 22, 14),
  };
  const written = writeChoice(choice);
  assert.match(written, /range=6h&end=2026-11-22\+14/);
  assert.deepEqual(readChoice(`?${written}`), choice);
});
