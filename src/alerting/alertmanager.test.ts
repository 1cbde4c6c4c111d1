/** What upstream's acceptance tests promise, and the faults that upstream has and this must not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "#base/testing";
import type { LogEntry } from "./notify/notification-log.ts";
import { matchersIn, Scenario, type ScenarioOptions } from "./testing.ts";

const quick = {
  receiver: "hook",
  groupBy: ["job"],
  groupWaitMs: 1_000,
  groupIntervalMs: 1_000,
  repeatIntervalMs: 3_600_000,
} as const;

/** Runs the reports of a scenario until a second and compares everything that was told. */
async function expectTold(...scenario: Parameters<typeof play>): Promise<void> {
  await play(...scenario);
}

async function play(
  options: Partial<ScenarioOptions>,
  reports: readonly string[],
  until: number,
  told: readonly string[],
): Promise<Scenario> {
  const scenario = new Scenario({ route: quick, ...options });
  await scenario.report(...reports);
  await scenario.until(until);
  assert.deepEqual(scenario.told, told);
  return scenario;
}

test("an alert is told once it has waited for others of its group", () =>
  expectTold({}, ["1 +a"], 60, ["2 hook: a"]));

test("alerts of one group are told together, of two groups apart", () =>
  expectTold({}, ["1 +a +b", "1.5 +c +d{job=x}"], 60, ["2 hook: a b c", "2.5 hook: d{job=x}"]));

test("what joins a group is told at its next interval, with all the others", () =>
  expectTold({}, ["1 +a", "2.3 +b"], 60, ["2 hook: a", "3 hook: a b"]));

test("reports of the same alert tell nothing new", () =>
  expectTold({}, ["1 +a", "2.5 +a", "5 +a", "9 +a"], 60, ["2 hook: a"]));

test("the end is told, and once", () =>
  expectTold({}, ["1 +a", "5.5 -a", "7 -a"], 60, ["2 hook: a", "6 hook: -a"]));

test("what is over is told with what is not", () =>
  expectTold({}, ["1 +a +b", "5.5 -a"], 60, ["2 hook: a b", "6 hook: -a b"]));

test("an alert that is over before it was told is not told", () =>
  expectTold({}, ["1 +a", "1.5 -a"], 60, []));

test("who does not want to hear of ends hears of what fires again", () =>
  expectTold({ receivers: { hook: { sendsResolved: false } } }, ["1 +a", "3.5 -a", "10.5 +a"], 60, [
    "2 hook: a",
    "11 hook: a",
  ]));

test("what lasts is repeated after the interval", () =>
  expectTold({ route: { ...quick, repeatIntervalMs: 10_000 } }, ["1 +a"], 30, [
    "2 hook: a",
    "13 hook: a",
    "24 hook: a",
  ]));

test("an alert that nobody reports any more is over when its time is out", async () => {
  const scenario = new Scenario({ route: quick });
  await scenario.report("1 +a");
  await scenario.until(3_600);
  assert.deepEqual(scenario.told, ["2 hook: a", "1801 hook: -a"]);
});

test("a receiver that fails is tried again, and holds up nobody", async () => {
  const scenario = await play(
    {
      route: {
        ...quick,
        groupBy: [],
        routes: [
          { receiver: "lame", isContinued: true, matchers: [] },
          { receiver: "well", matchers: [] },
        ],
      },
      receivers: { lame: { failures: 1 } },
    },
    ["1 +a"],
    2.2,
    ["2 well: a"],
  );
  await scenario.until(60);
  assert.equal(scenario.told.length, 2);
  assert.match(scenario.told[1] ?? "", /^2\.\d+ lame: a$|^3 lame: a$/);
});

test("a failure that no attempt would mend is tried again at the next interval", () =>
  expectTold({ receivers: { hook: { failures: 2, isRetryable: false } } }, ["1 +a"], 60, [
    "4 hook: a",
  ]));

