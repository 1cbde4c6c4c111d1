/** The alerting part's pages in a real browser, against the real program. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { openFolder } from "../../src/host/testing.ts";
import { accessibilityProblems, missingBrowser, openBrowser } from "./browser.ts";
import { freePort } from "./prometheus.ts";

const root = path.resolve(import.meta.dirname, "../..");
const skip = missingBrowser() ?? false;

const config = `
route: {receiver: team, group_by: [alertname], group_wait: 1s}
receivers: [{name: team}, {name: other}]
inhibit_rules:
- {source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [job]}
`;

let child: ChildProcess | undefined;
let browser: (Browser & AsyncDisposable) | undefined;
let folder: Awaited<ReturnType<typeof openFolder>> | undefined;
let url = "";

before(async () => {
  if (skip !== false) return;
  folder = await openFolder();
  writeFileSync(`${folder.path}/am.yml`, config);
  const port = await freePort();
  url = `http://127.0.0.1:${port}/alerting`;
  child = spawn(
    process.execPath,
    [
      path.join(root, "src/main/bin.ts"),
      "alertmanager",
      `--config.file=${folder.path}/am.yml`,
      `--storage.path=${folder.path}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  await eventually(async () => (await fetch(`${url}/-/ready`)).ok);
  await report("Down", { job: "api", severity: "critical" });
  await report("Slow", { job: "api", severity: "warning" });
  await report("Full", { job: "db", severity: "warning" });
  browser = await openBrowser();
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  if (child !== undefined && child.exitCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  await folder?.[Symbol.asyncDispose]();
});

test("an alert is silenced from its row, after a look at what that covers", { skip }, async () => {
  const { page, errors } = await opened("/");
  assert.equal(new URL(page.url()).pathname, "/alerting/alerts");
  await page.getByText('alertname="Full"').waitFor();
  // What another alert explains is shown only when asked for.
  assert.equal(await page.getByText('alertname="Slow"').count(), 0);
  await page.getByLabel("Show").selectOption("all");
  await page.getByText("inhibited").waitFor();

  const row = page.locator("section", { hasText: 'alertname="Full"' });
  await row.getByRole("button", { name: "Silence" }).click();
  const form = page.getByRole("form", { name: "New silence" });
  await form.getByText("Covers 1 alert now").waitFor();
  await form.getByLabel("What it covers").fill('severity="warning"');
  await form.getByText("Covers 2 alerts now").waitFor();
  await form.getByLabel("What it covers").fill('alertname="Full"');
  await form.getByLabel("Who").fill("me");
  await form.getByLabel("Why").fill("disk is being replaced");
  await form.getByRole("button", { name: "Silence" }).click();
  await row.getByText("silenced").waitFor();

  await page.getByRole("link", { name: "Silences" }).click();
  const card = page.getByRole("region", { name: "disk is being replaced" });
  await card.getByText('alertname="Full"').waitFor();
  await card.getByText("covers 1 alert now").waitFor();
  await card.getByText(/ends in 1h 59m|ends in 2h 0m/).waitFor();
  await card.getByRole("button", { name: "Extend by an hour" }).click();
  await card.getByText(/ends in 2h 59m|ends in 3h 0m/).waitFor();
  await card.getByRole("button", { name: "Expire" }).click();
  await page.getByText("No active silences.").waitFor();
  await page.getByLabel("State").selectOption("expired");
  await card.getByRole("button", { name: "Recreate" }).click();
  assert.equal(await form.getByLabel("What it covers").inputValue(), 'alertname="Full"');
  assert.deepEqual(errors, []);
});

test("a filter narrows the alerts and is part of the address", { skip }, async () => {
  const { page } = await opened("/alerts");
  const field = page.getByRole("searchbox");
  await field.fill('job=~"d.*"');
  await page.getByText('alertname="Down"').waitFor({ state: "detached" });
  await page.getByText('alertname="Full"').waitFor();
  const again = await opened(page.url().slice(url.length));
  await again.page.getByText('alertname="Full"').waitFor();
  await field.fill("nothing at all");
  await page.getByText("is no matcher").waitFor();
});

test("links of notifications lead to the receiver's alerts", { skip }, async () => {
  const { page } = await opened("/#/alerts?receiver=other");
  await page.getByText("Only what the receiver other is told of.").waitFor();
  await page.getByText("No alerts.").waitFor();
});

for (const [name, size, scheme] of [
  ["a desk in the light", { width: 1200, height: 800 }, "light"],
  ["a phone in the dark", { width: 390, height: 800 }, "dark"],
] as const) {
  test(`all pages are usable on ${name}`, { skip }, async () => {
    for (const [place, text] of [
      ["/alerts", 'alertname="Full"'],
      ["/silences", "New silence"],
      ["/status", "receivers:"],
    ] as const) {
      const { page, errors } = await opened(place, size);
      await page.emulateMedia({ colorScheme: scheme });
      await page.getByText(text).first().waitFor();
      if (place === "/silences") await page.getByRole("button", { name: "New silence" }).click();
      assert.deepEqual(await accessibilityProblems(page), [], place);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.equal(overflow, 0, `${place} is no wider than the screen`);
      assert.deepEqual(errors, []);
    }
  });
}

async function opened(place: string, viewport = { width: 1200, height: 800 }) {
  assert(browser !== undefined);
  const page: Page = await browser.newPage({ viewport });
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(url + place);
  return { page, errors };
}

async function report(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const annotations = { summary: `${name} is what it is called` };
  const alert = { labels: { alertname: name, ...labels }, annotations };
  await fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([alert]),
  });
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await holds().catch(() => false))) {
    assert.ok(performance.now() < endMs, "the program is up");
    await delay(50);
  }
}
