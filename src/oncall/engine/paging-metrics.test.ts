import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordingMeters, VirtualClock } from "#base/testing";
import type { AttemptOutcome } from "../incident/event.ts";
import { Ledger } from "../incident/ledger.ts";
import { minuteMs } from "../schedule/wall-clock.ts";
import { openReplica, Phones, reportOf, SharedLog } from "../testing.ts";
import { audit } from "./auditor.ts";
import { PagingMetrics } from "./paging-metrics.ts";

test("what was sent, what failed, who answered when and what was left out is counted", async () => {
  const clock = new VirtualClock();
  const ledger = new Ledger();
  const meters = new RecordingMeters();
  const metrics = new PagingMetrics(meters, ledger);
  const courier = new Phones(clock);
  const failed: AttemptOutcome = {
    kind: "failed",
    error: "busy",
    isRetryable: true,
    isAmbiguous: false,
  };
  courier.answers.push(async () => failed);
  using onCall = await openReplica({
    clock,
    events: new SharedLog(),
    courier,
    ledger,
    onAppended: (events) => metrics.count(events),
  });
  const incident = await onCall.trigger(reportOf("down"));
  await onCall.trigger(reportOf("note", { severity: "info" }));
  await clock.advance(2 * minuteMs);
  await onCall.trigger(reportOf("down"));
  await clock.advance(4 * minuteMs);
  await onCall.command(incident?.id ?? "", { kind: "acknowledged", by: "bob", via: "test" });
  metrics.audited(audit(ledger.listOpen(), clock.nowMs()), clock.nowMs());
  assert.deepEqual(meters.lines(), [
    'wherry_oncall_pages_sent_total{method="email"} 2',
    'wherry_oncall_pages_failed_total{method="email"} 1',
    'wherry_oncall_page_delay_seconds{method="email"} 5 0',
    "wherry_oncall_acknowledge_seconds 360",
    "wherry_oncall_escalations_total 1",
    'wherry_oncall_incidents_opened_total{urgency="high"} 1',
    'wherry_oncall_incidents_opened_total{urgency="low"} 1',
    'wherry_oncall_suppressed_total{cause="duplicate"} 1',
    'wherry_oncall_suppressed_total{cause="severity"} 1',
    'wherry_oncall_open_incidents{status="triggered",urgency="low"} 1',
    'wherry_oncall_open_incidents{status="acknowledged",urgency="high"} 1',
    `wherry_oncall_auditor_last_success_timestamp_seconds ${clock.nowMs() / 1_000}`,
  ]);
});
