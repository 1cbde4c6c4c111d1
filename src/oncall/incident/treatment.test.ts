import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "#base/testing";
import { minuteMs } from "../schedule/wall-clock.ts";
import {
  minutes,
  openReplica,
  Phones,
  reportOf,
  rosterOf,
  type RosterOptions,
  SharedLog,
  userOf,
} from "../testing.ts";
import type { Roster } from "../roster.ts";

const channel = {
  id: "mail",
  kind: "email",
  address: "web@example.com",
  isVerified: true,
} as const;
const one = { pages: 1, perMs: 720 * minuteMs };
/** A team that has a place for its tickets, and works on Thursday the 1st of January 2026. */
const withChannel: RosterOptions = { team: { tickets: [channel] } };

// Alerts as they come: minute, key, severity, and what holds it back. Minute 0 is Thursday midnight,
// minute 480 is eight in the morning. Then the last minute, what was sent to whom, and why nobody was
// paged of those that paged nobody.
const treatments: readonly (readonly [
  rule: string,
  roster: RosterOptions,
  script: string,
  sent: string,
  causes: string,
])[] = [
  ["a page wakes the primary alone", {}, "0 a page, 4", "0:00 alice page", ""],
  [
    "a page of both wakes primary and backup at once, the manager at five, the team at ten",
    {},
    "0 a page-both, 11",
    "0:00 alice page, 0:00 bob page, 5:00 dora page, 10:00 alice page, 10:00 bob page, 10:00 carol page, 10:00 dora page",
    "",
  ],
  [
    "without a manager the team is not paged any earlier",
    { team: { managers: [] } },
    "0 a page-both, 9",
    "0:00 alice page, 0:00 bob page",
    "",
  ],
  [
    "a ticket goes to the place of the team's tickets",
    withChannel,
    "0 a ticket, 60",
    "0:00 team:web ticket",
    "#1 severity",
  ],
  [
    "without such a place it goes to who is on call, when they work",
    {},
    "0 a ticket, 600",
    "480:00 alice ticket",
    "#1 severity",
  ],
  [
    "a ticket that is over before the morning bothers nobody",
    {},
    "0 a ticket, 60 a over, 600",
    "",
    "#1 severity",
  ],
  ["what is only recorded is told to nobody", withChannel, "0 a info, 600", "", "#1 severity"],
  [
    "a note is a ticket while the team works",
    withChannel,
    "480 a note, 481",
    "480:00 team:web ticket",
    "#1 severity",
  ],
  [
    "and not at night",
    withChannel,
    "0 a note, 30 a note, 90 a note, 91",
    "",
    "out of hours, out of hours",
  ],
  [
    "a second note of the day is none",
    withChannel,
    "480 a note, 500 a over, 520 a note, 521",
    "480:00 team:web ticket",
    "#1 severity, duplicate",
  ],
  [
    "what its sender holds back is a ticket",
    withChannel,
    "0 a ticket no-runbook, 1",
    "0:00 team:web ticket",
    "#1 not eligible",
  ],
  [
    "the third incident within the budget's time is a ticket",
    withChannel,
    "0 a page, 1 a over, 60 b page, 61 b over, 120 c page, 121",
    "0:00 alice page, 60:00 alice page, 120:00 team:web ticket",
    "#3 budget",
  ],
  [
    "incidents that open at the same moment count all the same",
    withChannel,
    "0 a page, 0 b page, 0 c page, 1",
    "0:00 alice page, 0:00 alice page, 0:00 team:web ticket",
    "#3 budget",
  ],
  [
    "after twelve hours there is a budget again",
    withChannel,
    "0 a page, 1 a over, 1 b page, 2 b over, 720 c page, 721 c over, 721 d page, 721.5",
    "0:00 alice page, 1:00 alice page, 720:00 alice page, 721:00 alice page",
    "",
  ],
  [
    "what is critical pages beyond the budget",
    withChannel,
    "0 a page, 1 a over, 1 b page, 2 b over, 2 c critical, 3 c over, 3 d page-both, 4",
    "0:00 alice page, 1:00 alice page, 2:00 alice page, 3:00 alice page, 3:00 bob page",
    "",
  ],
  [
    "a budget is a person's: whoever is paged as a backup has spent theirs too",
    { ...withChannel, primary: ["bob"], backup: ["bob"], service: { pageBudget: one } },
    "0 a page, 1 a over, 2 b page, 3",
    "0:00 bob page, 2:00 team:web ticket",
    "#2 budget",
  ],
  [
    "escalation asks for no budget",
    { service: { pageBudget: one } },
    "0 a page, 6",
    "0:00 alice page, 5:00 bob page",
    "",
  ],
  [
    "a ticket that gets worse pages",
    withChannel,
    "0 a ticket, 1 a page, 2",
    "0:00 team:web ticket, 1:00 alice page",
    "",
  ],
  [
    "a page that gets worse pages both anew, also when it was acknowledged",
    {},
    "0 a page, 1 a ack, 2 a page-both, 3",
    "0:00 alice page, 2:00 alice page, 2:00 bob page",
    "",
  ],
  [
    "what gets better and as bad as before again pages nobody anew",
    {},
    "0 a page, 1 a ack, 2 a ticket, 4 a page, 5",
    "0:00 alice page",
    "",
  ],
  [
    "a ticket whose page is held back pages once that is over",
    withChannel,
    "0 a ticket no-agreement, 5 a page, 6",
    "0:00 team:web ticket, 5:00 alice page",
    "",
  ],
];

for (const [rule, options, script, sent, causes] of treatments) {
  test(`${rule}: ${script}`, async () => {
    const found = await play(rosterOf(options), script);
    assert.deepEqual(found, { sent, causes });
  });
}

test("who has no address for letters is not told of tickets, and that is noted", async () => {
  const phone = { id: "p", kind: "sms", address: "+4930123456", isVerified: true } as const;
  const roster = rosterOf({ users: [userOf("alice", { contacts: [phone] })] });
  const { sent } = await play(roster, "480 a ticket, 500");
  assert.equal(sent, "");
});

async function play(roster: Roster, script: string) {
  const clock = new VirtualClock();
  const startMs = clock.nowMs();
  const phones = new Phones(clock);
  using onCall = await openReplica({
    clock,
    events: new SharedLog(),
    courier: phones,
    roster: () => roster,
  });
  for (const line of script.split(", ")) {
    const [minute = "0", key, severity = "", heldBack = ""] = line.split(" ");
    await clock.advance(startMs + Math.round(Number(minute) * minuteMs) - clock.nowMs());
    const open = onCall.ledger.findOpen("web", key ?? "");
    if (severity === "over" || severity === "ack") {
      const kind = severity === "over" ? "resolved" : "acknowledged";
      if (open !== undefined) await onCall.command(open.id, { kind, by: "alice", via: "test" });
    } else if (key !== undefined) {
      await onCall.trigger(reportOf(key, { severity, heldBack }));
    }
  }
  const sent = phones.rung.map(
    ({ atMs, page }) => `${minutes(atMs - startMs)} ${page.user} ${page.purpose}`,
  );
  const causes = [
    ...[...onCall.ledger.list()].flatMap(({ number, quietCause }) =>
      quietCause === undefined ? [] : [`#${number} ${quietCause.cause}`],
    ),
    ...onCall.ledger.suppressed().map(({ cause }) => cause),
  ];
  return { sent: sent.join(", "), causes: causes.join(", ") };
}
