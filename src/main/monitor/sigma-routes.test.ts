import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, VirtualClock } from "#base/testing";
import { ApiError, type ApiRequest } from "#promapi";
import {
  type BackTestView,
  type BurnRateState,
  type History,
  parsePolicyFile,
  type SeriesBands,
} from "#sigma";
import { sigmaRoutes } from "./sigma-routes.ts";

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const nowMs = 40 * dayMs;

const inForce = parsePolicyFile(`
sigma_policies:
  - {name: latency, expr: latency_seconds, interval: 10m, mode: active, team: web}
  - {name: broken, expr: broken, interval: 10m}
burn_rate_policies:
  - {name: api, objective: 0.99, bad_expr: "bad[$window]", total_expr: "all[$window]"}
`);

/** A series of noise, and a ratio that is larger the shorter the window. */
const history: History = {
  async range(expr, { startMs, endMs, stepMs }) {
    if (expr === "broken") throw new ApiError("execution", "too many samples");
    const timestampsMs: number[] = [];
    for (let timeMs = startMs; timeMs <= endMs; timeMs += stepMs) timestampsMs.push(timeMs);
    if (expr !== "latency_seconds") {
      const value = expr.includes("[5m]") || expr.includes("[1h]") ? 0.2 : 0.001;
      return [{ labels: [], timestampsMs, values: timestampsMs.map(() => value) }];
    }
    const random = seededRandom(1);
    const values = timestampsMs.map(() => 100 + random.fraction());
    const labels = ["__name__", "latency_seconds", "service", "a"];
    return [{ labels, timestampsMs, values }];
  },
};

async function asked<T>(pattern: string, form: Readonly<Record<string, string>> = {}): Promise<T> {
  const routes = sigmaRoutes(
    { history, inForce, findVerdict: () => undefined },
    new VirtualClock(),
  );
  const route = routes.find((one) => one.pattern === `/sigma/${pattern}`);
  assert.ok(route !== undefined);
  const request = { form: new URLSearchParams(form), nowMs } as Partial<ApiRequest> as ApiRequest;
  const answer = await route.serve(request, new AbortController().signal);
  assert.ok("data" in answer && typeof answer.data === "string");
  return JSON.parse(answer.data) as T;
}

interface Policies {
  readonly policies: readonly {
    readonly name: string;
    readonly obstacles: readonly string[];
    readonly verdict: unknown;
  }[];
  readonly burnRates: readonly {
    readonly name: string;
    readonly graphs: readonly { readonly expr: string }[];
  }[];
}

test("policies are told with what keeps them from paging", async () => {
  const { policies, burnRates } = await asked<Policies>("policies");
  assert.deepEqual(
    policies.map(({ name, obstacles, verdict }) => [name, obstacles.length, verdict]),
    [
      ["latency", 2, null],
      ["broken", 4, null],
    ],
  );
  assert.deepEqual(
    burnRates.map(({ name, graphs }) => [name, ...graphs.map(({ expr }) => expr)]),
    [["api", "((bad[1h]) / (all[1h])) / 0.01", "((bad[6h]) / (all[6h])) / 0.01"]],
  );
});

test("a back-test is of the policy's whole history until now", async () => {
  const { policy, startMs, endMs, series } = await asked<BackTestView>("back_test", {
    policy: "latency",
  });
  assert.deepEqual([policy, startMs, endMs], ["latency", nowMs - 28 * dayMs, nowMs]);
  assert.deepEqual(
    series.map(({ name, pages, judgedDays }) => [name, pages.length, Math.round(judgedDays)]),
    [['latency_seconds{service="a"}', 0, 28]],
  );
});

test("bands are of one series, by its name or its labels", async () => {
  const range = { start: String((nowMs - dayMs) / 1_000), end: String(nowMs / 1_000) };
  for (const series of ['latency_seconds{service="a"}', '{service="a"}']) {
    const { timesMs, means, scores } = await asked<SeriesBands>("bands", {
      policy: "latency",
      series,
      ...range,
    });
    assert.deepEqual([timesMs.length, timesMs.at(-1)], [145, nowMs]);
    assert.ok([...means, ...scores].every(Number.isFinite));
  }
});

const refusals: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ["back_test", {}, '404 there is no policy ""'],
  ["back_test", { policy: "api" }, '404 there is no policy "api"'],
  ["back_test", { policy: "broken" }, "422 too many samples"],
  ["burn_rate", { policy: "latency" }, '404 there is no policy "latency"'],
  ["bands", { policy: "latency", start: "x" }, "400 start has to be a time in seconds"],
  ["bands", { policy: "latency", start: "9", end: "8" }, "400 end must not be before start"],
  [
    "bands",
    { policy: "latency", start: "0", end: String(nowMs / 1_000) },
    "400 the range is longer than the policy's history",
  ],
  [
    "bands",
    { policy: "latency", start: "0", end: "600", series: "up" },
    '404 policy "latency" has no series up in that time',
  ],
];

for (const [pattern, form, want] of refusals) {
  test(`${pattern} ${new URLSearchParams(form).toString()} is refused`, async () => {
    await assert.rejects(asked(pattern, form), (error: unknown) => {
      assert.ok(error instanceof ApiError);
      assert.equal(`${error.status} ${error.message}`, want);
      return true;
    });
  });
}

test("a service level is told by its windows", async () => {
  const [state] = await asked<readonly BurnRateState[]>("burn_rate", { policy: "api" });
  assert.equal(state?.budgetLeft, 0.9);
  assert.deepEqual(
    state?.levels.map(({ burnRate, longBurn, isFiring }) => [burnRate, longBurn, isFiring]),
    [
      [14.4, 20, true],
      [6, 0.1, false],
      [3, 0.1, false],
      [1, 0.1, false],
    ],
  );
});
