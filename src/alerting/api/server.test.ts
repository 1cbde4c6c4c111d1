import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpResponse, silentLogger } from "#base";
import { Scenario } from "../testing.ts";
import { type RouteSpec, routeTree } from "../route/route.ts";
import { type ClusterStatus, createAlertmanagerServer } from "./server.ts";

const route = { receiver: "hook", groupBy: ["job"], groupWaitMs: 1_000, groupIntervalMs: 1_000 };

function open(
  receiverLabels: Readonly<Record<string, string>> = {},
  served: RouteSpec = route,
  cluster?: ClusterStatus,
) {
  const scenario = new Scenario({ route });
  const handler = createAlertmanagerServer({
    clock: scenario.clock,
    log: silentLogger,
    manager: scenario.manager,
    syntax: "either",
    settings: () => ({
      route: routeTree(served),
      receivers: [{ name: "hook", labels: new Map(Object.entries(receiverLabels)) }],
      resolveTimeoutMs: 300_000,
      original: "route: {}",
      routeLabelsOf: () => routeTree(served).options.labels,
    }),
    reload: async () => {
      throw new Error("alertmanager.yml:3: it is broken");
    },
    version: "0.34.0",
    cluster: () => cluster,
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

const noSilence = "/api/v2/silence/01234567-89ab-4cde-8f01-23456789abcd";

/** A silence for two days from the scenario's beginning, but for what is said. */
function silenceOf(changes: Readonly<Record<string, unknown>>) {
  return {
    matchers: [{ name: "a", value: "b", isRegex: false }],
    startsAt: "2026-01-01T00:00:00Z",
    endsAt: "2026-01-03T00:00:00Z",
    createdBy: "me",
    comment: "c",
    ...changes,
  };
}

const mistakes: readonly (readonly [request: string, body: unknown, answer: string])[] = [
  [
    "POST /api/v2/alerts",
    "{",
    '400 {"code":400,"message":"parsing body failed, because it is no JSON"}',
  ],
  [
    "POST /api/v2/alerts",
    {},
    '400 {"code":400,"message":"parsing body failed, because it is no list"}',
  ],
  ["POST /api/v2/alerts", [{}], '422 {"code":602,"message":"0.labels in body is required"}'],
  [
    "POST /api/v2/alerts",
    [{ labels: { a: 1 } }],
    '400 {"code":400,"message":"parsing body failed, because labels.a is no string"}',
  ],
  [
    "POST /api/v2/alerts",
    [{ labels: { a: "b" }, startsAt: "yesterday" }],
    '400 {"code":400,"message":"parsing body failed, because \\"yesterday\\" is no time"}',
  ],
  ["POST /api/v2/silences", {}, '422 {"code":602,"message":"comment in body is required"}'],
  [
    "POST /api/v2/silences",
    silenceOf({ createdBy: undefined }),
    '422 {"code":602,"message":"createdBy in body is required"}',
  ],
  [
    "POST /api/v2/silences",
    silenceOf({ matchers: [] }),
    '422 {"code":612,"message":"matchers in body should have at least 1 items"}',
  ],
  [
    "POST /api/v2/silences",
    silenceOf({ matchers: [{ name: "a", value: "b" }] }),
    '422 {"code":602,"message":"matchers.0.isRegex in body is required"}',
  ],
  [
    "POST /api/v2/silences",
    silenceOf({ matchers: [{ name: "a", value: "(", isRegex: true }] }),
    '400 "invalid silence: invalid label matcher 0 in set 0: invalid regular expression \\"(\\": error parsing regexp: missing closing ): `(`"',
  ],
  [
    "POST /api/v2/silences",
    silenceOf({ matchers: [{ name: "", value: "x", isRegex: false }] }),
    '400 "invalid silence: invalid label matcher 0 in set 0: invalid label name \\"\\""',
  ],
  [
    "POST /api/v2/silences",
    silenceOf({ endsAt: "2025-01-01T00:00:00Z" }),
    '400 "Failed to create silence: start time must be before end time"',
  ],
  [
    "POST /api/v2/silences",
    silenceOf({ startsAt: "2025-01-01T00:00:00Z", endsAt: "2025-01-02T00:00:00Z" }),
    '400 "Failed to create silence: end time can\'t be in the past"',
  ],
  [
    "POST /api/v2/silences",
    silenceOf({ id: "01234567-89ab-4cde-8f01-23456789abcd" }),
    '404 "silence not found"',
  ],
  ["GET /api/v2/alerts?filter=a", undefined, '400 "bad matcher format: a"'],
  [
    "GET /api/v2/alerts?receiver=(",
    undefined,
    '400 "failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`"',
  ],
  [
    "GET /api/v2/receivers?receiver_matchers=a",
    undefined,
    '400 "failed to parse receiver_matchers param: bad matcher format: a"',
  ],
  [
    "GET /api/v2/silence/none",
    undefined,
    '422 {"code":601,"message":"silenceID in path must be of type uuid: \\"none\\""}',
  ],
  [`GET ${noSilence}`, undefined, '404 "silence not found"'],
  [`DELETE ${noSilence}`, undefined, '404 "silence not found"'],
  ["GET /api/v2/none", undefined, '404 "the server could not find the requested resource"'],
  [
    "PUT /api/v2/alerts",
    undefined,
    '405 "the server does not allow this method on the requested resource"',
  ],
  ["POST /-/reload", undefined, "500 failed to reload config: alertmanager.yml:3: it is broken"],
];

test("what makes no sense is refused and changes nothing", async () => {
  const { ask, scenario } = open();
  for (const [request, body, expected] of mistakes) {
    const [method = "", target = ""] = request.split(" ");
    const answer = await ask(method, target, body);
    assert.equal(`${answer.status} ${answer.text}`, expected, `${request} ${text(body ?? "")}`);
  }
  assert.equal(scenario.manager.alerts.size, 0);
  assert.equal(scenario.manager.silences.list().length, 0);
});

test("silences are found by their states, and by their matchers to the letter", async () => {
  const { ask, scenario } = open();
  const day = (number: number) => `2026-01-0${number}T00:00:00Z`;
  const comments = ["now", "later", "past"];
  for (const comment of comments) {
    const startsAt = day(comment === "later" ? 2 : 1);
    const isRegex = comment === "later";
    const matchers = [{ name: "job", value: "x", isRegex }];
    await ask("POST", "/api/v2/silences", silenceOf({ comment, startsAt, matchers }));
  }
  const past = scenario.manager.silences.list().find(({ comment }) => comment === "past");
  scenario.manager.silences.expire(past?.id ?? "");
  await scenario.until(1);
  const rows: readonly (readonly [query: string, found: string])[] = [
    ["", "now later past"],
    ["?expired=false", "now later"],
    ["?active=false&pending=false", "past"],
    ["?filter=job%3Dx", "now past"],
    ["?filter=job%3D~x", "later"],
    ["?filter=job%3D~.*", ""],
    ["?filter=job%3Dx&filter=team%3Da", ""],
  ];
  for (const [query, found] of rows) {
    const answer = await ask("GET", `/api/v2/silences${query}`);
    const list = shown(answer, ({ comment }) => comment);
    assert.equal((list as string[]).join(" "), found, query);
  }
});

test("receivers are told with their labels, and found by them", async () => {
  const { ask } = open({ owner: "web" });
  const labelled = '[{"labels":{"owner":"web"},"name":"hook"}]';
  assert.equal((await ask("GET", "/api/v2/receivers")).text, labelled);
  const asked = "receiver_matchers=owner%3Dweb";
  assert.equal((await ask("GET", `/api/v2/receivers?${asked}`)).text, labelled);
  assert.equal((await ask("GET", "/api/v2/receivers?receiver_matchers=owner%3Ddb")).text, "[]");
  await ask("POST", "/api/v2/alerts", [{ labels: { alertname: "a" } }]);
  for (const path of ["alerts", "alerts/groups"]) {
    const found = async (query: string) => {
      const answer = await ask("GET", `/api/v2/${path}?receiver_matchers=owner%3D${query}`);
      return JSON.parse(answer.text).length;
    };
    assert.deepEqual([await found("web"), await found("db")], [1, 0], path);
  }
});

test("groups tell what mutes them and what labels their routes have", async () => {
  const muted = { ...route, muteTimeIntervals: ["always"] };
  const { scenario, ask } = open({}, { ...muted, labels: ["team", "a"] });
  const whenever = { times: undefined, weekdays: undefined, daysOfMonth: undefined };
  const always = [{ ...whenever, months: undefined, years: undefined, zone: undefined }];
  scenario.apply({ route: muted, timeIntervals: new Map([["always", always]]) });
  await ask("POST", "/api/v2/alerts", [{ labels: { alertname: "a" } }]);
  const [group] = JSON.parse((await ask("GET", "/api/v2/alerts/groups")).text);
  assert.deepEqual(group.routeLabels, { team: "a" });
  assert.deepEqual(group.alerts[0].status, {
    inhibitedBy: [],
    mutedBy: ["always"],
    silencedBy: [],
    state: "suppressed",
  });
  assert.equal((await ask("GET", "/api/v2/alerts/groups?muted=false")).text, "[]");
});

test("what it is and goes by is told", async () => {
  const { ask } = open();
  assert.match((await ask("GET", "/api/v2/status")).text, /"original":"route: \{\}"/);
  assert.equal((await ask("GET", "/api/v2/receivers")).text, '[{"name":"hook"}]');
  assert.deepEqual(await ask("GET", "/-/ready"), { status: 200, text: "OK" });
});

test("other instances are told of", async () => {
  const statusOf = async (cluster?: ClusterStatus) => {
    const answer = await open({}, route, cluster).ask("GET", "/api/v2/status");
    return JSON.parse(answer.text).cluster;
  };
  assert.deepEqual(await statusOf(), { peers: [], status: "disabled" });
  const peers = [{ name: "a", address: "10.0.0.1:9094" }];
  const cluster = { name: "a", status: "settling", peers } as const;
  assert.deepEqual(await statusOf(cluster), cluster);
});
