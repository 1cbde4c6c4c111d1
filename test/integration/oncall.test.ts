/**
 * Real processes: an alert by the API, a letter over SMTP to the primary, the backup when nobody
 * answers, a click on the letter's link, a program that is killed and goes on from its log.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { openFolder } from "../../src/host/testing.ts";

const bin = new URL("../../src/main/bin.ts", import.meta.url).pathname;
const run = promisify(execFile);
const waitMsMax = 20_000;

test("the primary is paged, then the backup, until somebody clicks", {
  timeout: 90_000,
}, async () => {
  await using folder = await openFolder();
  await using stack = new AsyncDisposableStack();
  const mailbox = await openMailbox(stack);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(`${folder.path}/alertmanager.yml`, alertmanagerConfig(url));
  writeFileSync(`${folder.path}/oncall.yml`, oncallConfig(mailbox.port));
  const start = async () => {
    const child = spawn(
      process.execPath,
      [
        bin,
        "alertmanager",
        `--config.file=${folder.path}/alertmanager.yml`,
        `--oncall.config-file=${folder.path}/oncall.yml`,
        `--storage.path=${folder.path}/state`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.external-url=${url}`,
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    );
    stack.defer(() => kill(child));
    await until(() => isOk(`${url}/-/ready`), "the program");
    return child;
  };
  const first = await start();

  const labels = { alertname: "Down", severity: "critical" };
  const annotations = { summary: "The web shop is down" };
  const alerts = JSON.stringify([{ labels, annotations }]);
  const headers = { "content-type": "application/json" };
  await fetch(`${url}/api/v2/alerts`, { method: "POST", headers, body: alerts });
  await until(() => mailbox.letters.length >= 1, "the letter to the primary");
  assert.match(mailbox.letters[0] ?? "", /^To: alice@example\.com\r?$/m);
  assert.match(mailbox.letters[0] ?? "", /^Subject: \[web\] The web shop is down \(#1\)\r?$/m);

  // Whoever is killed here has paged the primary, and must not do so again.
  await kill(first);
  await start();
  await until(() => mailbox.letters.length >= 2, "the letter to the backup");
  assert.match(mailbox.letters[1] ?? "", /^To: bob@example\.com\r?$/m);

  const [, link = ""] = /Acknowledge: (http:\S+)/.exec(plainText(mailbox.letters[1] ?? "")) ?? [];
  assert.match(await (await fetch(link)).text(), /<button autofocus>Acknowledge #1<\/button>/);
  assert.equal(await statusOf(url), "triggered");
  assert.match(await (await fetch(link, { method: "POST" })).text(), /bob has acknowledged #1\./);
  assert.equal(await statusOf(url), "acknowledged");
  const why = await oncall(url, "why", "1");
  assert.match(why, /^paged: alice, bob\n/);
  assert.match(why, /bob acknowledged by link; nobody else is paged/);
  // The team would have been next.
  await delay(4_000);
  assert.equal(mailbox.letters.length, 2);
});

test("a wrong file is refused with its place, and the old one stays", {
  timeout: 60_000,
}, async () => {
  await using folder = await openFolder();
  writeFileSync(`${folder.path}/alertmanager.yml`, alertmanagerConfig("http://127.0.0.1:1"));
  const bad = oncallConfig(25).replace("members: [alice]", "members: [zoe]");
  writeFileSync(`${folder.path}/oncall.yml`, bad);
  const args = [
    `--config.file=${folder.path}/alertmanager.yml`,
    `--oncall.config-file=${folder.path}/oncall.yml`,
    `--storage.path=${folder.path}/state`,
    "--web.listen-address=127.0.0.1:0",
    "--cluster.listen-address=",
  ];
  await assert.rejects(run(process.execPath, [bin, "alertmanager", ...args]), (error) => {
    assert.match(String(Object(error).stderr), /there is no user "zoe"/);
    return true;
  });
});

function alertmanagerConfig(url: string): string {
  return `
route: {receiver: pager, group_by: [alertname], group_wait: 0s}
receivers:
  - name: pager
    webhook_configs: [{url: '${url}/oncall/intake/alertmanager/integration-key'}]
`;
}

function oncallConfig(smtpPort: number): string {
  return `
users:
  - {name: alice, contacts: [{email: alice@example.com}]}
  - {name: bob, contacts: [{email: bob@example.com}]}
teams:
  - {name: web, members: [alice, bob]}
schedules:
  - name: web
    layers: [{rotation: weekly, start: 2026-01-05 09:00, members: [alice]}]
policies:
  - name: quick
    steps:
      - {after: 0s, schedules: [web]}
      - {after: 10s, users: [bob]}
      - {after: 15s, teams: [web]}
services:
  - {name: web, team: web, policy: quick, integration_keys: [integration-key]}
own_service: web
smtp: {from: oncall@example.com, smarthost: '127.0.0.1:${smtpPort}', require_tls: false}
`;
}

/** A mail server that takes every letter. */
async function openMailbox(stack: AsyncDisposableStack) {
  const letters: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    talk(socket, (letter) => letters.push(letter));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return { letters, port: (server.address() as AddressInfo).port };
}

function talk(socket: Socket, onLetter: (letter: string) => void): void {
  let received = "";
  let letter: string[] | undefined;
  socket.write("220 mailbox\r\n");
  socket.on("data", (chunk) => {
    received += chunk.toString();
    const lines = received.split("\r\n");
    received = lines.pop() ?? "";
    for (const line of lines) {
      if (letter === undefined) {
        if (line === "DATA") letter = [];
        socket.write(`${answerTo(line)}\r\n`);
      } else if (line === ".") {
        onLetter(letter.join("\n"));
        letter = undefined;
        socket.write("250 taken\r\n");
      } else {
        letter.push(line);
      }
    }
  });
}

function answerTo(line: string): string {
  if (line === "DATA") return "354 go on";
  return line === "QUIT" ? "221 bye" : "250 fine";
}

/** A letter without its quoted-printable. */
function plainText(letter: string): string {
  return letter
    .replaceAll(/=\n/g, "")
    .replaceAll(/=([\dA-F]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
}

async function statusOf(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/oncall/api/v1/incidents/1`);
  return Object(await answer.json()).status;
}

async function oncall(url: string, ...words: readonly string[]): Promise<string> {
  const args = [bin, "oncall", ...words, `--server=${url}`];
  return (await run(process.execPath, args)).stdout;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function until(isDone: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + waitMsMax;
  while (!(await isDone())) {
    assert.ok(performance.now() < endMs, `waited for ${what} in vain`);
    await delay(50);
  }
}
