import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRequest } from "#base";
import type { ApiEndpoint } from "../command.ts";
import { commands } from "../commands.ts";
import { dispatch } from "../dispatch.ts";
import { formatKubeconfig } from "../kubeconfig.ts";
import { screenOf } from "../testing.ts";

// What is typed, what is asked of the server, what it answers, and what is printed.
const rows: readonly (readonly [line: string, asked: string, answer: unknown, printed: string])[] =
  [
    [
      "who",
      "GET now",
      [
        {
          schedule: "web",
          now: { user: "alice", until: "2026-01-12T08:00:00.000Z" },
          next: { user: "bob" },
        },
        { schedule: "db", now: { user: null } },
      ],
      "SCHEDULE   ON CALL   UNTIL               THEN|web        alice     2026-01-12 08:00Z   bob|db         nobody    -                   -",
    ],
    [
      "schedule web --until=2026-02-01T00:00:00Z",
      "GET schedules/web?until=2026-02-01T00%3A00%3A00Z",
      {
        final: [
          {
            from: "2026-01-05T08:00:00Z",
            until: "2026-01-12T08:00:00Z",
            user: "alice",
            by: "base",
          },
        ],
      },
      "FROM                UNTIL               ON CALL   BY|2026-01-05 08:00Z   2026-01-12 08:00Z   alice     base",
    ],
    ["incidents", "GET incidents?status=open", [], "no incidents"],
    [
      "ack 12 --by=alice",
      'POST incidents/12/acknowledge {"by":"alice"}',
      { number: 12, status: "acknowledged" },
      "#12 is acknowledged",
    ],
    [
      "snooze #12 --for=2h --by=a",
      'POST incidents/12/snooze {"by":"a","for":"2h"}',
      { number: 12, status: "snoozed" },
      "#12 is snoozed",
    ],
    [
      "reassign 12 --user=carol --by=a",
      'POST incidents/12/reassign {"by":"a","user":"carol"}',
      { number: 12, status: "triggered" },
      "#12 is triggered",
    ],
    [
      "why 12 --user=bob",
      "GET incidents/12/why?user=bob",
      {
        summary: "paged: bob",
        reasons: [{ at: "2026-01-05T08:00:00.000Z", text: "bob is paged" }],
      },
      "paged: bob||2026-01-05T08:00:00Z  bob is paged",
    ],
    ["why Slow", "GET alerts/why?match=Slow", [], "nothing is known of such an alert"],
    [
      "report",
      "GET report",
      {
        rows: [
          {
            user: "alice",
            pages: 2,
            outOfHours: 1,
            acknowledged: 2,
            acknowledgeMs: 65_000,
            falseShare: 0.5,
          },
        ],
      },
      "USER    PAGES   OUT OF HOURS   ACKNOWLEDGED   AFTER   FALSE|alice   2       1              2              1:05    50%",
    ],
    [
      "check",
      "GET check",
      [{ object: "schedule web", problem: "nobody is on call now" }],
      "schedule web: nobody is on call now",
    ],
  ];

for (const [line, asked, answer, printed] of rows) {
  test(`oncall ${line} asks for ${asked}`, async () => {
    const { requests, lines } = await run(line, 200, answer);
    assert.deepEqual(requests, [asked]);
    assert.equal(lines.join("|"), printed);
  });
}

test("what the server refuses is said as it says it", async () => {
  const { lines, status } = await run("ack 99", 404, { error: "there is no incident 99" });
  assert.equal(status, 1);
  assert.ok(lines.join("\n").includes("there is no incident 99"));
});

test("check fails when something is found, and only then", async () => {
  assert.equal((await run("check", 200, [{ object: "a", problem: "b" }])).status, 1);
  assert.equal((await run("check", 200, [])).status, 0);
});

test("a file is checked without asking anybody", async () => {
  const { context, lines } = screenOf();
  const checked: string[] = [];
  const checkOnCall = async (file: string) => {
    checked.push(file);
    return file.endsWith("good.yml") ? [] : [{ object: "schedule web", problem: "a gap" }];
  };
  const offline = { ...context, roles: { ...context.roles, checkOnCall } };
  const check = (file: string) => dispatch(commands, ["oncall", "check", file], offline);
  assert.deepEqual([await check("good.yml"), await check("/etc/bad.yml")], [0, 1]);
  assert.deepEqual(checked, ["/home/me/good.yml", "/etc/bad.yml"]);
  assert.deepEqual(lines, ["nothing found", "schedule web: a gap"]);
});

test("a cluster is asked by its kubeconfig, which says who it is; what it refuses is said", async () => {
  const files = { "/home/me/.kube/config": formatKubeconfig("ours", access) };
  const done = await run("ack 1", 200, {}, files);
  assert.deepEqual(done.requests, ["POST incidents/1/acknowledge {}"]);
  assert.deepEqual(done.servers, ["https://127.0.0.1:6443"]);
  const message = 'forbidden: User "eve" cannot post path "/oncall/api/v1/incidents/1/acknowledge"';
  const refused = await run("ack 1", 403, { kind: "Status", message }, files);
  assert.ok(refused.lines.join("\n").includes(message));
});

test("without any cluster the usual server of this machine is asked", async () => {
  const { servers, requests } = await run("ack 1", 200, {}, {});
  assert.deepEqual(servers, ["http://127.0.0.1:9093"]);
  assert.deepEqual(requests, ['POST incidents/1/acknowledge {"by":"unknown"}']);
});

const access = { server: "https://127.0.0.1:6443", authority: "ca", certificate: "c", key: "k" };

async function run(
  line: string,
  status: number,
  answer: unknown,
  files?: Readonly<Record<string, string>>,
) {
  const { context, lines } = screenOf(files);
  const requests: string[] = [];
  const servers: string[] = [];
  const send = async ({ method, target, body }: HttpRequest) => {
    const text = body instanceof Uint8Array ? ` ${new TextDecoder().decode(body)}` : "";
    requests.push(`${method} ${target.replace("/oncall/api/v1/", "")}${text}`);
    return { status, headers: {}, body: new TextEncoder().encode(JSON.stringify(answer)) };
  };
  const upgrade = () => Promise.reject(new Error("not in this test"));
  const connect = async ({ server }: ApiEndpoint) => {
    servers.push(server);
    return { send, upgrade };
  };
  const connected = { ...context, connect };
  const named = files === undefined ? ["--server=http://oncall:9093"] : [];
  const words = ["oncall", ...line.split(" "), ...named];
  const exit = await dispatch(commands, words, connected);
  return { requests, servers, lines, status: exit };
}
