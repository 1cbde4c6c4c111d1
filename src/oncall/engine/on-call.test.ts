import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "#base";
import { VirtualClock } from "#base/testing";
import { realTimeZones } from "#host";
import type { AttemptOutcome } from "../incident/event.ts";
import { dayMs, hourMs, minuteMs, momentOf } from "../schedule/wall-clock.ts";
import {
  openReplica,
  Phones,
  reportOf,
  rosterOf,
  type RosterOptions,
  scheduleOf,
  SharedLog,
  userOf,
} from "../testing.ts";
import type { Roster } from "../roster.ts";
import type { OnCall } from "./on-call.ts";
import { audit } from "./auditor.ts";

// What happens, minute by minute, and what phones heard in the end. `open`, `ack`, `unack`, `resolve`,
// `snooze N`, `escalate`, `give X` are done at their time; the last number is how long to watch.
const scenarios: readonly (readonly [
  rule: string,
  roster: RosterOptions,
  script: string,
  want: string,
])[] = [
  [
    "the primary at once, the backup at five, the team at ten, and again at fifteen",
    {},
    "0 open, 16",
    "0:00 alice, 5:00 bob, 10:00 alice, 10:00 bob, 10:00 carol, 10:00 dora, 15:00 alice",
  ],
  [
    "rounds end after the third repetition",
    { policy: { steps: [{ afterMs: 0, targets: [{ kind: "user", user: "alice" }] }] } },
    "0 open, 60",
    "0:00 alice, 5:00 alice, 10:00 alice, 15:00 alice",
  ],
  ["nobody is paged after an acknowledgement", {}, "0 open, 4 ack, 29", "0:00 alice"],
  ["an acknowledgement in the last second is in time", {}, "0 open, 4.99 ack, 29", "0:00 alice"],
  [
    "an acknowledgement that times out begins anew",
    {},
    "0 open, 2 ack, 38",
    "0:00 alice, 32:00 alice, 37:00 bob",
  ],
  [
    "an acknowledgement taken back begins anew",
    {},
    "0 open, 2 ack, 4 unack, 10",
    "0:00 alice, 4:00 alice, 9:00 bob",
  ],
  [
    "a snooze is quiet until it is over",
    {},
    "0 open, 1 snooze 20, 27",
    "0:00 alice, 21:00 alice, 26:00 bob",
  ],
  ["nobody is paged after it is resolved", {}, "0 open, 1 resolve, 60", "0:00 alice"],
  [
    "escalating pages the next step now, and the one after in its distance",
    {},
    "0 open, 1 escalate, 5.9",
    "0:00 alice, 1:00 bob",
  ],
  [
    "escalating what is acknowledged goes on behind what was reached",
    {},
    "0 open, 1 ack, 2 escalate, 6.9",
    "0:00 alice, 2:00 bob",
  ],
  [
    "whoever it is given to comes first",
    {},
    "0 open, 1 give carol, 7",
    "0:00 alice, 1:00 carol, 6:00 bob",
  ],
  ["an alert that says the same is merged", {}, "0 open, 2 open, 4 open, 4.5", "0:00 alice"],
  [
    "after the end the same alert is a new incident",
    {},
    "0 open, 1 resolve, 2 open, 3",
    "0:00 alice, 2:00 alice",
  ],
  [
    "nobody on call falls through at once, and those who own paging hear of it",
    { primary: [] },
    "0 open, 6",
    "0:00 bob, 0:00 dora, 5:00 alice, 5:00 bob, 5:00 carol, 5:00 dora, 5:00 dora",
  ],
  [
    "a quiet severity pages nobody",
    { service: { quietSeverities: ["critical"] } },
    "0 open, 60",
    "",
  ],
  [
    "personal rules follow their delays",
    {
      users: [
        ruled([
          ["mail", 0],
          ["phone", 2],
          ["mail", 4],
        ]),
      ],
    },
    "0 open, 4.5",
    "0:00 alice, 2:00 alice sms, 4:00 alice",
  ],
  [
    "rules of somebody who acknowledged are not followed any more",
    {
      users: [
        ruled([
          ["mail", 0],
          ["phone", 2],
          ["mail", 4],
        ]),
      ],
    },
    "0 open, 1 ack, 20",
    "0:00 alice",
  ],
  [
    "a rule later than the next step is left out",
    {
      users: [
        ruled([
          ["mail", 0],
          ["phone", 5],
        ]),
      ],
    },
    "0 open, 5.5",
    "0:00 alice, 5:00 bob",
  ],
  [
    "somebody who cannot be reached counts as nobody",
    {
      users: [
        userOf("alice", {
          contacts: [{ id: "mail", kind: "email", address: "a@b", isVerified: false }],
        }),
      ],
    },
    "0 open, 1",
    "0:00 bob, 0:00 dora",
  ],
  [
    "without a backup's schedule the next in turn is the backup",
    {
      primary: ["alice", "carol"],
      policy: {
        steps: [
          { afterMs: 0, targets: [{ kind: "schedule", schedule: "web-primary" }] },
          { afterMs: 5 * minuteMs, targets: [{ kind: "next", schedule: "web-primary" }] },
        ],
      },
    },
    "0 open, 6",
    "0:00 alice, 5:00 carol",
  ],
];