test("a receiver that takes longer than the interval is told everything all the same", () =>
  expectTold({ receivers: { hook: { delayMs: 3_500 } } }, ["1 +a", "2.5 +b"], 60, [
    "2 hook: a",
    "5.5 hook: a b",
  ]));

test("alerts go to the deepest route, and on where it says so", () => {
  const route = {
    ...quick,
    receiver: "all",
    routes: [
      { receiver: "db", matchers: matchersIn("job=db"), isContinued: true },
      { receiver: "critical", matchers: matchersIn("severity=critical") },
      {
        receiver: "db-again",
        matchers: matchersIn("job=~d."),
        routes: [{ matchers: matchersIn("x=y"), receiver: "deep" }],
      },
    ],
  };
  return expectTold(
    { route },
    ["1 +a{job=db,severity=critical} +b{job=db} +c{job=db,x=y} +d"],
    60,
    [
      "2 db: a{job=db,severity=critical} b{job=db} c{job=db,x=y}",
      "2 critical: a{job=db,severity=critical}",
      "2 db-again: b{job=db}",
      "2 deep: c{job=db,x=y}",
      "2 all: d",
    ],
  );
});

const inhibit = {
  name: "critical hides warning",
  sourceMatchers: matchersIn("severity=critical"),
  targetMatchers: matchersIn("severity=warning"),
  equal: ["job"],
} as const;

test("an alert that another one explains is quiet until that one is over", async () => {
  const scenario = await play(
    { inhibitRules: [inhibit] },
    [
      "1 +a{job=x,severity=critical} +b{job=x,severity=warning} +c{job=y,severity=warning}",
      "5.5 -a{job=x,severity=critical}",
    ],
    60,
    [
      "2 hook: a{job=x,severity=critical}",
      "2 hook: c{job=y,severity=warning}",
      "6 hook: -a{job=x,severity=critical} b{job=x,severity=warning}",
    ],
  );
  assert.equal(scenario.suppressed[0], "2 inhibited b{job=x,severity=warning}");
});

test("alerts that are source and target alike do not silence each other", () =>
  expectTold(
    {
      inhibitRules: [
        {
          ...inhibit,
          sourceMatchers: matchersIn("severity=~.+"),
          targetMatchers: matchersIn("severity=~.+"),
        },
      ],
    },
    ["1 +a{job=x,severity=critical} +b{job=x,severity=warning}"],
    60,
    ["2 hook: a{job=x,severity=critical} b{job=x,severity=warning}"],
  ));

test("where source and target both lack the equal labels, they are equal", () =>
  expectTold({ inhibitRules: [inhibit] }, ["1 +a{severity=critical} +b{severity=warning}"], 60, [
    "2 hook: a{severity=critical}",
  ]));

test("what explains an alert may be reported after it, also right after a start", async () => {
  // Both have fired for an hour when the program starts; the explanation is reported last.
  const clock = new VirtualClock();
  const scenario = new Scenario({
    route: { ...quick, groupWaitMs: 5_000 },
    inhibitRules: [inhibit],
    clock,
  });
  const hourAgo = clock.nowMs() - 3_600_000;
  const old = new Scenario({ route: quick });
  await old.report("0 +b{job=x,severity=warning} +a{job=x,severity=critical}");
  const [warning, critical] = [...old.manager.alerts.list()].map((alert) => ({
    ...alert,
    startsAtMs: hourAgo,
  }));
  assert.ok(warning !== undefined && critical !== undefined);
  await scenario.until(1);
  scenario.manager.put([warning]);
  await scenario.until(3);
  scenario.manager.put([critical]);
  await scenario.until(60);
  assert.deepEqual(scenario.told, ["5 hook: a{job=x,severity=critical}"]);
});

test("a silence keeps its alerts quiet, and only while it lasts", async () => {
  const scenario = new Scenario({ route: quick });
  const nowMs = scenario.clock.nowMs();
  const id = scenario.manager.silences.set({
    matcherSets: [matchersIn("alertname=a")],
    startsAtMs: nowMs,
    endsAtMs: nowMs + 10_500,
    createdBy: "somebody",
    comment: "is known",
    annotations: {},
  });
  await scenario.report("1 +a +b");
  await scenario.until(60);
  assert.deepEqual(scenario.told, ["2 hook: b", "11 hook: a b"]);
  assert.equal(scenario.suppressed[0], "2 silenced a");
  assert.equal(scenario.manager.silences.find(id)?.createdBy, "somebody");
});

