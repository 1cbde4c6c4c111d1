/**
 * On-call inside a cluster: people and a rule are applied with kubectl, an alert pages them, processes are
 * killed in between, and whoever RBAC lets takes the incident on.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { bringUpCluster, missingKubectl, type TestCluster } from "./cluster.ts";

const missing = missingKubectl();
const skip = missing === undefined ? false : missing;
const pollMs = 100;
/** After how long the backup is paged: long enough to kill and start everything anew before. */
const backupSeconds = 25;

let cluster: TestCluster;
interface HeardPage {
  readonly user: string;
  readonly title: string;
  readonly atMs: number;
}

const pages: HeardPage[] = [];
const pager = createServer((request, response) => {
  json(request)
    .then((page) => {
      pages.push({ ...(page as Omit<HeardPage, "atMs">), atMs: performance.now() });
      response.end("ok");
    })
    .catch(() => response.destroy());
});

before(async () => {
  if (missing !== undefined) return;
  await new Promise<void>((resolve) => pager.listen(0, "127.0.0.1", resolve));
  cluster = await bringUpCluster("--runtime", "simulated", "--monitor-port", "0");
});

after(async () => {
  if (missing !== undefined) return;
  pager.close();
  await cluster[Symbol.asyncDispose]();
});

test("nobody is on call before somebody is configured", { skip }, async () => {
  const who = await untilEnded(["oncall", "now"], ({ stderr }) =>
    /nobody is on call yet/.test(stderr),
  );
  assert.equal(who.status, 1);
});

