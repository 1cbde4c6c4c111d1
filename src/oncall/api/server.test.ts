import assert from "node:assert/strict";
import { test } from "node:test";
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { type Headers, silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { findHeader } from "#http";
import { SignedLinks } from "../deliver/signed-links.ts";
import { Heartbeats } from "../intake/heartbeats.ts";
import { dayMs, hourMs, minuteMs } from "../schedule/wall-clock.ts";
import { openReplica, Phones, rosterOf, SharedLog, userOf } from "../testing.ts";
import { createOnCallServer } from "./server.ts";

const twilio = { apiUrl: "", accountSid: "AC1", authToken: "secret", from: "+1" };

test("Alertmanager's webhook opens an incident for a group and resolves it", async () => {
  using world = await open();
  const group = (status: string) => ({
    version: "4",
    groupKey: '{}:{alertname="Down"}',
    status,
    groupLabels: { alertname: "Down" },
    commonLabels: { alertname: "Down", severity: "critical" },
    commonAnnotations: { summary: "Web is down", runbook_url: "https://wiki/runbook" },
    externalURL: "http://am:9093",
    alerts: [{ status, labels: { alertname: "Down", instance: "a" }, annotations: {} }],
  });
  assert.equal((await world.post("/oncall/intake/alertmanager/key", group("firing"))).status, 200);
  const [incident] = await world.incidents();
  assert.deepEqual(
    [incident.title, incident.status, incident.details, incident.links[0].href],
    ["Web is down", "triggered", "firing: alertname: Down, instance: a", "https://wiki/runbook"],
  );
  await world.post("/oncall/intake/alertmanager/key", group("resolved"));
  assert.deepEqual(await world.incidents(), []);
});

// Alerts of one group, and how severe the group is; what is in brackets is held back, or over.
for (const [alerts, severity, heldBack] of [
  ["ticket", "ticket", ""],
  ["ticket page", "page", ""],
  ["page critical", "critical", ""],
  ["critical page-both", "page-both", ""],
  ["warning ticket", "warning", ""],
  ["ticket(page:over)", "ticket", ""],
  ["note ticket(no runbook)", "ticket", "no runbook"],
  ["page ticket(no runbook)", "page", ""],
  ["-", "critical", ""],
] as const) {
  test(`a group of ${alerts} is as severe as ${severity}`, async () => {
    using world = await open();
    const body = {
      groupKey: "g",
      status: "firing",
      alerts: [...alerts.matchAll(/([a-z-]+)(?:\(([^)]*)\))?/g)].flatMap(
        ([, name = "", bracket = ""]) => {
          const [over, isOver] = bracket.split(":");
          const one = (word: string, status: string, reason: string) => ({
            status,
            labels: word === "-" ? {} : { severity: word },
            annotations: reason === "" ? {} : { held_back: reason },
          });
          return isOver === undefined
            ? [one(name, "firing", bracket)]
            : [one(name, "firing", ""), one(over ?? "", "resolved", "")];
        },
      ),
    };
    await world.post("/oncall/intake/alertmanager/key", body);
    const incident = [...world.onCall.ledger.list()][0];
    assert.deepEqual([incident?.alert.severity, incident?.alert.heldBack], [severity, heldBack]);
  });
}

test("PagerDuty's events trigger, acknowledge and resolve by their key", async () => {
  using world = await open();
  const event = (event_action: string, dedup_key?: string) => ({
    routing_key: "key",
    event_action,
    dedup_key,
    payload: { summary: "Disk full", source: "db-1", severity: "error" },
  });
  const enqueue = (body: unknown) => world.post("/oncall/intake/pagerduty/v2/enqueue", body);
  const triggered = await enqueue(event("trigger"));
  assert.equal(triggered.status, 202);
  const key = triggered.json.dedup_key;
  assert.deepEqual(triggered.json, {
    status: "success",
    message: "Event processed",
    dedup_key: key,
  });
  await enqueue(event("acknowledge", key));
  assert.equal((await world.incidents())[0].status, "acknowledged");
  await enqueue(event("resolve", key));
  assert.deepEqual(await world.incidents(), []);
});