for (const [rule, options, script, want] of scenarios) {
  test(rule, async () => {
    const { heard } = await play(rosterOf(options), script);
    assert.equal(heard, want);
  });
}

test("who is on call at the hand-over is who is paged, and an incident goes on as it began", async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1, 23, 58));
  let roster = rosterOf({ primary: ["alice", "carol"] });
  const phones = new Phones(clock);
  using onCall = await openReplica({
    clock,
    events: new SharedLog(),
    courier: phones,
    roster: () => roster,
  });
  await onCall.trigger(reportOf());
  await clock.advance(minuteMs);
  // Everybody else is on call from now on; what is open does not care.
  roster = rosterOf({ primary: ["dora"], backup: ["dora"] });
  await clock.advance(15 * minuteMs);
  assert.deepEqual(
    phones.heard().filter((line) => !line.startsWith("10:")),
    ["0:00 alice email", "5:00 bob email", "15:00 carol email"],
  );
});

for (const [zone, wall] of [
  ["Europe/Berlin", "2026-03-29T02:00"],
  ["Europe/Berlin", "2026-10-25T03:00"],
  ["Australia/Lord_Howe", "2026-10-04T02:00"],
  ["Australia/Lord_Howe", "2026-04-05T02:00"],
  ["America/St_Johns", "2026-11-01T02:00"],
  ["Asia/Kolkata", "2026-03-29T02:00"],
] as const) {
  test(`the backup is paged after five minutes when the clocks change at ${wall} in ${zone}`, async () => {
    const found = realTimeZones.find(zone);
    assert.ok(found !== undefined);
    const changeMs = momentOf(found, Date.parse(`${wall}Z`));
    for (const beforeMs of [2 * minuteMs, 62 * minuteMs, 32 * minuteMs]) {
      const clock = new VirtualClock(changeMs - beforeMs);
      const base = rosterOf();
      const schedules = ["web-primary", "web-backup"].map((name, index) =>
        scheduleOf(name, [index === 0 ? "alice" : "bob"], { zone: found }),
      );
      const roster = { ...base, schedules: new Map(schedules.map((one) => [one.name, one])) };
      const { heard } = await play(roster, "0 open, 9", clock);
      assert.equal(heard, "0:00 alice, 5:00 bob");
    }
  });
}

test("a clock that goes back neither pages twice nor keeps the backup waiting", async () => {
  for (const backMs of [1000, 3 * minuteMs, hourMs, 400 * dayMs]) {
    for (const atMs of [0, minuteMs, 4 * minuteMs, 6 * minuteMs]) {
      const inner = new VirtualClock();
      let skewMs = 0;
      const clock: Clock = {
        nowMs: () => inner.nowMs() + skewMs,
        elapsedMs: () => inner.elapsedMs(),
        schedule: (delayMs, callback) => inner.schedule(delayMs, callback),
      };
      const phones = new Phones(inner);
      using onCall = await openReplica({ clock, events: new SharedLog(), courier: phones });
      await onCall.trigger(reportOf());
      await inner.advance(atMs);
      skewMs = -backMs;
      await inner.advance(9 * minuteMs - atMs);
      assert.deepEqual(phones.heard(), ["0:00 alice email", "5:00 bob email"]);
    }
  }
});

test("a program that starts again with a clock behind the log pages nobody twice", async () => {
  const events = new SharedLog();
  const first = new VirtualClock();
  const before = new Phones(first);
  {
    using onCall = await openReplica({ clock: first, events, courier: before });
    await onCall.trigger(reportOf());
    await first.advance(6 * minuteMs);
  }
  const second = new VirtualClock(Date.UTC(2020, 0, 1));
  const after = new Phones(second);
  using _onCall = await openReplica({ clock: second, events, courier: after });
  await second.advance(3 * minuteMs);
  assert.deepEqual(after.heard(), []);
  await second.advance(2 * minuteMs);
  assert.equal(after.heard().length, 4);
});

