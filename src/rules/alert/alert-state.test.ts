import assert from "node:assert/strict";
import { test } from "node:test";
import { planSending } from "./alert-sending.ts";
import { type Alert, type Alerts, nextAlerts } from "./alert-state.ts";

const minute = 60_000;

// One evaluation a minute. "x": the condition holds, ".": it does not; P pending, F firing,
// K firing on, I inactive and remembered, "-" forgotten.
for (const [why, forMinutes, keepMinutes, conditions, want] of [
  ["fires at once without a for", 0, 0, "x.", "FI"],
  ["is pending until the for has passed", 3, 0, "xxxxx", "PPPFF"],
  ["starts anew after a gap while pending", 3, 0, "xx.xxxx", "PP-PPPF"],
  ["is resolved when the condition ceases", 2, 0, "xxx..", "PPFII"],
  ["begins again after it was resolved", 2, 0, "xxx.x", "PPFIP"],
  ["fires on as long as it was told to", 0, 3, "x.....", "FKKKII"],
  ["stops firing on when the condition returns", 0, 3, "x..xx.", "FKKFFK"],
  ["is forgotten 15 minutes after its end", 0, 0, `x.${".".repeat(17)}`, "FIIIIIIIIIIIIIIII--"],
] as const) {
  test(`an alert ${why}: for ${forMinutes}m, keep ${keepMinutes}m, ${conditions}`, () => {
    const timing = { forMs: forMinutes * minute, keepFiringForMs: keepMinutes * minute };
    let alerts: Alerts = new Map();
    const shown = Array.from(conditions, (condition, index) => {
      alerts = nextAlerts(alerts, resultsOf(condition), timing, index * minute);
      return show(alerts.get("a"));
    });
    assert.equal(shown.join(""), want);
  });
}

test("value and annotations follow the condition, and the start stays", () => {
  const timing = { forMs: 0, keepFiringForMs: 0 };
  const first = nextAlerts(new Map(), resultsOf("x"), timing, 1_000);
  const result = { labels: [], annotations: ["summary", "new"], value: 7 };
  const alert = nextAlerts(first, new Map([["a", result]]), timing, 2_000).get("a");
  assert.deepEqual(
    [alert?.value, alert?.annotations, alert?.activeAtMs, alert?.firedAtMs],
    [7, ["summary", "new"], 1_000, 1_000],
  );
});

test("a firing alert waits again when a reload has made its for longer", () => {
  const fired = nextAlerts(new Map(), resultsOf("x"), { forMs: 0, keepFiringForMs: 0 }, 0);
  const timing = { forMs: 5 * minute, keepFiringForMs: 0 };
  const alert = nextAlerts(fired, resultsOf("x"), timing, minute).get("a");
  assert.deepEqual([alert?.state, alert?.firedAtMs, alert?.activeAtMs], ["pending", undefined, 0]);
});

// When an alert is sent, if it is looked at every 30 seconds: "s" sent, "." not.
for (const [why, conditions, want] of [
  ["once a minute while it fires", "xxxxxx", "s..s.."],
  ["at once when it is resolved, then as before", "xx.....", "s.s..s."],
] as const) {
  test(`an alert is sent ${why}`, () => {
    const timing = { forMs: 0, keepFiringForMs: 0 };
    let alerts: Alerts = new Map();
    const shown = Array.from(conditions, (condition, index) => {
      const nowMs = index * 30_000;
      const plan = planSending(
        nextAlerts(alerts, resultsOf(condition), timing, nowMs),
        { intervalMs: 30_000, resendDelayMs: minute },
        nowMs,
      );
      alerts = plan.alerts;
      return plan.sent.length === 1 ? "s" : ".";
    });
    assert.equal(shown.join(""), want);
  });
}

test("a pending alert is not sent, and a sent one is valid for four of the longer delays", () => {
  const pending = nextAlerts(new Map(), resultsOf("x"), { forMs: 1, keepFiringForMs: 0 }, 0);
  const delays = { intervalMs: 2 * minute, resendDelayMs: minute };
  const firing = nextAlerts(pending, resultsOf("x"), { forMs: 1, keepFiringForMs: 0 }, 10);
  assert.deepEqual(
    [planSending(pending, delays, 0).sent, planSending(firing, delays, 10).sent[0]?.validUntilMs],
    [[], 8 * minute + 10],
  );
});

function resultsOf(
  condition: string,
): ReadonlyMap<string, Pick<Alert, "labels" | "annotations" | "value">> {
  return condition === "x"
    ? new Map([["a", { labels: [], annotations: [], value: 1 }]])
    : new Map();
}

function show(alert: Alert | undefined): string {
  if (alert === undefined) return "-";
  if (alert.state === "firing") return alert.keepFiringSinceMs === undefined ? "F" : "K";
  return alert.state === "pending" ? "P" : "I";
}
