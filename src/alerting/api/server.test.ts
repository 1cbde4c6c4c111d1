import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpResponse, silentLogger } from "#base";
import { Scenario } from "../testing.ts";
import { routeTree } from "../route/route.ts";
import { createAlertmanagerServer } from "./server.ts";

const route = { receiver: "hook", groupBy: ["job"], groupWaitMs: 1_000, groupIntervalMs: 1_000 };

function open() {
  const scenario = new Scenario({ route });
  const handler = createAlertmanagerServer({
    clock: scenario.clock,
    log: silentLogger,
    manager: scenario.manager,
    syntax: "either",
    settings: () => ({
      route: routeTree(route),
      receivers: ["hook"],
      resolveTimeoutMs: 300_000,
      original: "route: {}",
    }),
    reload: async () => {
      throw new Error("alertmanager.yml:3: it is broken");
    },
    version: "0.34.0",
    cluster: () => undefined,
    onReceived: () => {},
    pages: { find: async () => undefined },
    metrics: () => ({ status: 200, headers: {}, body: undefined }),
  });
  const peer = { address: undefined, certificate: undefined };
  /** The status and the answer: `200 [...]`. */
  const ask = async (method: string, target: string, body?: unknown): Promise<Answer> => {
    const sent = body === undefined ? undefined : new TextEncoder().encode(text(body));
    const request = { method, target, headers: {}, body: sent, peer };
    return answerOf(await handler.handle(request, new AbortController().signal));
  };
  return { scenario, ask };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function text(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function answerOf({ status, body }: HttpResponse): Answer {
  assert.ok(body === undefined || body instanceof Uint8Array);
  return { status, text: new TextDecoder().decode(body).trim() };
}

/** What of the answer's objects is named, in short. */
function shown({ text: json }: Answer, pick: (item: Record<string, unknown>) => unknown): unknown {
  const list: Record<string, unknown>[] = JSON.parse(json);
  return list.map(pick);
}

const labelsOf = (item: Record<string, unknown>) => item["labels"];

test("alerts are taken, shown with what keeps them quiet, and told", async () => {
  const { scenario, ask } = open();
  const a = { labels: { alertname: "a", job: "x" }, annotations: { summary: "it is bad" } };
  const b = { labels: { alertname: "b", job: "y", gone: "" }, generatorURL: "http://x/graph" };
  assert.deepEqual(await ask("POST", "/api/v2/alerts", [a, b]), { status: 200, text: "" });
  const silence = {
    matchers: [{ name: "job", value: "x|z", isRegex: true }],
    startsAt: new Date(scenario.clock.nowMs()).toISOString(),
    endsAt: new Date(scenario.clock.nowMs() + 3_600_000).toISOString(),
    createdBy: "me",
    comment: "",
  };
  const made = await ask("POST", "/api/v2/silences", silence);
  const id = /"silenceID":"([^"]+)"/.exec(made.text)?.[1];
  assert.ok(id !== undefined, made.text);
  await scenario.until(2);
  assert.deepEqual(scenario.told, ["1 hook: b{job=y}"]);
  const status = (item: Record<string, unknown>) => item["status"];
  assert.deepEqual(shown(await ask("GET", "/api/v2/alerts?filter=alertname%3Da"), status), [
    { inhibitedBy: [], mutedBy: [], silencedBy: [id], state: "suppressed" },
  ]);
  const rows: readonly (readonly [query: string, names: string])[] = [
    ["", "a b"],
    ["?silenced=false", "b"],
    ["?active=false", "a"],
    ["?filter=job%3D~%22x%7Cy%22&filter=alertname!%3Da", "b"],
    ["?receiver=ho.*", "a b"],
    ["?receiver=other", ""],
  ];
  for (const [query, names] of rows) {
    const found = shown(await ask("GET", `/api/v2/alerts${query}`), labelsOf);
    const expected = names.split(" ").filter((name) => name !== "");
    assert.deepEqual(
      new Set((found as { alertname: string }[]).map(({ alertname }) => alertname)),
      new Set(expected),
      query,
    );
  }
  const groups = await ask("GET", "/api/v2/alerts/groups?silenced=false");
  assert.deepEqual(shown(groups, labelsOf), [{ job: "y" }]);
  assert.equal((await ask("DELETE", `/api/v2/silence/${id}`)).status, 200);
  await scenario.until(4);
  assert.deepEqual(scenario.told, ["1 hook: b{job=y}", "3 hook: a{job=x}"]);
  assert.match((await ask("GET", `/api/v2/silence/${id}`)).text, /"state":"expired"/);
});

test("of a list with mistakes what is right is taken, and the rest is told", async () => {
  const { ask } = open();
  const posted = [
    { labels: { alertname: "good" } },
    { labels: {} },
    {
      labels: { alertname: "late" },
      startsAt: "2026-01-02T00:00:00Z",
      endsAt: "2026-01-01T00:00:00Z",
    },
  ];
  const answer = await ask("POST", "/api/v2/alerts", posted);
  assert.equal(answer.status, 400);
  assert.match(answer.text, /at least one label pair required; start time must be before end time/);
  assert.deepEqual(shown(await ask("GET", "/api/v2/alerts"), labelsOf), [{ alertname: "good" }]);
});

test("what makes no sense is refused and changes nothing", async () => {
  const { ask, scenario } = open();
  const rows: readonly (readonly [
    method: string,
    target: string,
    body: unknown,
    status: number,
  ])[] = [
    ["POST", "/api/v2/alerts", "{", 400],
    ["POST", "/api/v2/alerts", {}, 400],
    ["POST", "/api/v2/alerts", [{ labels: { a: 1 } }], 400],
    ["POST", "/api/v2/alerts", [{ labels: { a: "b" }, startsAt: "yesterday" }], 400],
    ["POST", "/api/v2/silences", {}, 400],
    [
      "POST",
      "/api/v2/silences",
      {
        matchers: [{ name: "a", value: "(", isRegex: true }],
        startsAt: "2026-01-01T00:00:00Z",
        endsAt: "2026-02-01T00:00:00Z",
      },
      400,
    ],
    ["GET", "/api/v2/alerts?filter=%3D", undefined, 400],
    ["GET", "/api/v2/alerts?receiver=(", undefined, 400],
    ["GET", "/api/v2/silence/none", undefined, 404],
    ["DELETE", "/api/v2/silence/none", undefined, 404],
    ["GET", "/api/v2/none", undefined, 404],
    ["PUT", "/api/v2/alerts", undefined, 405],
    ["POST", "/-/reload", undefined, 500],
  ];
  for (const [method, target, body, status] of rows) {
    const answer = await ask(method, target, body);
    assert.equal(answer.status, status, `${method} ${target} ${text(body ?? "")}: ${answer.text}`);
  }
  assert.equal(scenario.manager.alerts.size, 0);
  assert.equal(scenario.manager.silences.list().length, 0);
});

test("what it is and goes by is told", async () => {
  const { ask } = open();
  assert.match((await ask("GET", "/api/v2/status")).text, /"original":"route: \{\}"/);
  assert.equal((await ask("GET", "/api/v2/receivers")).text, '[{"name":"hook"}]');
  assert.deepEqual(await ask("GET", "/-/ready"), { status: 200, text: "OK" });
});