test("a silence that is ended early is over at once", async () => {
  const scenario = new Scenario({ route: quick });
  const nowMs = scenario.clock.nowMs();
  const id = scenario.manager.silences.set({
    matcherSets: [matchersIn("alertname=a")],
    startsAtMs: nowMs,
    endsAtMs: nowMs + 3_600_000,
    createdBy: "",
    comment: "",
    annotations: {},
  });
  await scenario.report("1 +a");
  await scenario.until(4.5);
  scenario.manager.silences.expire(id);
  await scenario.until(60);
  assert.deepEqual(scenario.told, ["5 hook: a"]);
});

test("a route is mute in its times, and tells what is left when they are over", async () => {
  // The clock begins at midnight: mute for the first minute.
  const first = {
    times: [{ from: 0, to: 1 }],
    weekdays: undefined,
    daysOfMonth: undefined,
    months: undefined,
    years: undefined,
    zone: undefined,
  };
  const timeIntervals = new Map([["first minute", [first]]]);
  await expectTold(
    { route: { ...quick, muteTimeIntervals: ["first minute"] }, timeIntervals },
    ["1 +a"],
    90,
    ["60 hook: a"],
  );
  await expectTold(
    { route: { ...quick, activeTimeIntervals: ["first minute"] }, timeIntervals },
    ["1 +a", "62 +b"],
    90,
    ["2 hook: a"],
  );
});

test("a reload keeps alerts and what was told of them", async () => {
  const options = { route: quick };
  const scenario = new Scenario(options);
  await scenario.report("1 +a");
  await scenario.until(3.5);
  scenario.apply(options);
  await scenario.report("5 +b");
  await scenario.until(60);
  assert.deepEqual(scenario.told, ["2 hook: a", "5.5 hook: a b"]);
});

test("a reload ends no sending, and does not send the same again", async () => {
  const options = { route: quick, receivers: { hook: { delayMs: 4_000 } } };
  const scenario = new Scenario(options);
  await scenario.report("1 +a");
  await scenario.until(3);
  scenario.apply(options);
  await scenario.until(60);
  assert.deepEqual(scenario.told, ["2 hook: a"]);
});

test("of several instances one tells, and another when that one is gone", async () => {
  const clock = new VirtualClock();
  const logs: ((entry: LogEntry) => void)[] = [];
  const instances = [0, 1, 2].map((position) => {
    const peers = { waitMs: position * 1_000, settled: () => Promise.resolve() };
    const onLogged = (entry: LogEntry) => {
      for (const take of logs) take(entry);
    };
    return new Scenario({ route: quick, clock, peers, onLogged });
  });
  for (const { manager } of instances) logs.push((entry) => manager.notificationLog.merge(entry));
  for (const instance of instances) await instance.report("1 +a");
  await clock.advance(10_000);
  assert.deepEqual(
    instances.map(({ told }) => told),
    [["2 hook: a"], [], []],
  );
  instances[0]?.manager.stop();
  for (const instance of instances.slice(1)) await instance.report("15 +b");
  await clock.advance(10_000);
  assert.deepEqual(
    instances.map(({ told }) => told.length),
    [1, 1, 0],
  );
});

test("groups and alerts that are over are forgotten", async () => {
  const scenario = await play({}, ["1 +a", "5 -a"], 60, ["2 hook: a", "6 hook: -a"]);
  assert.deepEqual(scenario.manager.count(), { firing: 0, resolved: 1 });
  scenario.manager.collect(0);
  assert.deepEqual(scenario.manager.count(), { firing: 0, resolved: 0 });
  assert.equal(scenario.manager.groups().length, 0);
  assert.equal(scenario.clock.timerCount, 0);
});