test("the primary is paged, then the backup, whoever is killed, until somebody acknowledges", {
  skip,
}, async () => {
  await cluster.kubectlWith(people(), "apply", "-f", "-");
  await cluster.kubectlWith(rule, "apply", "-f", "-");
  await until("the page to ann", () => pages.length > 0);
  assert.deepEqual(heard(), ["ann: The web shop is down"]);
  const who = await cluster.wherry("oncall", "now");
  assert.match(who.stdout, /^rota +ann +/m);
  const incidents = await cluster.wherry("oncall", "incidents");
  assert.match(incidents.stdout, /^#1 +triggered +page +web .* The web shop is down$/m);

  // The log's keeper, then the pager itself.
  kill("server");
  kill("monitor");
  await untilEnded(["oncall", "incidents"], ({ stdout }) => /^#1 +triggered /m.test(stdout));
  kill("server");
  await until("the page to bob", () => pages.length > 1);
  assert.deepEqual(heard(), ["ann: The web shop is down", "bob: The web shop is down"]);
  const [first, second] = pages;
  const seconds = ((second?.atMs ?? 0) - (first?.atMs ?? 0)) / 1_000;
  assert.ok(seconds > backupSeconds - 1, `bob was paged after ${seconds} s`);

  const done = await cluster.wherry("oncall", "ack", "1");
  assert.equal(done.stdout, "#1 is acknowledged\n", done.stderr);
  const why = await cluster.wherry("oncall", "why", "1");
  assert.match(why.stdout, /^paged: ann, bob$/m);
  assert.match(why.stdout, /kubernetes-admin acknowledged by api; nobody else is paged$/m);
  // The team would be next.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  assert.equal(pages.length, 2);
});

test("the cluster's engine records how paging does", { skip }, async () => {
  const { monitorPort } = JSON.parse(readFileSync(`${cluster.directory}/cluster.json`, "utf8")) as {
    readonly monitorPort: number;
  };
  const query = encodeURIComponent('wherry_oncall_pages_sent_total{method="webhook"} > 0');
  await untilTrue("the count of pages", async () => {
    const answer = await fetch(`http://127.0.0.1:${monitorPort}/api/v1/query?query=${query}`);
    const { data } = (await answer.json()) as { readonly data: { readonly result: unknown[] } };
    return data.result.length === 1;
  });
});

test("RBAC decides who may look and who may act, and on-call knows who it was", {
  skip,
}, async () => {
  const at = "/oncall/api/v1/incidents/1";
  const act = (user: string, verb: string) =>
    cluster.tryKubectl("--as", user, "create", "--raw", `${at}/${verb}`, "-f", "/dev/null");
  const eve = await act("eve", "unacknowledge");
  assert.match(eve.stderr, /User "eve" cannot post path "\/oncall\/api\/v1\/incidents\/1\/unack/);
  const role = "--clusterrole=wherry:oncall-responder";
  await cluster.kubectl("create", "clusterrolebinding", "responders", role, "--user=ann");
  await untilTrue("ann may act", async () => (await act("ann", "unacknowledge")).status === 0);
  await act("ann", "acknowledge");
  const shown = await cluster.kubectl("--as", "ann", "get", "--raw", at);
  assert.equal((JSON.parse(shown) as { readonly acknowledgedBy: string }).acknowledgedBy, "ann");
});

test("objects say who is on call, and what would fail at night", { skip }, async () => {
  await cluster.eventually(["get", "oncallschedule", "rota"], (text) => /^rota +ann /m.test(text));
  const found = "ann is the only one in the rota";
  await cluster.eventually(["describe", "oncallschedule", "rota"], (text) =>
    new RegExp(`Warning +WouldFail .* ${found}`).test(text),
  );
  const wrong = people().replace("members: [ann]", "members: [ann], rotation: custom");
  await cluster.kubectlWith(wrong, "apply", "-f", "-");
  const path = "{.status.conditions[?(@.type=='Accepted')].message}";
  await cluster.eventually(["get", "oncallschedule", "rota", "-o", `jsonpath=${path}`], (text) =>
    text.endsWith("; what it said before stays in force"),
  );
  const who = await cluster.wherry("oncall", "now");
  assert.match(who.stdout, /^rota +ann +/m);
});

function people(): string {
  const url = `http://127.0.0.1:${(pager.address() as AddressInfo).port}`;
  return `
apiVersion: v1
kind: Secret
metadata: {name: pagers}
stringData: {url: "${url}"}
${["ann", "bob", "cleo"].map(userNamed).join("")}---
apiVersion: oncall.wherry.dev/v1
kind: OnCallSchedule
metadata: {name: rota}
spec: {layers: [{start: "2026-01-05 09:00", members: [ann]}]}
---
apiVersion: oncall.wherry.dev/v1
kind: EscalationPolicy
metadata: {name: web}
spec:
  steps:
    - {after: 0s, schedules: [rota]}
    - {after: ${backupSeconds}s, users: [bob]}
    - {after: ${backupSeconds + 6}s, teams: [web]}
---
apiVersion: oncall.wherry.dev/v1
kind: OnCallTeam
metadata: {name: web}
spec: {members: [ann, bob, cleo], primary: rota}
`;
}

function userNamed(name: string): string {
  return `---
apiVersion: oncall.wherry.dev/v1
kind: OnCallUser
metadata: {name: ${name}}
spec: {contacts: [{webhook: {secretKeyRef: {name: pagers, key: url}}}]}
`;
}

const rule = `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: always}
spec:
  groups:
    - name: g
      rules:
        - alert: WebIsDown
          expr: vector(1)
          labels: {severity: page, team: web}
          annotations: {summary: The web shop is down}
`;

function heard(): readonly string[] {
  return pages.map(({ user, title }) => `${user}: ${title}`);
}

/** Kills a part of the cluster; its supervisor starts it anew. */
function kill(part: string): void {
  const state = JSON.parse(readFileSync(`${cluster.directory}/run/supervisor.json`, "utf8")) as {
    readonly parts: readonly { readonly name: string; readonly pid: number }[];
  };
  const found = state.parts.find(({ name }) => name === part);
  assert.ok(found !== undefined && found.pid > 0, `${part} runs`);
  process.kill(found.pid, "SIGKILL");
}

async function untilEnded(
  words: readonly string[],
  fits: (ended: { readonly stdout: string; readonly stderr: string }) => boolean,
) {
  const endMs = performance.now() + 20_000;
  while (true) {
    const ended = await cluster.wherry(...words);
    if (fits(ended)) return ended;
    assert.ok(performance.now() < endMs, `at last: ${ended.stdout}${ended.stderr}`);
  }
}

function until(what: string, isDone: () => boolean): Promise<void> {
  return untilTrue(what, async () => isDone());
}

async function untilTrue(what: string, isDone: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!(await isDone())) {
    assert.ok(performance.now() < endMs, `waited for ${what} in vain: ${heard().join("; ")}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
