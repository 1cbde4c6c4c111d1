import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { promisesSettled, VirtualClock } from "#base/testing";
import type { Incident } from "../incident/incident.ts";
import { findThrottle, throttleDefaults } from "../incident/throttle.ts";
import { hourMs, minuteMs } from "../schedule/wall-clock.ts";
import { openReplica, Phones, reportOf, rosterOf, SharedLog, userOf } from "../testing.ts";
import { SuppressionNotes } from "./suppression-notes.ts";

test("an alert that is held back is noted once an hour, and at once for another cause", async () => {
  const clock = new VirtualClock();
  using onCall = await openReplica({ clock, events: new SharedLog(), courier: new Phones(clock) });
  const notes = new SuppressionNotes(onCall, silentLogger);
  const held = async (cause: "silenced" | "inhibited") => {
    notes.note([{ key: "a1", alert: '{alertname="Slow"}', cause, detail: "known" }]);
    await promisesSettled();
    return onCall.ledger.suppressed().length;
  };
  assert.deepEqual([await held("silenced"), await held("silenced")], [1, 1]);
  assert.equal(await held("inhibited"), 2);
  await clock.advance(hourMs);
  assert.equal(await held("silenced"), 3);
});

test("the fourth call within a quarter of an hour is withheld, the first of an hour later is not", async () => {
  const clock = new VirtualClock();
  const phone = { id: "call", kind: "voice", address: "+4930123456", isVerified: true } as const;
  const roster = rosterOf({ users: [userOf("alice", { contacts: [phone] })] });
  const courier = new Phones(clock);
  using onCall = await openReplica({
    clock,
    events: new SharedLog(),
    courier,
    roster: () => roster,
  });
  const opened: (Incident | undefined)[] = [];
  for (const key of ["a", "b", "c", "d"]) {
    opened.push(await onCall.trigger(reportOf(key)));
    await clock.advance(1_000);
  }
  const last = onCall.ledger.find(opened[3]?.id ?? "");
  const [message] = [...(last?.messages.values() ?? [])];
  assert.ok(message !== undefined);
  const others = [...onCall.ledger.list()].filter(({ id }) => id !== last?.id);
  const causeAt = (atMs: number) =>
    findThrottle(others, { ...message, attemptCount: 0 }, throttleDefaults, atMs)?.detail;
  const nowMs = clock.nowMs();
  assert.equal(causeAt(nowMs), "3 voice messages within 15 minutes were sent already");
  assert.equal(causeAt(nowMs + 16 * minuteMs), undefined);
});
