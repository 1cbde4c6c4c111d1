import assert from "node:assert/strict";
import { test } from "node:test";
import {
  canonicalMicroTime,
  canonicalTime,
  formatDuration,
  formatDurationNanos,
  formatMicroTime,
  formatTime,
  parseDuration,
  parseDurationNanos,
  parseTime,
} from "./time.ts";

test("times become UTC with whole seconds", () => {
  assert.equal(canonicalTime("2024-02-29T23:59:59Z"), "2024-02-29T23:59:59Z");
  assert.equal(canonicalTime("2024-01-01T01:00:00.999+02:00"), "2023-12-31T23:00:00Z");
  assert.equal(formatTime(1_700_000_000_999), "2023-11-14T22:13:20Z");
  assert.equal(parseTime("2023-11-14T22:13:20Z"), 1_700_000_000_000);
});

test("micro times have exactly six fractional digits, in and out", () => {
  assert.equal(canonicalMicroTime("2024-01-01T01:00:00.000001Z"), "2024-01-01T01:00:00.000001Z");
  assert.equal(
    canonicalMicroTime("2024-01-01T03:00:00.120000+02:00"),
    "2024-01-01T01:00:00.120000Z",
  );
  assert.equal(formatMicroTime(1_700_000_000_123), "2023-11-14T22:13:20.123000Z");
  for (const text of ["2024-01-01T01:00:00Z", "2024-01-01T01:00:00.123Z"]) {
    assert.throws(() => canonicalMicroTime(text), /^ValueError: parsing time/);
  }
});

test("impossible times are refused", () => {
  const texts = [
    "",
    "2023-02-29T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01",
    "2024-13-01T00:00:00Z",
  ];
  for (const text of texts) {
    assert.throws(() => canonicalTime(text), { name: "ValueError" }, text);
  }
});

test("durations are read and written as Go does", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["0", "0s"],
    ["1h", "1h0m0s"],
    ["90s", "1m30s"],
    ["1.5s", "1.5s"],
    ["1500us", "1.5ms"],
    ["-1m", "-1m0s"],
    ["100ns", "100ns"],
    ["1h2m3.004s", "1h2m3.004s"],
    ["2h45m", "2h45m0s"],
  ];
  for (const [text, want] of cases) {
    assert.equal(formatDurationNanos(parseDurationNanos(text)), want, text);
  }
  assert.equal(parseDuration("1.5s"), 1500);
  assert.equal(formatDuration(90_000), "1m30s");
  for (const text of ["", "1", "1d", "s", ".s", "1h2"]) {
    assert.throws(() => parseDurationNanos(text), /time: invalid duration/, text);
  }
});
