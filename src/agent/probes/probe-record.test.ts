import assert from "node:assert/strict";
import { test } from "node:test";
import { initialRecord, nextRecord, type ProbeKind } from "./probe-record.ts";

// Outcomes are "+" and "-"; findings after each are "g"ood, "b"ad and "u"nknown.
const cases: readonly (readonly [ProbeKind, string, number, number, string, string])[] = [
  ["readiness", "not ready before the first success", 1, 3, "", "b"],
  ["readiness", "ready by one success", 1, 3, "+", "bg"],
  ["readiness", "ready only after three successes", 3, 3, "++-+++", "bbbbbbg"],
  ["readiness", "not ready after three failures in a row", 1, 3, "+--+---+", "bgggggg" + "bg"],
  ["liveness", "alive before the first outcome, dead after two failures", 1, 2, "-+--", "ggggb"],
  ["startup", "unknown until it succeeds", 1, 3, "--+", "uuug"],
  ["startup", "failed when it never succeeds", 1, 3, "---", "uuub"],
];

for (const [kind, rule, successThreshold, failureThreshold, outcomes, want] of cases) {
  test(`${kind}: ${rule}`, () => {
    let record = initialRecord(kind);
    let findings = record.finding[0] ?? "";
    for (const outcome of outcomes) {
      record = nextRecord(record, outcome === "+", { successThreshold, failureThreshold });
      findings += record.finding[0];
    }
    assert.equal(findings, want);
  });
}
