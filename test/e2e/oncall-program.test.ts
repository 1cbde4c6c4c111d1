/** Who is who in on-call's pages, against the real program behind a password. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { hashSync } from "bcryptjs";
import type { Browser } from "playwright-core";
import { openFolder } from "../../src/host/testing.ts";
import { missingBrowser, openBrowser } from "./browser.ts";
import { freePort } from "./prometheus.ts";

const bin = path.resolve(import.meta.dirname, "../../src/main/bin.ts");
const skip = missingBrowser() ?? false;
const password = "open sesame";

const oncallConfig = `
users:
  - {name: alice, full_name: Alice Ahrens, contacts: [{webhook: 'http://127.0.0.1:9/'}]}
  - {name: bob, full_name: Bob Brandt, token: bob's very own token, contacts: [{webhook: 'http://127.0.0.1:9/'}]}
teams: [{name: web, members: [alice, bob], primary: web}]
schedules:
  - {name: web, layers: [{rotation: weekly, start: 2026-01-05 09:00, members: [alice, bob]}]}
services: [{name: web, team: web, integration_keys: [a-long-secret]}]
own_service: web
api_token: everybody's secret token
`;

let child: ChildProcess | undefined;
let browser: (Browser & AsyncDisposable) | undefined;
let folder: Awaited<ReturnType<typeof openFolder>> | undefined;
let url = "";

before(async () => {
  if (skip !== false) return;
  folder = await openFolder();
  const hash = hashSync(password, 4);
  const users = JSON.stringify({ alice: hash, carl: hash });
  writeFileSync(`${folder.path}/am.yml`, "{route: {receiver: team}, receivers: [{name: team}]}");
  writeFileSync(`${folder.path}/oncall.yml`, oncallConfig);
  writeFileSync(`${folder.path}/web.yml`, `basic_auth_users: ${users}`);
  const port = await freePort();
  url = `http://127.0.0.1:${port}/alerting`;
  child = spawn(
    process.execPath,
    [
      bin,
      "alertmanager",
      `--config.file=${folder.path}/am.yml`,
      `--oncall.config-file=${folder.path}/oncall.yml`,
      `--web.config.file=${folder.path}/web.yml`,
      `--storage.path=${folder.path}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  const endMs = performance.now() + 20_000;
  while (!(await fetch(`${url}/-/ready`).then(isAnswered, () => false))) {
    assert.ok(performance.now() < endMs, "the program is up");
    await delay(50);
  }
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

test("whoever the server in front knows by name is that person here", { skip }, async () => {
  const page = await opened("alice");
  await page.getByRole("link", { name: "Incidents" }).click();
  await page.getByText("You are Alice Ahrens.").waitFor();
  const body = JSON.stringify({ service: "web", title: "The web shop is down" });
  assert.equal((await asked("alice", "/oncall/api/v1/incidents", body)).status, 201);
  await page.getByRole("link", { name: "#1 The web shop is down" }).click();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByText("Acknowledged by alice.").waitFor();
});

test("whoever else gets in has to sign in, and may do nothing before", { skip }, async () => {
  assert.equal((await asked("carl", "/oncall/api/v1/incidents")).status, 401);
  const page = await opened("carl");
  await page.getByRole("link", { name: "Incidents" }).click();
  await page.getByLabel("Token", { exact: true }).fill("bob's very own token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("You are Bob Brandt.").waitFor();
  await page.getByLabel("Show").selectOption("all");
  await page.getByRole("link", { name: "#1 The web shop is down" }).click();
  await page.getByRole("button", { name: "Resolve" }).click();
  await page.getByText("Resolved by bob.").waitFor();
});

function isAnswered({ status }: Response): boolean {
  return status === 401;
}

async function opened(username: string) {
  assert(browser !== undefined);
  const page = await browser.newPage({ httpCredentials: { username, password } });
  await page.goto(`${url}/alerts`);
  return page;
}

function asked(username: string, target: string, body?: string): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    authorization: `Basic ${btoa(`${username}:${password}`)}`,
  };
  return fetch(url + target, body === undefined ? { headers } : { method: "POST", headers, body });
}