test("Opsgenie's alerts are created, acknowledged and closed by their alias", async () => {
  using world = await open();
  const headers = { authorization: "GenieKey key" };
  const at = "/oncall/intake/opsgenie/v2/alerts";
  const created = await world.post(at, { message: "Slow", alias: "a b", priority: "P1" }, headers);
  assert.equal(created.status, 202);
  assert.equal(created.json.result, "Request will be processed");
  assert.equal((await world.incidents())[0].severity, "critical");
  await world.post(`${at}/a%20b/acknowledge?identifierType=alias`, {}, headers);
  assert.equal((await world.incidents())[0].status, "acknowledged");
  await world.post(`${at}/a%20b/close?identifierType=alias`, {}, headers);
  assert.deepEqual(await world.incidents(), []);
});

// Requests that are refused: where, what, the status and what is said.
const refusals: readonly (readonly [path: string, body: unknown, status: number, said: string])[] =
  [
    [
      "intake/alertmanager/wrong",
      { status: "firing", groupKey: "a" },
      401,
      "no service has this key",
    ],
    [
      "intake/alertmanager/key",
      { status: "odd", groupKey: "a" },
      400,
      "status is neither firing nor resolved",
    ],
    ["intake/alertmanager/key", { status: "firing" }, 400, "groupKey is missing"],
    ["intake/alertmanager/key", "no object", 400, "the body is not a JSON object"],
    ["intake/pagerduty/v2/enqueue", {}, 400, "'routing_key' is missing or blank"],
    [
      "intake/pagerduty/v2/enqueue",
      { routing_key: "key", event_action: "trigger" },
      400,
      "'payload.summary' is missing or blank",
    ],
    [
      "intake/pagerduty/v2/enqueue",
      { routing_key: "wrong", event_action: "resolve", dedup_key: "a" },
      400,
      "'routing_key' is invalid",
    ],
    [
      "intake/pagerduty/v2/enqueue",
      { routing_key: "key", event_action: "resolve" },
      400,
      "'dedup_key' is missing or blank",
    ],
    ["intake/opsgenie/v2/alerts", { message: "a" }, 403, "Could not authenticate"],
    ["heartbeat/wrong", {}, 404, "no heartbeat has this key"],
    ["acknowledge/forged.token", {}, 404, "expired"],
    ["api/v1/incidents/99/acknowledge", {}, 404, "there is no incident 99"],
    ["api/v1/incidents", { title: "a", service: "none" }, 404, "there is no service none"],
    ["api/v1/schedules/none/overrides", {}, 404, "there is no schedule none"],
    [
      "api/v1/schedules/web-primary/overrides",
      { user: "zoe", until: "2030-01-01T00:00:00Z" },
      404,
      "there is no user zoe",
    ],
    [
      "api/v1/schedules/web-primary/overrides",
      { user: "bob", until: "tomorrow" },
      400,
      "no time in RFC 3339",
    ],
    ["nowhere", {}, 404, "could not find"],
  ];

for (const [path, body, status, said] of refusals) {
  test(`${path} with ${JSON.stringify(body)} is refused`, async () => {
    using world = await open();
    const answer = await world.post(`/oncall/${path}`, body);
    assert.equal(answer.status, status);
    assert.ok(answer.text.includes(said), answer.text);
  });
}