// What the receiver answers, one attempt after the other, and what phones heard of alice's page.
const answers: readonly (readonly [rule: string, answers: string, want: string])[] = [
  [
    "what is refused for now is tried again, later each time",
    "retry retry retry sent",
    "0:00 0:05 0:15 0:35",
  ],
  ["what is refused for good is not", "no", "0:00"],
  ["a receiver that hangs is given up after ten seconds", "hang sent", "0:00 0:15"],
];

for (const [rule, script, want] of answers) {
  test(rule, async () => {
    const clock = new VirtualClock();
    const phones = new Phones(clock);
    phones.answers.push(...script.split(" ").map((word) => answerOf(word)));
    using onCall = await openReplica({ clock, events: new SharedLog(), courier: phones });
    await onCall.trigger(reportOf());
    await clock.advance(4 * minuteMs);
    const times = phones.rung.map(({ atMs }) => secondsOf(atMs - Date.UTC(2026, 0, 1)));
    assert.equal(times.join(" "), want);
    await clock.advance(minuteMs);
    // Whatever became of it, the backup is told in time and not before.
    assert.deepEqual(phones.heard().slice(1), ["5:00 bob email"]);
  });
}

test("the audit finds what nobody answered and what is late, and nothing while all is well", async () => {
  const clock = new VirtualClock();
  const events = new SharedLog();
  const steps = [{ afterMs: 0, targets: [{ kind: "user", user: "alice" }] }] as const;
  const roster = rosterOf({ policy: { steps, repeatCount: 0 } });
  using onCall = await openReplica({
    clock,
    events,
    courier: new Phones(clock),
    roster: () => roster,
  });
  await onCall.trigger(reportOf());
  await clock.advance(minuteMs);
  const findings = (nowMs: number) =>
    audit(onCall.ledger.listOpen(), nowMs).map(({ problem }) => problem);
  assert.deepEqual(findings(clock.nowMs()), []);
  assert.deepEqual(findings(clock.nowMs() + 5 * minuteMs), ["exhaust is 60 s late"]);
  await clock.advance(10 * minuteMs);
  assert.deepEqual(findings(clock.nowMs()), ["all rounds are over and nobody acknowledged"]);
});

async function play(roster: Roster, script: string, clock = new VirtualClock()) {
  const startMs = clock.nowMs();
  const phones = new Phones(clock);
  using onCall = await openReplica({
    clock,
    events: new SharedLog(),
    courier: phones,
    roster: () => roster,
  });
  for (const line of script.split(", ")) {
    const [minute = "0", ...words] = line.split(" ");
    await clock.advance(startMs + Math.round(Number(minute) * minuteMs) - clock.nowMs());
    if (words.length > 0) await act(onCall, words, clock.nowMs());
  }
  const lines = phones.heard().map((line) => line.replace(/ email$/, ""));
  return { heard: lines.join(", "), onCall };
}

async function act(
  onCall: OnCall,
  [verb = "", word = ""]: readonly string[],
  nowMs: number,
): Promise<void> {
  if (verb === "open") {
    await onCall.trigger(reportOf());
    return;
  }
  const [incident] = [...onCall.ledger.listOpen()];
  assert.ok(incident !== undefined);
  const by = "alice";
  const command = {
    ack: { kind: "acknowledged", by, via: "test" },
    unack: { kind: "unacknowledged", by },
    resolve: { kind: "resolved", by, via: "test" },
    snooze: { kind: "snoozed", by, untilMs: nowMs + Number(word) * minuteMs },
    escalate: { kind: "escalated", by },
    give: { kind: "reassign", by, to: { kind: "user", user: word } },
  } as const;
  assert.ok(verb in command);
  await onCall.command(incident.id, command[verb as keyof typeof command]);
}

/** Alice with an address and a phone; rules are contacts and minutes. */
function ruled(rules: readonly (readonly [string, number])[]) {
  return userOf("alice", {
    contacts: [
      { id: "mail", kind: "email", address: "alice@example.com", isVerified: true },
      { id: "phone", kind: "sms", address: "+4930123456", isVerified: true },
    ],
    rules: rules.map(([contact, minute]) => ({ contact, afterMs: minute * minuteMs })),
  });
}

function answerOf(word: string): () => Promise<AttemptOutcome> {
  if (word === "hang") return () => new Promise(() => {});
  if (word === "sent") return async () => ({ kind: "sent", reference: "" });
  const error = "refused";
  return async () => ({ kind: "failed", error, isRetryable: word === "retry", isAmbiguous: false });
}

function secondsOf(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
