import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, parseYaml } from "#api";
import { realTimeZones } from "#host";
import { parseOncallConfig, preFlight } from "#oncall";
import { specFieldNames } from "./field-names.ts";
import {
  type OnCallObject,
  type OnCallObjects,
  onCallKinds,
  type OnCallSection,
} from "./on-call-objects.ts";
import { dutyStatus, onCallConditions } from "./on-call-status.ts";
import { type OnCallTranslation, type SpecsInForce, translateOnCall } from "./translate-on-call.ts";

/** One object a line: list, name, spec. */
const whole = `
users alice {fullName: Alice Adams, timeZone: Europe/Berlin, contacts: [{id: mail, email: a@example.com}, {id: phone, ntfy: {secretKeyRef: {name: alice, key: topic}}}], rules: [{contact: mail, after: 0s}], away: [{from: 2026-07-01, until: 2026-07-15}]}
users bob {contacts: [{sms: "+4930123456"}]}
users dora {contacts: [{email: d@example.com, verified: false}]}
schedules web {timeZone: Europe/Berlin, layers: [{rotation: weekly, start: "2026-01-05 09:00", members: [alice, bob], times: [{weekdays: [monday], from: "20:00"}]}], overrides: [{user: dora, from: "2026-02-01 12:00", until: "2026-02-01 18:00"}], holidays: ["2026-12-25"]}
teams web {members: [alice, bob], managers: [dora], primary: web, timeZone: Europe/Paris, holidays: ["2026-07-14"], tickets: [{slack: C1}]}
policies slow {steps: [{after: 0s, users: [alice]}, {after: 15m, teams: [web], managersOf: [web], nextIn: [web]}], repeat: 1, repeatAfter: 10m, acknowledgeTimeout: 0s}
services web {team: web, policy: slow, integrationKeys: [{secretKeyRef: {name: keys, key: web}}], quietSeverities: [info], pageBudget: {pages: 3, per: 8h}}
heartbeats beat {service: web, interval: 1m, key: {secretKeyRef: {name: keys, key: beat}}}
configs paging {ownService: web, pageBudget: {pages: 1}, smtp: {from: w@example.com, smarthost: "mail:587", username: w, password: {secretKeyRef: {name: keys, key: smtp}}}, twilio: {accountSID: AC1, authToken: {secretKeyRef: {name: keys, key: twilio}}, from: "+15550001"}}
`;

const secrets: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["alice", new Map([["topic", "https://ntfy.sh/a7f3\n"]])],
  [
    "keys",
    new Map([
      ["web", "a-long-secret"],
      ["beat", "beat-secret"],
      ["smtp", "smtp-secret"],
      ["twilio", "twilio-secret"],
      ["url", "https://hooks.example/hush"],
      ["push", "{}"],
    ]),
  ],
]);

const sameAsFile = `
users:
  - name: alice
    full_name: Alice Adams
    time_zone: Europe/Berlin
    contacts: [{id: mail, email: a@example.com}, {id: phone, ntfy: https://ntfy.sh/a7f3}]
    rules: [{contact: mail, after: 0s}]
    away: [{from: 2026-07-01, until: 2026-07-15}]
  - {name: bob, contacts: [{sms: "+4930123456"}]}
  - {name: dora, contacts: [{email: d@example.com, verified: false}]}
schedules:
  - name: web
    time_zone: Europe/Berlin
    layers:
      - rotation: weekly
        start: 2026-01-05 09:00
        members: [alice, bob]
        times: [{weekdays: [monday], from: "20:00"}]
    overrides: [{user: dora, from: 2026-02-01 12:00, until: 2026-02-01 18:00}]
    holidays: [2026-12-25]
teams:
  - name: web
    members: [alice, bob]
    managers: [dora]
    primary: web
    time_zone: Europe/Paris
    holidays: [2026-07-14]
    tickets: [{slack: C1}]
policies:
  - name: slow
    steps:
      - {after: 0s, users: [alice]}
      - {after: 15m, teams: [web], managers_of: [web], next_in: [web]}
    repeat: 1
    repeat_after: 10m
    acknowledge_timeout: 0s
services:
  - name: web
    team: web
    policy: slow
    integration_keys: [a-long-secret]
    quiet_severities: [info]
    page_budget: {pages: 3, per: 8h}
heartbeats: [{name: beat, service: web, interval: 1m, key: beat-secret}]
own_service: web
page_budget: {pages: 1}
smtp: {from: w@example.com, smarthost: "mail:587", username: w, password: smtp-secret}
twilio: {account_sid: AC1, auth_token: twilio-secret, from: "+15550001"}
`;

