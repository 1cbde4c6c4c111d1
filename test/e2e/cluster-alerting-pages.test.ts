/** Alerts, silences and policies of a cluster in the shell of its monitoring engine, in a real browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { accessibilityProblems, missingBrowser, openBrowser } from "./browser.ts";
import { bringUpCluster, missingKubectl, type TestCluster } from "./cluster.ts";

const skip = missingKubectl() ?? missingBrowser() ?? false;

let cluster: TestCluster | undefined;
let browser: (Browser & AsyncDisposable) | undefined;
let url = "";

before(async () => {
  if (skip !== false) return;
  cluster = await bringUpCluster("--runtime", "simulated", "--nodes", "1", "--monitor-port", "0");
  const config = JSON.parse(readFileSync(`${cluster.directory}/cluster.json`, "utf8")) as {
    readonly monitorPort: number;
  };
  url = `http://127.0.0.1:${config.monitorPort}`;
  await until(async () => (await fetch(`${url}/-/ready`)).ok);
  browser = await openBrowser();
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

test("an alert of the engine is silenced in the engine's own pages", { skip }, async () => {
  const { page, errors } = await opened("/alerts");
  // What always fires reaches the cluster's Alertmanager.
  const rule = page.locator("details").filter({ hasText: "Watchdog" });
  await rule.getByRole("link", { name: "Silence" }).click();
  const form = page.getByRole("form", { name: "New silence" });
  await form.getByText("Covers 1 alert now").waitFor();
  await form.getByLabel("Who").fill("me");
  await form.getByLabel("Why").fill("is known");
  await form.getByRole("button", { name: "Silence" }).click();
  const card = page.getByRole("region", { name: "is known" });
  await card.getByText("covers 1 alert now").waitFor();

  await page.getByRole("link", { name: "Alert groups" }).click();
  await page.getByLabel("Show").selectOption("all");
  const row = page.locator("li.alert").filter({ hasText: "Watchdog" });
  await row.getByText("silenced").waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);

  await page.getByRole("link", { name: "Silences" }).click();
  await card.getByRole("button", { name: "Expire" }).click();
  await page.getByText("No active silences.").waitFor();
  assert.deepEqual(errors, []);
});

test("another site's page cannot silence anything", { skip }, async () => {
  const body = JSON.stringify({ matchers: [], comment: "", createdBy: "" });
  const headers = { "content-type": "text/plain", origin: "https://elsewhere.example" };
  const asked = await fetch(`${url}/api/v2/silences`, { method: "POST", headers, body });
  assert.equal(asked.status, 403);
});

test("a policy that is applied is on the page of policies", { skip }, async () => {
  await cluster?.kubectlWith(policy, "apply", "-f", "-");
  const { page, errors } = await opened("/sigma");
  const list = page.getByRole("region", { name: "Policies" });
  await list.getByText("default/load").waitFor();
  await list.getByText("it is in shadow mode").waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  assert.deepEqual(errors, []);
});

test("who is on call is shown in the same shell, with what is used of the page budget", {
  skip,
}, async () => {
  await cluster?.kubectlWith(people, "apply", "-f", "-");
  // The section is there once somebody can be paged.
  await until(async () => (await fetch(`${url}/oncall/api/v1/services`)).ok);
  const { page, errors } = await opened("/query");
  await page.getByRole("link", { name: "On-call" }).click();
  const ladder = page.getByRole("region", { name: "If web broke now" });
  await ladder.getByText("Pages used in the last 12h: alice 0 of 2").waitFor();
  assert.deepEqual(errors, []);
});

const people = `
apiVersion: oncall.wherry.dev/v1
kind: OnCallUser
metadata: {name: alice, namespace: default}
spec: {contacts: [{id: mail, email: alice@example.com}]}
---
apiVersion: oncall.wherry.dev/v1
kind: OnCallSchedule
metadata: {name: web, namespace: default}
spec: {layers: [{rotation: weekly, start: 2026-01-05 09:00, members: [alice]}]}
---
apiVersion: oncall.wherry.dev/v1
kind: OnCallTeam
metadata: {name: web, namespace: default}
spec: {members: [alice], primary: web}
---
apiVersion: oncall.wherry.dev/v1
kind: OnCallService
metadata: {name: web, namespace: default}
spec: {team: web}
---
apiVersion: oncall.wherry.dev/v1
kind: OnCallConfig
metadata: {name: paging, namespace: default}
spec: {ownService: web}
`;

const policy = `
apiVersion: oncall.wherry.dev/v1
kind: SigmaPolicy
metadata: {name: load, namespace: default}
spec: {expr: sum(up)}
`;

async function opened(place: string) {
  assert.ok(browser !== undefined);
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  // Rules are evaluated every half minute.
  page.setDefaultTimeout(90_000);
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(url + place);
  return { page, errors };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    assert.ok(performance.now() < endMs, "what is asked for is there");
    await delay(100);
  }
}