test("opening the link of a page only asks; posting it acknowledges", async () => {
  using world = await open();
  await world.trigger();
  const link = world.link("acknowledge");
  const asked = await world.get(link);
  assert.match(asked.text, /<form method="post"><button autofocus>Acknowledge #1<\/button>/);
  assert.equal((await world.incidents())[0].status, "triggered");
  const done = await world.post(link, {});
  assert.match(done.text, /alice has acknowledged #1\./);
  assert.equal((await world.incidents())[0].acknowledgedBy, "alice");
  await world.clock.advance(25 * hourMs);
  assert.equal((await world.get(link)).status, 404);
});

test("the key 4 acknowledges a call, if Twilio signed that it was pressed", async () => {
  using world = await open();
  await world.trigger();
  const link = world.link("voice");
  const press = (signature: string) =>
    world.send("POST", link, "Digits=4", { "x-twilio-signature": signature });
  assert.match((await press("forged")).text, /<Say>This call has expired\.<\/Say>/);
  const mac = hmac(sha1, utf8(twilio.authToken), utf8(`https://ops.test${link}Digits4`));
  const answer = await press(btoa(String.fromCharCode(...mac)));
  assert.match(answer.text, /<Say>alice has acknowledged #1\.<\/Say>/);
});

test("an override changes the final schedule, and taking it back restores it", async () => {
  using world = await open();
  const at = "/oncall/api/v1/schedules/web-primary";
  const span = { from: "2026-01-02T00:00:00Z", until: "2026-01-03T00:00:00Z" };
  const users = async () =>
    (await world.get(`${at}?from=2026-01-01T00:00:00Z&until=2026-01-04T00:00:00Z`)).json.final
      .map(({ user }: { user: string }) => user)
      .join(" ");
  const { json } = await world.post(`${at}/overrides`, { user: "carol", by: "alice", ...span });
  assert.equal(await users(), "alice carol alice");
  assert.equal((await world.send("DELETE", `${at}/overrides/${json.id}`, "")).status, 200);
  assert.equal(await users(), "alice");
  await world.post(`${at}/swaps`, { user: "alice", with: "dora", ...span });
  assert.equal(await users(), "alice dora alice");
  const audit = (await world.get("/oncall/api/v1/audit-log")).json;
  assert.deepEqual(
    audit.map((entry: { by: string; action: string }) => `${entry.by} ${entry.action}`),
    ["alice overrideAdded", "api overrideRemoved", "api swapAdded"],
  );
});

test("the API tells why somebody was paged, and why nobody was", async () => {
  using world = await open();
  await world.trigger();
  await world.clock.advance(6 * minuteMs);
  const why = (await world.get("/oncall/api/v1/incidents/1/why?user=bob")).json;
  assert.equal(why.summary, "paged: alice, bob");
  assert.deepEqual(
    why.reasons.map(({ text }: { text: string }) => text),
    [
      "incident #1 was opened for web by api: Web is down",
      "web belongs to web; the policy is web (default)",
      "bob is paged by email: on call in web-backup (step 2 of round 1)",
      "email to bob was sent",
    ],
  );
  await world.post("/oncall/api/v1/incidents", { service: "web", title: "FYI", severity: "info" });
  const quiet = (await world.get("/oncall/api/v1/incidents/2/why")).json;
  assert.equal(quiet.summary, "nobody was paged: the severity info pages nobody in web");
});

test("incidents are snoozed, escalated, given away, rated and resolved by requests", async () => {
  using world = await open();
  await world.trigger();
  const at = "/oncall/api/v1/incidents/1";
  const after = async (verb: string, body: unknown) =>
    (await world.post(`${at}/${verb}`, body)).json;
  assert.equal((await after("snooze", { for: "2h", by: "alice" })).status, "snoozed");
  assert.equal((await after("escalate", {})).status, "triggered");
  assert.equal((await after("reassign", { user: "carol" })).policy, "carol");
  assert.equal((await after("rate", { verdict: "false" })).verdict, "false");
  assert.equal((await after("resolve", { by: "carol" })).resolvedBy, "carol");
  assert.equal((await world.post(`${at}/acknowledge`, {})).status, 409);
  assert.equal((await world.post(`${at}/snooze`, { for: "long" })).status, 400);
  const { rows } = (await world.get("/oncall/api/v1/report")).json;
  assert.deepEqual(
    rows.map((row: { user: string; pages: number; outOfHours: number; falseShare: number }) => [
      row.user,
      row.pages,
      row.outOfHours,
      row.falseShare,
    ]),
    [
      ["alice", 1, 1, 1],
      ["carol", 1, 1, 1],
    ],
  );
});

test("of many incidents as many are shown as are asked for, the latest first", async () => {
  using world = await open();
  for (const title of ["a", "b", "c"]) {
    await world.post("/oncall/api/v1/incidents", { service: "web", title });
  }
  const titles = async (query: string) => {
    const answer = await world.get(`/oncall/api/v1/incidents${query}`);
    if (answer.status !== 200) return answer.json.error;
    return answer.json.map(({ title }: { title: string }) => title).join(" ");
  };
  assert.equal(await titles(""), "c b a");
  assert.equal(await titles("?limit=2"), "c b");
  assert.equal(await titles("?limit=0"), 'limit is no number from 1 on: "0"');
});

test("a silent heartbeat is an incident until it is heard again", async () => {
  using world = await open();
  await world.heartbeats.check();
  await world.clock.advance(9 * minuteMs);
  await world.get("/oncall/heartbeat/beat");
  await world.clock.advance(9 * minuteMs);
  await world.heartbeats.check();
  assert.deepEqual(await world.incidents(), []);
  await world.clock.advance(minuteMs);
  await world.heartbeats.check();
  await world.heartbeats.check();
  assert.deepEqual(
    (await world.incidents()).map((one: { title: string; alertCount: number }) => [
      one.title,
      one.alertCount,
    ]),
    [["The heartbeat watchdog is silent", 1]],
  );
  await world.post("/oncall/heartbeat/beat", {});
  assert.deepEqual(await world.incidents(), []);
});

test("with a token configured only who has it may use the API", async () => {
  using world = await open({ apiToken: "token" });
  assert.equal((await world.get("/oncall/api/v1/now")).status, 401);
  const headers = { authorization: "Bearer token" };
  assert.equal((await world.send("GET", "/oncall/api/v1/now", "", headers)).status, 200);
});

// What a request brings, who it is then, and who has acknowledged when it says that bob did.
const callers: readonly (readonly [brings: Readonly<Record<string, string>>, want: string])[] = [
  [{}, "unknown, refused"],
  [{ authorization: "Bearer wrong" }, "unknown, refused"],
  [{ authorization: "Bearer token" }, "program, bob"],
  [{ authorization: "Bearer alice's own" }, "person alice, alice"],
  [{ "x-verified-name": "carol" }, "person carol, carol"],
  [{ "x-verified-name": "nobody" }, "unknown, refused"],
  [{ "x-let-in": "operator" }, "program, bob"],
  [{ cookie: "wherry-oncall=alice.99999999999999.forged" }, "unknown, refused"],
  [{ cookie: "wherry-oncall=" }, "unknown, refused"],
];

for (const [brings, want] of callers) {
  test(`who brings ${JSON.stringify(brings)} is ${want}`, async () => {
    using world = await open({ apiToken: "token", userTokens: { alice: "alice's own" } });
    await world.trigger({ authorization: "Bearer token" });
    const who = (await world.send("GET", "/oncall/api/v1/session", "", brings)).json;
    const at = "/oncall/api/v1/incidents/1/acknowledge";
    const done = await world.post(at, { by: "bob" }, brings);
    const by = done.status === 401 ? "refused" : done.json.acknowledgedBy;
    assert.equal(`${who.caller}${who.user === null ? "" : ` ${who.user}`}, ${by}`, want);
  });
}

test("a session is its person's until it ends, and no longer than the token it began with", async () => {
  const userTokens: Record<string, string> = { alice: "alice's own" };
  using world = await open({ apiToken: "token", userTokens });
  const signIn = (body: unknown) => world.post("/oncall/api/v1/session", body);
  const whoHas = async (cookie: string) =>
    (await world.send("GET", "/oncall/api/v1/session", "", { cookie })).json.user;
  const cookieOf = ({ headers }: { readonly headers: Headers }) =>
    String(headers["set-cookie"]).split(";")[0] ?? "";
  assert.equal((await signIn({ token: "wrong", user: "alice" })).status, 401);
  assert.equal((await signIn({ token: "token" })).json.error, "say who you are");
  assert.equal((await signIn({ token: "token", user: "zoe" })).status, 404);

  const alices = await signIn({ token: "alice's own", user: "bob" });
  assert.match(
    String(alices.headers["set-cookie"]),
    /; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure$/,
  );
  const bobs = await signIn({ token: "token", user: "bob" });
  assert.equal(await whoHas(cookieOf(alices)), "alice");
  assert.equal(await whoHas(`theme=dark; ${cookieOf(bobs)}`), "bob");
  assert.equal(await whoHas(cookieOf(bobs).replace("=bob.", "=carol.")), null);
  userTokens["alice"] = "another one";
  assert.equal(await whoHas(cookieOf(alices)), null);
  await world.clock.advance(30 * dayMs);
  assert.equal(await whoHas(cookieOf(bobs)), null);
  const out = await world.send("DELETE", "/oncall/api/v1/session", "");
  assert.match(String(out.headers["set-cookie"]), /^wherry-oncall=; Max-Age=0;/);
});

// What a browser says of where a request comes from, and whether it may change anything.
const origins: readonly (readonly [says: Readonly<Record<string, string>>, want: number])[] = [
  [{}, 201],
  [{ "sec-fetch-site": "same-origin" }, 201],
  [{ "sec-fetch-site": "none" }, 201],
  [{ "sec-fetch-site": "same-site" }, 403],
  [{ "sec-fetch-site": "cross-site", host: "ops.test", origin: "https://ops.test" }, 403],
  [{ host: "10.0.0.1:9093", origin: "http://10.0.0.1:9093" }, 201],
  [{ host: "proxied:1", origin: "https://ops.test" }, 201],
  [{ host: "10.0.0.1:9093", origin: "https://elsewhere.test" }, 403],
  [{ host: "10.0.0.1:9093", origin: "null" }, 403],
];

for (const [says, want] of origins) {
  test(`a request from ${JSON.stringify(says)} is answered ${want}`, async () => {
    using world = await open();
    const body = { service: "web", title: "Web is down" };
    assert.equal((await world.post("/oncall/api/v1/incidents", body, says)).status, want);
    assert.equal((await world.send("GET", "/oncall/api/v1/now", "", says)).status, 200);
  });
}

test("a browser is paged once its person has confirmed it, and not when it was taken away", async () => {
  using world = await open({ userTokens: { alice: "alice's own", bob: "bob's own token" } });
  const alice = { authorization: "Bearer alice's own" };
  const at = "/oncall/api/v1/users/alice";
  const keys = { p256dh: "A".repeat(87), auth: "A".repeat(22) };
  const subscribe = (endpoint: string, headers = alice) =>
    world.post(`${at}/subscriptions`, { endpoint, keys }, headers);
  assert.equal((await subscribe("http://push.test/1")).status, 400);
  const bob = { authorization: "Bearer bob's own token" };
  assert.equal((await subscribe("https://push.test/1", bob)).status, 403);
  const { contact } = (await subscribe("https://push.test/1")).json;
  assert.equal((await subscribe("https://push.test/1")).json.contact, contact);

  const contacts = async () => {
    const users = (await world.send("GET", "/oncall/api/v1/users", "", alice)).json;
    const { contacts: all } = users.find(({ name }: { name: string }) => name === "alice");
    return all
      .filter(({ isRemovable }: { isRemovable: boolean }) => isRemovable)
      .map((one: { id: string; isVerified: boolean }) => [one.id, one.isVerified]);
  };
  assert.deepEqual(await contacts(), [[contact, false]]);
  await world.post(`${at}/contacts/${contact}/verification`, {}, alice);
  await world.post(world.link("verify"), {});
  assert.deepEqual(await contacts(), [[contact, true]]);
  await world.trigger(alice);
  assert.deepEqual(
    world.phones.rung.map(({ page }) => page.contact.kind),
    ["web-push", "email", "web-push"],
  );
  assert.equal((await world.send("DELETE", `${at}/contacts/mail`, "", alice)).status, 409);
  assert.equal((await world.send("DELETE", `${at}/contacts/${contact}`, "", alice)).status, 200);
  assert.deepEqual(await contacts(), []);
});

test("a change is shown before it is made, with what would be wrong then", async () => {
  using world = await open();
  const at = "/oncall/api/v1/schedules/web-primary";
  const span = { from: "2026-01-02T00:00:00Z", until: "2026-01-03T06:00:00Z" };
  const preview = async (body: unknown) => {
    const range = "from=2026-01-01T00:00:00Z&until=2026-01-05T00:00:00Z";
    const { final, problems } = (await world.post(`${at}/preview?${range}`, body)).json;
    const users = final.map(({ user }: { user: string | null }) => user ?? "-").join(" ");
    return `${users}; ${problems.slice(1).join("; ")}`;
  };
  assert.equal(
    await preview({ change: "override", user: "carol", ...span }),
    "alice carol alice; ",
  );
  assert.equal(
    await preview({ change: "override", ...span }),
    "alice - alice; nobody is on call from 2026-01-02T00:00Z for 30 hours",
  );
  const swap = { user: "alice", with: "dora", ...span };
  assert.equal(await preview({ change: "swap", ...swap }), "alice dora alice; ");
  const { id } = (await world.post(`${at}/swaps`, swap)).json;
  assert.equal(await preview({ change: "removal", id }), "alice; ");
  assert.equal((await world.send("DELETE", `${at}/swaps/${id}`, "")).status, 200);
  assert.equal((await world.post(`${at}/preview`, {})).status, 400);
});

test("a service tells whom it would page now, step by step", async () => {
  using world = await open();
  const [web] = (await world.get("/oncall/api/v1/services")).json;
  assert.deepEqual(
    web.steps.map((step: { afterMs: number; people: readonly { user: string }[] }) =>
      [step.afterMs / minuteMs, ...step.people.map(({ user }) => user)].join(" "),
    ),
    ["0 alice", "5 bob", "10 alice bob carol dora"],
  );
});

test("a service tells what is used of the page budget of whom it would page first", async () => {
  using world = await open();
  const budget = async () => (await world.get("/oncall/api/v1/services")).json[0].budget;
  const spent = { pages: 2, perMs: 720 * minuteMs };
  assert.deepEqual(await budget(), { ...spent, used: [{ user: "alice", pages: 0 }] });
  await world.trigger();
  assert.deepEqual(await budget(), { ...spent, used: [{ user: "alice", pages: 1 }] });
});

test("an incident tells what is awaited, and when", async () => {
  using world = await open();
  await world.trigger();
  const awaited = async () => {
    const { awaited: next } = (await world.get("/oncall/api/v1/incidents/1")).json;
    return next === undefined ? "" : `${next.dueAt.slice(11, 19)} ${next.text}`;
  };
  assert.equal(await awaited(), "00:05:00 bob is paged (step 2 of round 1)");
  await world.post("/oncall/api/v1/incidents/1/acknowledge", {});
  assert.equal(await awaited(), "00:30:01 the acknowledgement times out, and rounds begin again");
  await world.post("/oncall/api/v1/incidents/1/resolve", {});
  assert.equal(await awaited(), "");
});

test("a contact is paged only after whoever got a message there has said so", async () => {
  using world = await open();
  const at = "/oncall/api/v1/users/alice/contacts";
  assert.equal((await world.post(`${at}/fax/verification`, {})).status, 404);
  assert.deepEqual((await world.post(`${at}/phone/verification`, {})).json, { status: "sent" });
  const link = world.link("verify");
  assert.match((await world.get(link)).text, /<button autofocus>Yes, page me here<\/button>/);
  const unverified = () =>
    world.get("/oncall/api/v1/check").then(({ text }) => text.includes("phone is not verified"));
  assert.equal(await unverified(), true);
  await world.post(link, {});
  assert.equal(await unverified(), false);
  assert.equal((await world.get(link.replace("verify", "acknowledge"))).status, 404);
});

test("a calendar is given to who has its key, in lines of at most 75 bytes", async () => {
  using world = await open();
  const [row] = (await world.get("/oncall/api/v1/now")).json;
  assert.equal(row.now.user, "alice");
  const { text } = await world.get(`${row.calendar}.ics`);
  assert.match(text, /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
  assert.match(text, /\r\nSUMMARY:On call: alice \(web-primary\)\r\n/);
  assert.match(text, /\r\nDTSTART:20260101T000000Z\r\n/);
  assert.ok(text.split("\r\n").every((line) => utf8(line).length <= 75));
  assert.equal((await world.get(row.calendar.replace(/.$/, "~"))).status, 404);
});

interface Doors {
  readonly apiToken?: string;
  readonly userTokens?: Readonly<Record<string, string>>;
}

async function open({ apiToken = "", userTokens = {} }: Doors = {}) {
  const clock = new VirtualClock();
  const mail = userOf("alice");
  const phone = { id: "phone", kind: "sms", address: "+4930123456", isVerified: false } as const;
  const base = rosterOf({ users: [{ ...mail, contacts: [...mail.contacts, phone] }] });
  const watchdog = { name: "watchdog", service: "web", intervalMs: 5 * minuteMs, key: "beat" };
  const roster = { ...base, heartbeats: new Map([["watchdog", watchdog]]) };
  const phones = new Phones(clock);
  const onCall = await openReplica({
    clock,
    events: new SharedLog(),
    courier: phones,
    roster: () => roster,
  });
  const links = new SignedLinks(new Uint8Array(32), "https://ops.test");
  const heartbeats = new Heartbeats({ clock, log: silentLogger, onCall });
  const server = createOnCallServer({
    onCall,
    log: silentLogger,
    random: seededRandom(3),
    links,
    heartbeats,
    twilio: () => twilio,
    credentials: () => ({ apiToken, userTokens: new Map(Object.entries(userTokens)) }),
    identityOf: ({ headers }) => {
      const letIn = findHeader(headers, "x-let-in");
      const name = letIn ?? findHeader(headers, "x-verified-name");
      return name === undefined ? undefined : { name, isLetIn: letIn !== undefined };
    },
    webPushKey: "",
  });
  const send = async (method: string, target: string, body: string, headers = {}) => {
    const peer = { address: undefined, certificate: undefined };
    const request = { method, target, headers, body: utf8(body), peer };
    const answer = await server.handle(request, new AbortController().signal);
    const { status, headers: told } = answer;
    const text = new TextDecoder().decode(answer.body as Uint8Array);
    const json = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined;
    return { status, headers: told, text, json };
  };
  const get = (target: string) => send("GET", target, "");
  const post = (target: string, body: unknown, headers = {}) =>
    send("POST", target, JSON.stringify(body), headers);
  return {
    clock,
    onCall,
    heartbeats,
    send,
    get,
    post,
    incidents: async () => (await get("/oncall/api/v1/incidents")).json,
    phones,
    trigger: async (headers = {}) => {
      await post("/oncall/api/v1/incidents", { service: "web", title: "Web is down" }, headers);
      await clock.advance(1000);
    },
    /** The path of the link that alice's page has. */
    link: (place: string) => {
      const page = phones.rung[0]?.page;
      assert.ok(page !== undefined);
      const expiresAtMs = clock.nowMs() + 24 * hourMs;
      const { incident, user, id: message } = page;
      const { pathname } = new URL(links.linkOf(place, { incident, user, message, expiresAtMs }));
      return pathname;
    },
    [Symbol.dispose]: () => onCall[Symbol.dispose](),
  };
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