test("objects are what a file with the same fields says", () => {
  const { config, verdicts } = translate(whole);
  const wanted = parseOncallConfig(sameAsFile, realTimeZones);
  assert.deepEqual(show(config.roster), show(wanted.roster));
  assert.equal(config.file.smtp?.password.reveal(), "smtp-secret");
  assert.equal(config.file.twilio?.authToken.reveal(), "twilio-secret");
  assert.deepEqual(problems({ verdicts }), []);
});

/** What `whole` has not: together they have every field of every kind. */
const rest = `
users carol {contacts: [{voice: "+4930123457"}, {telegram: "1"}, {webhook: {secretKeyRef: {name: keys, key: url}}}, {webPush: {secretKeyRef: {name: keys, key: push}}}]}
schedules turns {layers: [{name: odd, rotation: custom, lengths: [4d, 3d], start: "2026-01-05 09:00", members: [carol], from: "2026-01-05", until: "2027-01-01"}, {rotation: daily, every: 2, start: "2026-01-05 09:00", members: [carol], times: [{until: "08:00"}]}], overrides: [{replaces: carol, from: "2026-02-01 12:00", until: "2026-02-01 18:00"}], swaps: [{users: [alice, bob], from: "2026-03-02 09:00", until: "2026-03-09 09:00"}]}
teams ops {primary: turns, backup: web}
policies all {steps: [{after: 0s, schedules: [turns], managersOf: [ops]}]}
configs paging {apiToken: {secretKeyRef: {name: keys, key: web}}, outsideHeartbeat: {url: {secretKeyRef: {name: keys, key: url}}, interval: 1m}, smtp: {from: a, smarthost: "b:1", requireTLS: false}, slack: {apiURL: "https://slack.example", botToken: {secretKeyRef: {name: keys, key: web}}}, telegram: {botToken: {secretKeyRef: {name: keys, key: web}}}, webPush: {subject: "mailto:a@example.com"}, ntfyToken: {secretKeyRef: {name: keys, key: web}}}
`;

test("every field of every kind is one of the file", () => {
  const pages = whole.replace(/^configs .*\n/m, "");
  assert.deepEqual(problems(translate(`${pages.trimEnd()}${rest}`)), []);
  const fields = [...specFieldNames(Object.values(onCallKinds))];
  const untold = fields.filter((name) => !`${whole}${rest}`.includes(`${name}:`));
  assert.deepEqual(untold, []);
});

test("no objects are a configuration that pages nobody", () => {
  const { config, verdicts } = translate("");
  assert.deepEqual([config.roster.users.size, verdicts], [0, []]);
});

// What is changed in the objects, and what is said of which. The others are in force.
const mistakes: readonly (readonly [from: string, to: string, ...said: readonly string[]])[] = [
  ["Zone: Europe/Berlin, c", "Zone: Mars, c", "users alice: spec: unknown time zone Mars"],
  ["contact: mail", "contact: fax", 'users alice: spec.rules[0]: user alice has no contact "fax"'],
  [
    "sms:",
    "id:",
    "users bob: spec.contacts[0]: a contact has one of email, webhook, webPush, slack, telegram, sms, voice, ntfy",
  ],
  [
    "key: topic",
    "key: x",
    'users alice: spec.contacts[1].ntfy.secretKeyRef: key "x" in secret "alice" not found',
  ],
  [
    "name: alice",
    "name: x",
    'users alice: spec.contacts[1].ntfy.secretKeyRef: secrets "x" not found',
  ],
  [
    "2026-02-01 18:00",
    "2026-01-01 18:00",
    "schedules web: spec.overrides[0]: from and until are needed, and until is after from",
  ],
  [
    "repeatAfter: 10m",
    "repeatAfter: 1s",
    "policies slow: spec: repeatAfter is at least 1m",
    'services web: spec: undefined policy "slow" used in service web',
    'heartbeats beat: spec: there is no service "web"',
  ],
];

for (const [from, to, ...said] of mistakes) {
  test(`${to}: ${said.join("; ")}`, () => {
    assert.ok(whole.includes(from));
    assert.deepEqual(problems(translate(whole.replace(from, to))), said);
  });
}

test("what a Secret has is not told when it is not valid", () => {
  const bad = new Map([...secrets, ["alice", new Map([["topic", "https://ntfy.sh:x/hush"]])]]);
  const said = problems(translate(whole, { texts: bad }));
  assert.deepEqual(said, ["users alice: spec.contacts[1].ntfy: what the Secret has is not valid"]);
});

test("a bad edit leaves the old version in force", () => {
  const first = translate(whole);
  const edited = whole.replace("weekly", "custom");
  const second = translate(edited, { before: first.inForce });
  assert.deepEqual(show(second.config.roster), show(first.config.roster));
  const verdict = second.verdicts.find(({ problem }) => problem !== undefined);
  assert.equal(verdict?.isOldInForce, true);
  const third = translate(edited, { before: second.inForce });
  assert.deepEqual(show(third.config.roster), show(first.config.roster));
});

