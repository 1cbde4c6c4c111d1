/**
 * What a deviation does, level by level: from the alert that a policy's rules make, through an
 * Alertmanager that has no configuration of its own, to the people on call.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { policyDefault, policyRules, type SigmaPolicy } from "#sigma";
import { pageEverything } from "../../src/main/oncall/page-everything.ts";
import { PagingWorld } from "./paging-world.ts";

const oncall = `users:
  - {name: alice, contacts: [{email: alice@example.com}]}
  - {name: bob, contacts: [{email: bob@example.com}]}
  - {name: dora, contacts: [{email: dora@example.com}]}
teams:
  - {name: web, members: [alice, bob], managers: [dora], primary: web, tickets: [{email: web@example.com}]}
  - {name: payments, members: [bob], primary: payments}
schedules:
  - {name: web, layers: [{rotation: weekly, start: 2026-01-01, members: [alice, bob]}]}
  - {name: payments, layers: [{rotation: weekly, start: 2026-01-01, members: [bob]}]}
services:
  - {name: web, team: web}
  - {name: payments, team: payments}
`;

const policy: SigmaPolicy = {
  ...policyDefault,
  name: "latency",
  expr: "latency",
  team: "web",
  runbookUrl: "https://runbooks.example/latency",
  isPageEligible: true,
  mode: "active",
};

// Which levels fire and end (-) at which minute; noon begins at minute 720, on a working day.
const levels: readonly (readonly [rule: string, script: string, sent: string])[] = [
  ["two sigma that last are a ticket by day", "720 s2, 780", "720:00 team:web ticket"],
  ["and nothing by night", "60 s2, 120", ""],
  ["three sigma are a ticket at once", "60 s3-ticket, 120", "60:00 team:web ticket"],
  [
    "three that would be rare page the primary, and the backup after five minutes",
    "60 s3-page, 66",
    "60:00 alice page, 65:00 bob page",
  ],
  [
    "six page both at once, the manager after five minutes, everybody after ten",
    "60 s6, 71",
    "60:00 alice page, 60:00 bob page, 65:00 dora page, 70:00 alice page, 70:00 bob page, 70:00 dora page",
  ],
  [
    "a series is one incident, whatever its levels",
    "60 s3-ticket, 61 s3-page, 63 s2, 64 -s3-page, 64 -s3-ticket, 64 -s2, 90",
    "60:00 team:web ticket, 61:00 alice page",
  ],
  [
    "one that gets worse while the primary is awake pages both",
    "60 s3-page, 62 s6, 63",
    "60:00 alice page, 62:00 alice page, 62:00 bob page",
  ],
];

for (const [rule, script, sent] of levels) {
  test(`${rule}: ${script}`, async () => {
    using world = await PagingWorld.open({ alertmanager: pageEverything, oncall }, startMs);
    for (const line of script.split(", ")) {
      const [minute = "0", level] = line.split(" ");
      await world.until(Number(minute));
      if (level === undefined) continue;
      const name = level.replace(/^-/, "");
      await world.report(alertOf(name), { isOver: level !== name });
    }
    assert.equal(withoutSeconds(world.sent()), sent);
  });
}

test("the label team says whose it is, and another series is another incident", async () => {
  using world = await PagingWorld.open({ alertmanager: pageEverything, oncall }, startMs);
  await world.report(alertOf("s3-page"));
  await world.report({ ...alertOf("s3-page"), sigma_series: "zone=eu;" });
  await world.report({ ...alertOf("s3-page"), team: "payments" });
  await world.clock.advance(1_000);
  assert.equal(world.sent().join(", "), "0:00 alice page, 0:00 alice page, 0:00 bob page");
});

/** Thursday midnight. */
const startMs = Date.UTC(2026, 0, 1);

/** The labels of a level's alert, as the rule engine sends them. */
function alertOf(level: string): Readonly<Record<string, string>> {
  const found = policyRules(policy).rules.find(
    (rule) =>
      "alert" in rule && rule.labels["sigma_level"] === level && !rule.labels["sigma_held_back"],
  );
  assert.ok(found !== undefined && "alert" in found, level);
  return { ...found.labels, alertname: found.alert, sigma_series: "service=shop;" };
}

/** A group that tells again does so within ten seconds. */
function withoutSeconds(sent: readonly string[]): string {
  return sent.map((line) => line.replace(/:[01]\d /, ":00 ")).join(", ");
}
