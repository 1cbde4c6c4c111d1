/** On-call's pages in a real browser, on a virtual clock. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { accessibilityProblems, missingBrowser, openBrowser } from "./browser.ts";
import { type OncallWorld, openOncallWorld } from "./oncall-world.ts";

const skip = missingBrowser() ?? false;
const minuteMs = 60_000;
/** A Wednesday, 09:00 in Berlin. */
const startMs = Date.UTC(2026, 0, 7, 8);

const config = `
users:
  - name: alice
    full_name: Alice Ahrens
    time_zone: Europe/Berlin
    contacts: [{id: mail, email: alice@example.com}, {id: phone, sms: "+4930123456"}]
    rules: [{contact: mail, after: 0s}, {contact: phone, after: 1m}]
  - name: bob
    full_name: Bob Brandt
    time_zone: Europe/Berlin
    contacts: [{id: mail, email: bob@example.com}]
    rules: [{contact: mail, after: 0s}]
  - name: carol
    full_name: Carol Chen
    contacts: [{email: carol@example.com}]
  - name: dora
    full_name: Dora Dahl
    contacts: [{email: dora@example.com}]
teams:
  - {name: web, members: [alice, bob, carol], managers: [dora], primary: web}
  - {name: data, members: [carol], managers: [dora], primary: data}
schedules:
  - name: web
    time_zone: Europe/Berlin
    layers:
      - {name: weeks, rotation: weekly, start: 2026-01-05 09:00, members: [alice, bob]}
      - name: nights
        rotation: daily
        start: 2026-01-05 20:00
        members: [carol, bob]
        times: [{weekdays: [tuesday, thursday], from: "20:00", until: "08:00"}]
    overrides: [{user: dora, from: 2026-01-20 12:00, until: 2026-01-21 12:00}]
  - name: data
    layers: [{rotation: weekly, start: 2026-01-05 09:00, members: [carol]}]
services:
  - {name: web, team: web, integration_keys: [a-long-secret]}
  - {name: data, team: data, integration_keys: [another-secret]}
own_service: web
`;

let browser: (Browser & AsyncDisposable) | undefined;

before(async () => {
  if (skip === false) browser = await openBrowser();
});
after(() => browser?.[Symbol.asyncDispose]());