test("who is named and not there is kept as somebody who cannot be reached", () => {
  const withoutBob = whole.replace(/^users bob .*\n/m, "");
  const { config, verdicts } = translate(withoutBob);
  assert.deepEqual(config.roster.users.get("bob")?.contacts, []);
  const layers = config.roster.schedules.get("web")?.layers;
  assert.deepEqual(layers?.[0]?.rotation.members, ["alice", "bob"]);
  assert.deepEqual(
    verdicts.flatMap(({ section, unresolved }) => unresolved.map((one) => `${section}: ${one}`)),
    [
      'teams: spec.members[1]: there is no user "bob"',
      'schedules: spec.layers[0].members[1]: there is no user "bob"',
    ],
  );
});

test("the oldest holds a name, and the oldest configuration is in force", () => {
  const more = `${whole}users alice {fullName: Another}\nconfigs second {}\n`;
  const { config, verdicts } = translate(more);
  assert.equal(config.roster.users.get("alice")?.fullName, "Alice Adams");
  assert.deepEqual(problems({ verdicts }), [
    "users alice: metadata.name: ops/alice, which is older, has this name",
    "configs second: spec: there is one OnCallConfig, and ops/paging, which is older, is it",
  ]);
});

test("a service that is not there does not take the ways of pages with it", () => {
  const { config, verdicts } = translate(whole.replace("ownService: web", "ownService: x"));
  assert.equal(config.file.smtp?.smarthost, "mail:587");
  const unresolved = verdicts.flatMap((verdict) => verdict.unresolved);
  assert.deepEqual(unresolved, ['spec.ownService: there is no service "x"']);
});

test("conditions tell what would fail at night", () => {
  const { config, verdicts } = translate(whole);
  const nowMs = Date.parse("2026-01-06T12:00:00Z");
  const findings = preFlight(config.roster, nowMs);
  const told = (section: OnCallSection, name: string) => {
    const verdict = verdicts.find(
      ({ section: own, object }) => own === section && object.metadata.name === name,
    );
    assert.ok(verdict);
    return onCallConditions(verdict, findings).map(
      ({ type, status, message }) => `${type} ${status} ${message}`,
    );
  };
  assert.deepEqual(told("users", "dora"), [
    "Accepted True ",
    "ResolvedRefs True ",
    "PreFlight False has no verified contact method: no page will arrive",
  ]);
});

test("a schedule tells who is on call, until when, and who comes then", () => {
  const simple = whole.replace(/, times: \[[^\]]*\][^\]]*\]/, "");
  const schedule = translate(simple).config.roster.schedules.get("web");
  assert.ok(schedule);
  assert.deepEqual(dutyStatus(schedule, Date.parse("2026-01-06T12:00:00Z")), {
    onCall: "alice",
    until: "2026-01-12T08:00:00Z",
    next: "bob",
  });
});

function translate(
  text: string,
  {
    texts = secrets,
    before = new Map(),
  }: { readonly texts?: typeof secrets; readonly before?: SpecsInForce } = {},
): OnCallTranslation {
  const secretsOf = () => ({ findSecret: (name: string) => texts.get(name) });
  return translateOnCall(objectsOf(text), { zones: realTimeZones, secretsOf, before });
}

function problems({ verdicts }: Pick<OnCallTranslation, "verdicts">): readonly string[] {
  return verdicts.flatMap(({ section, object, problem }) =>
    problem === undefined ? [] : [`${section} ${object.metadata.name}: ${problem}`],
  );
}

/** Time zones are functions, which equal nothing but themselves. */
function show(roster: OnCallTranslation["config"]["roster"]): unknown {
  return JSON.parse(
    JSON.stringify(roster, (_key, value: unknown) =>
      value instanceof Map || value instanceof Set ? [...value] : value,
    ),
  );
}

function objectsOf(text: string): OnCallObjects {
  const objects: Record<OnCallSection, OnCallObject[]> = {
    users: [],
    teams: [],
    schedules: [],
    policies: [],
    services: [],
    heartbeats: [],
    configs: [],
  };
  for (const [index, line] of text.trim().split("\n").entries()) {
    const [, section, name = "", spec = ""] = /^(\w+) (\w+) (.*)$/.exec(line) ?? [];
    if (section === undefined) continue;
    const creationTimestamp = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
    objects[section as OnCallSection].push({
      metadata: {
        name,
        namespace: "ops",
        uid: `${index}`,
        resourceVersion: "1",
        creationTimestamp: creationTimestamp.replace(".000", ""),
      },
      spec: parseYaml(spec)[0]?.value as JsonObject,
    });
  }
  return objects as unknown as OnCallObjects;
}
