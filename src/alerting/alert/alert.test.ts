import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import { alertOf, commonLabels, compareAlerts, updateAlert } from "./alert.ts";
import { fingerprintOf } from "./fingerprint.ts";

test("fingerprints are those of Prometheus' own library", () => {
  const rows: readonly (readonly [Readonly<Record<string, string>>, bigint])[] = [
    [{}, 14_695_981_039_346_656_037n],
    [{ name: "garland, briggs", fear: "love is not enough" }, 5_799_056_148_416_392_346n],
  ];
  for (const [labels, expected] of rows) {
    const found = fingerprintOf(labelsOf(Object.entries(labels)));
    assert.equal(found, expected.toString(16).padStart(16, "0"));
  }
  // Letters beyond ASCII count with their bytes.
  assert.notEqual(fingerprintOf(["a", "ä"]), fingerprintOf(["a", "a"]));
});

/** `from-to@updated`, `?` behind the end for one that is a guess; seconds. */
function span(text: string) {
  const [, from = "", to = "", guess = "", updated = ""] =
    /^(\d+)-(\d+)(\??)@(\d+)$/.exec(text) ?? [];
  return alertOf({
    labels: ["alertname", "a"],
    annotations: [],
    generatorUrl: "",
    startsAtMs: Number(from) * 1000,
    endsAtMs: Number(to) * 1000,
    updatedAtMs: Number(updated) * 1000,
    isTimeout: guess === "?",
  });
}

test("reports of one alert are merged where they overlap", () => {
  const rows: readonly (readonly [known: string, report: string, merged: string])[] = [
    // The later report says since when and until when, but nothing begins later than it was said to.
    ["10-90?@20", "30-95?@40", "10-95?@40"],
    ["10-90?@20", "5-80?@40", "5-80?@40"],
    // An end that was told counts more than a guess that is earlier.
    ["10-90@20", "15-80?@40", "10-90?@40"],
    ["10-90?@20", "15-80@40", "10-80@40"],
    // Both are over: the later end.
    ["10-45@20", "15-40@40", "10-45@40"],
    // Reports in the wrong order.
    ["10-90?@40", "20-80@30", "10-90?@40"],
    // It was over when the next one began: another alert.
    ["10-20@20", "30-90?@40", "30-90?@40"],
  ];
  for (const [known, report, merged] of rows) {
    const found = updateAlert(span(known), span(report), 50_000);
    const shown = `${found.startsAtMs / 1000}-${found.endsAtMs / 1000}${found.isTimeout ? "?" : ""}@${found.updatedAtMs / 1000}`;
    assert.equal(shown, merged, `${known} then ${report}`);
  }
});

test("alerts are in the order of job, instance and all labels; without them they come last", () => {
  const sets = ["a=1", "job=a,x=1", "instance=b,job=a", "instance=a,job=b", "job=a", "a=0,b=0"];
  const alerts = sets.map((text) =>
    alertOf({
      ...span("1-2@1"),
      labels: labelsOf(
        text.split(",").map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""]),
      ),
    }),
  );
  const shown = alerts.sort(compareAlerts).map(({ labels }) => labels.join(" "));
  assert.deepEqual(shown, [
    "instance b job a",
    "job a",
    "job a x 1",
    "instance a job b",
    "a 1",
    "a 0 b 0",
  ]);
});

test("common labels are those that all have alike", () => {
  const sets = ["a=1,b=2,c=3", "a=1,b=3,c=3", "a=1,c=3,d=4"].map((text) =>
    labelsOf(text.split(",").map((pair) => [pair.slice(0, 1), pair.slice(2)])),
  );
  assert.deepEqual(commonLabels(sets), ["a", "1", "c", "3"]);
  assert.deepEqual(commonLabels([]), []);
});
