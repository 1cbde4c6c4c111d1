/**
 * Why nobody was paged, cause by cause, from the alert that fires to the sentence that `wherry oncall
 * why` prints: nothing that keeps a page from somebody goes unnoted.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createMatcher } from "#series";
import { explain, explainAlert, type SuppressionCause } from "#oncall";
import { pageEverything } from "../../src/main/oncall/page-everything.ts";
import { type PagingFiles, PagingWorld } from "./paging-world.ts";

/** Thursday midnight in the zone of the team. */
const startMs = Date.UTC(2026, 0, 1);

const oncall = `users:
  - {name: alice, contacts: [{email: alice@example.com}]}
  - {name: bob, contacts: [{email: bob@example.com}]}
teams:
  - {name: web, members: [alice, bob], primary: web, backup: backup}
schedules:
  - {name: web, layers: [{rotation: weekly, start: 2026-01-01, members: [alice]}]}
  - {name: backup, layers: [{rotation: weekly, start: 2026-01-01, members: [bob]}]}
services:
  - {name: web, team: web}
`;

const down = { alertname: "Down", team: "web", severity: "page" };
const always = "times: [{start_time: 00:00, end_time: 24:00}]";
const never = "years: ['1999']";

interface Case {
  /** What is different in the files. */
  readonly files?: (files: PagingFiles) => PagingFiles;
  readonly happen: (world: PagingWorld) => Promise<void>;
  readonly why: string;
  /** What was sent all the same. */
  readonly sent?: string;
}

const fires =
  (change: Readonly<Record<string, string>> = {}) =>
  (world: PagingWorld) =>
    world.report({ ...down, ...change });

const routed = (from: string, to: string) => (files: PagingFiles) => ({
  ...files,
  alertmanager: replaced(files.alertmanager, from, to),
});

const staffed = (from: string, to: string) => (files: PagingFiles) => ({
  ...files,
  oncall: replaced(files.oncall, from, to),
});

const cases: Readonly<Record<SuppressionCause, Case>> = {
  inhibited: {
    files: (files) => ({
      ...files,
      alertmanager: `${files.alertmanager}inhibit_rules:
  - {name: node, source_matchers: [alertname="NodeDown"], target_matchers: [alertname="Down"]}
`,
    }),
    happen: async (world) => {
      await world.report({ alertname: "NodeDown", severity: "none" });
      await world.report(down);
    },
    why: '{alertname="Down", severity="page", team="web"} reached nobody: inhibited: on-call was not told: explained by FINGERPRINT (node)',
  },
  silenced: {
    happen: async (world) => {
      world.manager.silences.set({
        id: "",
        matcherSets: [[createMatcher("=", "alertname", "Down")]],
        startsAtMs: startMs,
        endsAtMs: startMs + 3_600_000,
        createdBy: "alice",
        comment: "known",
        annotations: {},
      });
      await world.report(down);
    },
    why: '{alertname="Down", severity="page", team="web"} reached nobody: silenced: on-call was not told: silenced by UUID',
  },
  muted: {
    files: (files) =>
      routed(
        "      group_by: [sigma",
        `    - {matchers: [team="web"], mute_time_intervals: [night]}
    - matchers: ['sigma_policy!=""']
      group_by: [sigma`,
      )({
        ...files,
        alertmanager: `${files.alertmanager}time_intervals: [{name: night, time_intervals: [{${always}}]}]\n`,
      }),
    happen: fires(),
    why: '{alertname="Down", severity="page", team="web"} reached nobody: muted: on-call was not told: muted by night',
  },
  inactive: {
    files: (files) =>
      routed(
        "      group_by: [sigma",
        `    - {matchers: [team="web"], active_time_intervals: [long-ago]}
    - matchers: ['sigma_policy!=""']
      group_by: [sigma`,
      )({
        ...files,
        alertmanager: `${files.alertmanager}time_intervals: [{name: long-ago, time_intervals: [{${never}}]}]\n`,
      }),
    happen: fires(),
    why: '{alertname="Down", severity="page", team="web"} reached nobody: inactive: on-call was not told: outside of long-ago',
  },
  unchanged: {
    happen: async (world) => {
      await world.report(down);
      await world.until(1);
    },
    why: '{alertname="Down", severity="page", team="web"} told nobody anew: unchanged: on-call was not told: it knows, and nothing has changed',
    sent: "0:00 alice page",
  },
  duplicate: {
    happen: async (world) => {
      await world.report(down);
      await world.until(2);
      await world.report({ ...down, instance: "b" });
      await world.until(3);
    },
    why: "the alert came in again and was merged: duplicate",
    sent: "0:00 alice page",
  },
  severity: {
    happen: fires({ severity: "info" }),
    why: "nobody is paged: severity: the severity info pages nobody in web",
  },
  "out of hours": {
    happen: fires({ severity: "note" }),
    why: "[web] Down reached nobody: out of hours: a note is a ticket only while web works",
  },
  "not eligible": {
    happen: (world) =>
      world.report(
        { ...down, severity: "ticket", sigma_held_back: "page" },
        { annotations: { held_back: "BurnRate does not fire" } },
      ),
    why: "nobody is paged: not eligible: BurnRate does not fire",
  },
  budget: {
    happen: async (world) => {
      for (const service of ["a", "b", "c"]) await world.report({ ...down, service });
      await world.until(1);
    },
    why: "nobody is paged: budget: the page budget of alice is spent: 2 within 12 hours",
    sent: "0:00 alice page, 0:00 alice page",
  },
  throttled: {
    files: staffed("[{email: alice@example.com}]", "[{voice: '+4930123456'}]"),
    happen: async (world) => {
      for (const service of ["a", "b", "c", "d"]) {
        await world.report({ ...down, service, severity: "critical" });
      }
      await world.until(1);
    },
    why: "voice to alice was withheld: throttled: 3 voice messages within 15 minutes were sent already",
    sent: "0:00 alice page, 0:00 alice page, 0:00 alice page",
  },
  nobody: {
    files: staffed("members: [alice]}", "members: [alice], until: 2026-01-01 00:00}"),
    happen: fires(),
    why: "nobody is paged: nobody: nobody is on call in web (step 1 of round 1)",
    sent: "0:00 bob page",
  },
  unverified: {
    files: staffed("{email: alice@example.com}", "{email: alice@example.com, verified: false}"),
    happen: fires(),
    why: "alice is left out: unverified: email is not verified (step 1 of round 1)",
    sent: "0:00 bob page",
  },
  "too late": {
    files: staffed(
      "[{email: alice@example.com}]}",
      "[{email: alice@example.com}], rules: [{contact: email, after: 6m}]}",
    ),
    happen: fires(),
    why: "alice is left out: too late: the rule for email comes later than the next step (step 1 of round 1)",
    sent: "0:00 bob page",
  },
};