test("the backup is paged at 5:00, and an acknowledgement in the browser ends it", {
  skip,
}, async () => {
  await using world = await openOncallWorld(config, startMs);
  await world.breaks("The web shop is down");
  const { page, errors } = await opened(world, "/incidents", phone);
  await page.getByLabel("You are").selectOption("bob");
  await page.getByRole("link", { name: "#1 The web shop is down" }).click();
  const state = page.getByRole("region", { name: "State" });
  await state.getByText("triggered").waitFor();
  await state.getByText(/bob\s+next in\s+5:00/).waitFor();

  await world.clock.advance(5 * minuteMs - 1);
  assert.deepEqual(world.phones.heard(), ["0:00 alice email", "1:00 alice sms"]);
  await world.clock.advance(1);
  assert.equal(world.phones.heard()[2], "5:00 bob email");
  const messages = page.getByRole("table");
  await messages.getByRole("row", { name: /bob.*email.*sent.*next on call in web/ }).waitFor();
  await state.getByText(/alice,\s*bob,\s*carol,\s*dora\s+next in\s+5:00/).waitFor();

  await world.clock.advance(minuteMs);
  await state.getByRole("button", { name: "Acknowledge" }).click();
  await state.getByText("Acknowledged by bob.").waitFor();
  await world.clock.advance(20 * minuteMs);
  assert.equal(world.phones.heard().length, 3, "nobody else is paged");
  await page
    .getByRole("region", { name: "Timeline" })
    .getByText("bob acknowledged by api; nobody else is paged")
    .waitFor();

  await page.getByLabel("Whom to ask about").selectOption("carol");
  await page.getByText("No step that was reached pages carol.").waitFor();
  await state.getByRole("button", { name: "false", exact: true }).click();
  await state.getByRole("button", { name: "Resolve" }).click();
  await state.getByText("Resolved by bob.").waitFor();
  await page.goto(`${world.url}/reports`);
  const people = page.getByRole("region", { name: "By person" });
  // Name, pages, out of hours, acknowledged, after, false.
  await people.getByRole("row", { name: "bob 1 0 1 6:00 100 %" }).waitFor();
  await people
    .getByRole("img", { name: "2 pages by day and hour, 0 of them out of hours" })
    .waitFor();
  await page.getByRole("row", { name: /bob resolved #1/ }).waitFor();
  assert.deepEqual(errors, []);
});

test("an incident is snoozed, given away and escalated by its buttons", { skip }, async () => {
  await using world = await openOncallWorld(config, startMs);
  await world.breaks("Checkout is slow");
  const { page, errors } = await opened(world, "/incidents?number=1");
  const state = page.getByRole("region", { name: "State" });
  await state.getByLabel("Snooze for").selectOption("30m");
  await state.getByRole("button", { name: "Snooze" }).click();
  await state
    .getByText(/the snooze ends, and rounds begin again\s+in\s+(?:30:00|29:5\d)/)
    .waitFor();
  await state.getByRole("button", { name: "Unacknowledge" }).click();
  await state.getByText("triggered").waitFor();
  await state.getByLabel("Reassign to").selectOption("carol");
  await state.getByRole("button", { name: "Reassign" }).click();
  await page.getByRole("row", { name: /carol.*named by the policy/ }).waitFor();
  await state.getByRole("button", { name: "Escalate now" }).click();
  await page
    .getByRole("row", { name: /alice.*next on call in web|bob.*next on call in web/ })
    .waitFor();
  await page.getByLabel("Note for the timeline").fill("it is the cache");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("api: it is the cache").waitFor();
  assert.deepEqual(errors, []);
});

test("a message that fails says why and when it is tried again; one not wanted is not sent", {
  skip,
}, async () => {
  await using world = await openOncallWorld(config, startMs);
  const error = "552 the mailbox is full";
  world.phones.answers.push(async () => {
    return { kind: "failed", error, isRetryable: true, isAmbiguous: false };
  });
  await world.breaks("The web shop is down");
  const { page } = await opened(world, "/incidents?number=1");
  const row = (text: RegExp) => page.getByRole("row", { name: text }).waitFor();
  await row(/alice email \(mail\) queued ?552 the mailbox is full; it is tried again/);
  await page
    .getByText(/email to alice failed: 552 the mailbox is full; it is tried again at/)
    .waitFor();
  await world.clock.advance(10_000);
  await row(/alice email \(mail\) sent attempt 2/);
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await row(/alice sms \(phone\) withdrawn.*no longer wanted/);
});

test("why was nobody paged: of an incident, and of an alert by a word", { skip }, async () => {
  await using world = await openOncallWorld(config, startMs);
  await world.breaks("Certificates expire", { severity: "info" });
  const { page } = await opened(world, "/incidents");
  const nobody = page.getByRole("region", { name: "Why was nobody paged?" });
  await nobody.getByRole("searchbox").fill("Certificates");
  await nobody.getByRole("button", { name: "Ask" }).click();
  await nobody.getByText(/#1: nobody was paged: the severity info pages nobody in web/).waitFor();
  await nobody.getByRole("link", { name: "Incident #1" }).click();
  await page.getByText("Nobody is paged: the severity info pages nobody in web.").waitFor();
  await page.getByText("Nobody was sent anything.").waitFor();
});

test("an override is drawn along the calendar, looked at, saved and taken back", {
  skip,
}, async () => {
  await using world = await openOncallWorld(config, startMs);
  const { page, errors } = await opened(world, "/on-call");
  await page.getByLabel("You are").selectOption("carol");
  const web = page.getByRole("region", { name: "Schedule web" });
  // Friday from 6:00 to 18:00 in the first week: 4.25 to 4.75 days along it.
  const lane = web.locator(".lane.final").first();
  await draw(page, [lane, 4.25 / 7], [lane, 4.75 / 7]);
  const form = web.getByRole("form", { name: "New override" });
  assert.equal(await form.getByLabel("From").inputValue(), "2026-01-09T06:00");
  assert.equal(await form.getByLabel("Until").inputValue(), "2026-01-09T18:00");
  const drawn = "carol, Fri 9 Jan 06:00 to 18:00, by override. Override this";
  await web.getByText("Preview, not saved yet").waitFor();
  await web.getByRole("button", { name: drawn }).waitFor();
  await form.getByLabel("Who is on call").selectOption("nobody");
  await form.getByText(/nobody is on call from 2026-01-09T05:00Z for 12 hours/).waitFor();
  await form.getByLabel("Who is on call").selectOption("carol");
  await form.getByText(/nobody is on call/).waitFor({ state: "detached" });
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await web.getByRole("button", { name: drawn }).waitFor();

  await web.getByRole("button", { name: "Delete the override of carol" }).click();
  await web.getByRole("button", { name: drawn }).waitFor({ state: "detached" });
  // What the file says is changed there.
  assert.equal(await web.getByRole("button", { name: "Delete the override of dora" }).count(), 0);
  assert.deepEqual(errors, []);
});

test("a drag may go backwards and over a week's end; keys do as well", { skip }, async () => {
  await using world = await openOncallWorld(config, startMs);
  const { page } = await opened(world, "/on-call");
  const web = page.getByRole("region", { name: "Schedule web" });
  const lanes = web.locator(".lane.final");
  await draw(page, [lanes.nth(1), 1 / 7], [lanes.nth(0), 6 / 7]);
  const form = web.getByRole("form", { name: "New override" });
  assert.equal(await form.getByLabel("From").inputValue(), "2026-01-11T00:00");
  assert.equal(await form.getByLabel("Until").inputValue(), "2026-01-13T00:00");
  await form.getByRole("button", { name: "Cancel" }).click();

  await web.getByRole("button", { name: /^alice, Mon 5 Jan 09:00 to Tue 6 Jan 20:00/ }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await form.getByLabel("From").inputValue(), "2026-01-05T09:00");
  await form.getByRole("button", { name: "Cancel" }).click();
  await web.getByRole("button", { name: "New swap" }).click();
  const swap = web.getByRole("form", { name: "New swap" });
  await swap.getByRole("combobox", { name: "Who", exact: true }).selectOption("alice");
  await swap.getByLabel("With whom").selectOption("dora");
  await swap.getByRole("button", { name: "Save" }).click();
  await web.getByRole("button", { name: "Delete the swap of alice and dora" }).waitFor();
});

test("times are those of the schedule, of the person, or UTC", { skip }, async () => {
  await using world = await openOncallWorld(config, startMs);
  const context = await browser?.newContext({ timezoneId: "America/New_York" });
  const page = await context?.newPage();
  assert(page !== undefined);
  await page.goto(`${world.url}/on-call`);
  const web = page.getByRole("region", { name: "Schedule web" });
  await web.getByText("until Thu 8 Jan 20:00").waitFor();
  await page.getByLabel("Times of").selectOption("mine");
  await web.getByText("until Thu 8 Jan 14:00").waitFor();
  await page.getByLabel("Times of").selectOption("UTC");
  await web.getByText("until Thu 8 Jan 19:00").waitFor();
  await context?.close();
});

test("findings stand where they apply, and whom a service would page now", { skip }, async () => {
  await using world = await openOncallWorld(config, startMs);
  const { page } = await opened(world, "/on-call");
  await page
    .getByRole("region", { name: "Schedule data" })
    .getByText("carol is the only one in the rota")
    .waitFor();
  const ladder = page.getByRole("region", { name: "If web broke now" });
  assert.deepEqual(await ladder.getByRole("listitem").allInnerTexts(), [
    "0:00\nalice on call in web",
    "5:00\nbob next on call in web",
    "10:00\nalice, bob, carol, dora",
  ]);
  await ladder.getByText("Pages used in the last 12h: alice 0 of 2").waitFor();
  const feed = page.getByRole("link", { name: "Calendar feed" }).first();
  const calendar = await (
    await fetch(new URL((await feed.getAttribute("href")) ?? "", world.url))
  ).text();
  assert.match(calendar, /^BEGIN:VCALENDAR/);
});

test("who has no token sees and changes nothing; who signs in is known by name", {
  skip,
}, async () => {
  const userTokens = new Map([["alice", "alice's own token"]]);
  await using world = await openOncallWorld(config, startMs, {
    apiToken: "everybody's",
    userTokens,
  });
  await world.breaks("The web shop is down");
  const { page, errors } = await opened(world, "/incidents?number=1");
  await page.getByRole("form", { name: "Sign in" }).waitFor();
  assert.equal(await page.getByText("The web shop is down").count(), 0);
  await page.getByLabel("Token", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("nobody has this token").waitFor();
  await page.getByLabel("Token", { exact: true }).fill("alice's own token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("You are Alice Ahrens.").waitFor();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByText("Acknowledged by alice.").waitFor();
  // A page of another site makes the browser send a form.
  const evil = await page.context().newPage();
  const target = `${world.url}/oncall/api/v1/incidents/1/resolve`;
  await evil.setContent(`<form method="post" action="${target}"><button>Win</button></form>`);
  await evil.getByRole("button", { name: "Win" }).click();
  await evil.getByText("pages of other sites may change nothing here").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("form", { name: "Sign in" }).waitFor();
  await page.getByLabel("Token", { exact: true }).fill("everybody's");
  await page.getByLabel("User").fill("bob");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("You are Bob Brandt.").waitFor();
  await page.getByText("acknowledged", { exact: true }).waitFor();
  assert.deepEqual(errors, []);
});

test("a browser is subscribed and confirmed, and its worker shows what is pushed", {
  skip,
}, async () => {
  await using world = await openOncallWorld(config, startMs);
  const { page, errors } = await opened(world, "/on-call", phone);
  await page.context().grantPermissions(["notifications"]);
  // There is no push service here: the browser's part of the agreement is played.
  await page.addInitScript(playedSubscription);
  await page.reload();
  await page.getByLabel("You are").selectOption("bob");
  const contacts = page.getByRole("region", { name: "How you are reached" });
  await contacts.getByRole("button", { name: "Page me in this browser" }).click();
  const own = contacts.getByRole("listitem").filter({ hasText: "browser-" });
  await own.getByText("to be confirmed").waitFor();
  const [verification] = world.phones.rung;
  assert.equal(verification?.page.purpose, "verification");
  assert.equal(verification?.page.contact.kind, "web-push");
  await page.goto(world.linkIn("verify", verification?.page));
  await page.getByRole("button", { name: "Yes, page me here" }).click();
  await page.getByText("Thank you. Pages will reach you here.").waitFor();

  await page.goto(`${world.url}/on-call`);
  await own.getByText("confirmed", { exact: true }).waitFor();
  await contacts.getByText("This browser is subscribed.").waitFor();
  await push(page, world.url, {
    title: "[web] Down (#1)",
    body: "Down",
    tag: "a1",
    url: world.url,
  });
  const shown = () => page.evaluate<readonly string[]>(notificationsShown);
  while ((await shown()).length === 0) await delay(50);
  assert.deepEqual(await shown(), [`[web] Down (#1)|Down|a1|${world.url}`]);

  await own.getByRole("button", { name: "Remove" }).click();
  await own.waitFor({ state: "detached" });
  await contacts.getByRole("button", { name: "Page me in this browser" }).waitFor();
  const installed = await fetch(`${world.url}/alerting.webmanifest`);
  assert.equal(installed.headers.get("content-type"), "application/manifest+json");
  assert.deepEqual(errors, []);
});

for (const [name, size, scheme] of [
  ["a desk in the light", { width: 1280, height: 900 }, "light"],
  ["a desk in the dark", { width: 1280, height: 900 }, "dark"],
  ["a phone in the light", { width: 390, height: 800 }, "light"],
  ["a phone in the dark", { width: 390, height: 800 }, "dark"],
] as const) {
  test(`on-call's pages are usable on ${name}`, { skip }, async () => {
    await using world = await openOncallWorld(config, startMs - 20 * 3_600_000);
    await world.breaks("The web shop is down", { details: "firing: alertname: Down, instance: a" });
    await world.clock.advance(6 * minuteMs);
    await world.breaks("Checkout is slow");
    for (const [place, text] of [
      ["/on-call", "How you are reached"],
      ["/incidents", "#2 Checkout is slow"],
      ["/incidents?number=1", "web belongs to web"],
      ["/reports", "Audit log"],
    ] as const) {
      const { page, errors } = await opened(world, place, size);
      await page.emulateMedia({ colorScheme: scheme });
      await page.getByLabel("You are").selectOption("alice");
      await page.getByText(text).first().waitFor();
      if (place === "/on-call") {
        await page.getByRole("button", { name: "New override" }).first().click();
        await page.getByText("Preview, not saved yet").waitFor();
      }
      assert.deepEqual(await accessibilityProblems(page), [], place);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.equal(overflow, 0, `${place} is no wider than the screen`);
      await photographed(page, `${name} ${place}`);
      assert.deepEqual(errors, []);
    }
  });
}

const phone = { width: 390, height: 800 };

async function opened(world: OncallWorld, place: string, viewport = { width: 1280, height: 900 }) {
  assert(browser !== undefined);
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(world.url + place);
  return { page, errors };
}

const playedSubscription = `
  const kept = "played-subscription";
  const subscription = {
    endpoint: "https://push.test/1",
    toJSON: () => ({
      endpoint: "https://push.test/1",
      keys: { p256dh: "${"A".repeat(87)}", auth: "${"A".repeat(22)}" },
    }),
    unsubscribe: async () => localStorage.removeItem(kept),
  };
  PushManager.prototype.subscribe = async () => {
    localStorage.setItem(kept, "yes");
    return subscription;
  };
  PushManager.prototype.getSubscription = async () =>
    localStorage.getItem(kept) === null ? null : subscription;
`;

const notificationsShown = `navigator.serviceWorker.ready
  .then((registration) => registration.getNotifications())
  .then((all) => all.map(({ title, body, tag, data }) => [title, body, tag, data].join("|")))`;

/** As a push service would. */
async function push(page: Page, origin: string, content: object): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registered = Promise.withResolvers<string>();
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const [first] = registrations;
    if (first !== undefined) registered.resolve(first.registrationId);
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered.promise;
  const data = JSON.stringify(content);
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
}

/** A lane, and how far along it, from 0 to 1. */
type Along = readonly [lane: Locator, share: number];

/** Draws with the pointer. */
async function draw(page: Page, from: Along, until: Along) {
  await from[0].scrollIntoViewIfNeeded();
  const [start, end] = [await middleOf(from), await middleOf(until)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 8 });
  await page.mouse.up();
}

async function middleOf([lane, share]: Along) {
  const box = await lane.boundingBox();
  assert(box !== null);
  return { x: box.x + box.width * share, y: box.y + box.height / 2 };
}

/** Keeps a picture where somebody asked for some. */
async function photographed(page: Page, name: string): Promise<void> {
  const directory = process.env["WHERRY_PICTURES"];
  if (directory === undefined) return;
  await delay(50);
  await page.screenshot({
    path: `${directory}/${name.replaceAll(/\W+/g, "-")}.png`,
    fullPage: true,
  });
}
