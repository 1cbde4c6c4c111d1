import assert from "node:assert/strict";
import { test } from "node:test";
import { realTimeZones } from "#host";
import { ConfigError, describePlace } from "#promconfig";
import { onCallAt } from "../schedule/schedule.ts";
import { parseOncallConfig } from "./load-roster.ts";
import { preFlight } from "./pre-flight.ts";

const whole = `
users:
  - name: alice
    full_name: Alice Adams
    time_zone: Europe/Berlin
    contacts:
      - {id: mail, email: alice@example.com}
      - {id: phone, sms: "+4930123456"}
    rules:
      - {contact: mail, after: 0s}
      - {contact: phone, after: 2m}
    away: [{from: 2026-07-01, until: 2026-07-15}]
  - name: bob
    contacts: [{email: bob@example.com}]
  - name: dora
    contacts: [{email: dora@example.com, verified: false}]
teams:
  - {name: web, members: [alice, bob], managers: [dora], primary: web}
schedules:
  - name: web
    time_zone: Europe/Berlin
    layers:
      - {rotation: weekly, start: 2026-01-05 09:00, members: [alice, bob]}
    overrides: [{user: dora, from: 2026-02-01 12:00, until: 2026-02-01 18:00}]
services:
  - {name: web, team: web, integration_keys: [secret-key], page_budget: {pages: 3}}
own_service: web
`;

test("a file becomes a roster, with the default policy of its team", () => {
  const { roster } = parseOncallConfig(whole, realTimeZones);
  const schedule = roster.schedules.get("web");
  assert.ok(schedule !== undefined);
  const at = (time: string) => onCallAt(schedule, Date.parse(time));
  assert.deepEqual(
    [
      at("2026-01-05T07:59:00Z"),
      at("2026-01-05T08:00:00Z"),
      at("2026-01-12T08:00:00Z"),
      // Twelve in Berlin is eleven by the clock of UTC.
      at("2026-02-01T11:00:00Z"),
      // It is her week, and she is away.
      at("2026-07-08T12:00:00Z"),
    ],
    [undefined, "alice", "bob", "dora", "bob"],
  );
  assert.equal(roster.services.get("web")?.policy, "web (default)");
  assert.deepEqual(roster.services.get("web")?.pageBudget, { pages: 3, perMs: 12 * 3_600_000 });
  assert.deepEqual(
    roster.policies
      .get("web (default)")
      ?.steps.map(({ afterMs, targets }) => [
        afterMs / 60_000,
        targets.map(({ kind }) => kind).join(" "),
      ]),
    [
      [0, "schedule"],
      [5, "next"],
      [10, "team managers"],
    ],
  );
});

// What is changed in the file, and what is said of it, with its line.
const mistakes: readonly (readonly [from: string, to: string, said: string])[] = [
  ["Europe/Berlin", "Mars/Olympus", "3: unknown time zone Mars/Olympus"],
  ["{contact: phone,", "{contact: fax,", '11: user alice has no contact "fax"'],
  ["id: phone", "id: mail", '8: contact name "mail" is not unique'],
  ["+4930123456", "030 123456", '8: "030 123456" is no telephone number like +4930123456'],
  ["sms:", "pigeon:", "8: field pigeon not found in type contact"],
  [
    "members: [alice, bob], managers",
    "members: [alice, zoe], managers",
    '18: there is no user "zoe"',
  ],
  ["primary: web", "primary: night", '18: there is no schedule "night"'],
  ["rotation: weekly", "rotation: yearly", '23: "yearly" is no rotation'],
  [
    "rotation: weekly",
    "rotation: custom",
    "23: a custom rotation needs lengths of at least 15m each",
  ],
  ["start: 2026-01-05 09:00, ", "", "23: a layer needs a start"],
  [
    "2026-01-05 09:00",
    "2026-02-30 09:00",
    '23: "2026-02-30 09:00" is no time like 2026-01-05 09:00',
  ],
  [
    "until: 2026-02-01 18:00",
    "until: 2026-02-01 11:00",
    "24: from and until are needed, and until is after from",
  ],
  ["secret-key", "short", "26: an integration key has at least 8 characters"],
  [", primary: web", "", "26: service web needs a policy, or its team a primary schedule"],
  [
    "name: web, team: web",
    "name: web, team: web, policy: x",
    '26: undefined policy "x" used in service web',
  ],
  [
    "own_service: web",
    "heartbeats:\n  - {name: beat, service: x, key: beat-secret}",
    '28: there is no service "x"',
  ],
  ["pages: 3", "pages: 0", "26: a page budget is at least 1 page per 1m"],
  [
    "primary: web}",
    "primary: web, tickets: [{sms: '+4930123456'}]}",
    "18: tickets wake nobody: they go to one of email, slack, telegram, webhook",
  ],
  ["own_service: web", "own_service: x", '2: there is no service "x"'],
  ["name: bob", "name: alice", '13: user name "alice" is not unique'],
  [
    "name: bob",
    'name: "b ob"',
    '13: a user needs a name of letters, digits, "-", "_", "." and "@"',
  ],
];

for (const [from, to, said] of mistakes) {
  test(`${to === "" ? `without ${from}` : to}: ${said}`, () => {
    assert.ok(whole.includes(from));
    assert.throws(
      () => parseOncallConfig(whole.replace(from, to), realTimeZones),
      (error) => {
        assert.ok(error instanceof ConfigError);
        const [line] = describePlace(error).split(":");
        const message = error.message.replace(/^yaml: unmarshal errors:\n {2}line \d+: /, "");
        assert.equal(`${line}: ${message}`, said);
        return true;
      },
    );
  });
}

test("the pre-flight check finds what would fail at night", () => {
  const source = whole
    .replace("after: 2m", "after: 6m")
    .replace("members: [alice, bob]}\n    overrides", "members: [alice]}\n    overrides");
  const { roster } = parseOncallConfig(source, realTimeZones);
  const found = preFlight(roster, Date.parse("2026-06-20T00:00:00Z"));
  assert.deepEqual(
    found.map(({ object, problem }) => `${object}: ${problem}`),
    [
      "schedule web: alice is the only one in the rota",
      "schedule web: nobody is on call from 2026-06-30T22:00Z for 336 hours",
      "policy web (default): step 1 is over after 5 min, before the rule of alice for phone at 6 min",
      "policy web (default): step 2 is over after 5 min, before the rule of alice for phone at 6 min",
      "policy web (default): step 3 is over after 5 min, before the rule of alice for phone at 6 min",
      "user dora: has no verified contact method: no page will arrive",
    ],
  );
});