for (const [
  cause,
  { files = (same: PagingFiles) => same, happen, why, sent = "" },
] of Object.entries(cases)) {
  test(`${cause}: ${why}`, async () => {
    const written = files({ alertmanager: pageEverything, oncall });
    using world = await PagingWorld.open(written, startMs);
    await happen(world);
    await world.clock.advance(1_000);
    const said = suppressionsOf(world);
    assert.ok(said.includes(why), `instead of it:\n${said.join("\n")}`);
    assert.equal(world.sent().join(", "), sent);
  });
}

test("an alert that belongs to nobody is noted, and goes to those who own paging if there are any", async () => {
  const lost = { alertname: "Lost", team: "ghosts", severity: "page" };
  const asked = async (files: PagingFiles) => {
    using world = await PagingWorld.open(files, startMs);
    await world.report(lost);
    await world.clock.advance(1_000);
    return [suppressionsOf(world).join("; "), world.sent().join(", ")];
  };
  const files = { alertmanager: pageEverything, oncall };
  assert.deepEqual(await asked(files), ["Lost reached nobody: nobody: no service owns it", ""]);
  const owned = { ...files, oncall: `${oncall}own_service: web\n` };
  assert.deepEqual(await asked(owned), ["", "0:00 alice page"]);
});

/** Every sentence about somebody who was not paged; names made by chance are left out. */
function suppressionsOf({ onCall: { ledger } }: PagingWorld): readonly string[] {
  const ofIncidents = [...ledger.list()].flatMap(({ id }) =>
    explain(ledger.eventsOf(id))
      .filter(({ isSuppression }) => isSuppression)
      .map(({ text }) => text),
  );
  const ofAlerts = explainAlert(ledger, "").filter(({ incident }) => incident === undefined);
  return [...ofIncidents, ...ofAlerts.map(({ text }) => text)].map((text) =>
    text.replace(/[\da-f]{8}-[\da-f-]{27}/, "UUID").replace(/by [\da-f]{16}/, "by FINGERPRINT"),
  );
}

function replaced(text: string, from: string, to: string): string {
  assert.ok(text.includes(from), `${from} is not in the file`);
  return text.replace(from, to);
}
