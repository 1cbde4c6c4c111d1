/**
 * What upstream's acceptance tests promise (`test/with_api_v2/acceptance`), on the virtual clock: each
 * test bears the name of upstream's. What is told must be all that is told.
 *
 *   `2 hook: a@1 -b@1..3`   at second 2 the hook was told that a has fired since 1, and b from 1 to 3
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { labelsOf, labelValue } from "#series";
import { type Alert, alertOf, isResolved } from "./alert/alert.ts";
import { Alertmanager } from "./alertmanager.ts";
import { parseAlertmanagerConfig } from "./config/alertmanager-config.ts";
import { inhibitRuleOf } from "./config/inhibit-config.ts";
import { routeSpecOf } from "./config/route-config.ts";
import type { MatcherSyntax } from "./match/parse-matchers.ts";
import { parseMatchers } from "./match/parse-matchers.ts";
import { type Integration, type Notification, SendError } from "./notify/integration.ts";
import type { Peers } from "./notify/pipeline.ts";
import { routeTree } from "./route/route.ts";
import { alone } from "./testing.ts";

const zones = { find: () => undefined, local: { offsetMsAt: () => 0 } };

/** When a hook fails, and how long it thinks. */
interface Hook {
  readonly failsUntil?: number;
  readonly sendsResolved?: boolean;
}

class Acceptance {
  readonly clock: VirtualClock;
  readonly told: string[] = [];
  readonly manager: Alertmanager;
  readonly #startMs: number;
  readonly #hooks: Readonly<Record<string, Hook>>;
  #resolveTimeoutMs = 0;

  constructor(
    yaml: string,
    hooks: Readonly<Record<string, Hook>> = { hook: {} },
    options: {
      readonly peers?: Peers;
      readonly clock?: VirtualClock;
      readonly onLogged?: (entry: Parameters<Alertmanager["notificationLog"]["merge"]>[0]) => void;
    } = {},
  ) {
    this.clock = options.clock ?? new VirtualClock();
    this.#startMs = this.clock.nowMs();
    this.#hooks = hooks;
    this.manager = new Alertmanager(
      {
        clock: this.clock,
        random: seededRandom(1),
        log: silentLogger,
        peers: options.peers ?? alone,
        onSuppressed: () => {},
        onAttempt: () => {},
        onFailed: () => {},
        onSilence: () => {},
        onLogged: options.onLogged ?? (() => {}),
      },
      { silencesMax: 0 },
    );
    this.load(yaml);
  }

  /** Goes by a configuration, as a reload does. Its receivers are the hooks. */
  load(yaml: string, syntax: MatcherSyntax = "either"): void {
    const source = `${yaml}\nreceivers: [{name: default}]`;
    const config = parseAlertmanagerConfig(source, { directory: undefined, syntax, zones });
    this.#resolveTimeoutMs = config.resolveTimeoutMs;
    const entries = Object.entries(this.#hooks).map(([name, hook], index) =>
      this.#integration({ name, index }, hook),
    );
    this.manager.apply({
      route: routeTree(routeSpecOf(config.route)),
      inhibitRules: config.inhibitRules.map(inhibitRuleOf),
      receivers: new Map([["default", entries]]),
      timeIntervals: new Map(),
      onRetired: () => {},
    });
  }

  /** `1.1 a@1 b{zone=x}@1..3`: at 1.1 it is reported that a began at 1, and b lasted from 1 to 3. */
  async push(...lines: readonly string[]): Promise<this> {
    for (const line of lines) {
      const [second = "0", ...words] = line.split(" ");
      await this.until(Number(second));
      this.manager.put(words.map((word) => this.#alertOf(word)));
    }
    return this;
  }

  async until(second: number): Promise<this> {
    await this.clock.advance(this.#startMs + second * 1000 - this.clock.nowMs());
    return this;
  }

  silence(matchers: string, [from, to]: readonly [number, number]): string {
    const at = (second: number) => this.#startMs + second * 1000;
    return this.manager.silences.set({
      matcherSets: [parseMatchers(matchers, "either").matchers],
      startsAtMs: at(from),
      endsAtMs: at(to),
      createdBy: "me",
      comment: "known",
      annotations: {},
    });
  }

  #alertOf(word: string): Alert {
    const [, name = "", rest = "", from = "", to = ""] =
      /^([^{@]+)(?:\{([^}]*)\})?(?:@(-?\d+(?:\.\d)?)(?:\.\.(\d+(?:\.\d)?))?)?$/.exec(word) ?? [];
    const nowMs = this.clock.nowMs();
    const at = (second: string) => this.#startMs + Number(second) * 1000;
    const pairs = rest.split(",").filter((pair) => pair !== "");
    return alertOf({
      labels: labelsOf([
        ["alertname", name],
        ...pairs.map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""] as const),
      ]),
      annotations: [],
      startsAtMs: from === "" ? nowMs : at(from),
      endsAtMs: to === "" ? nowMs + this.#resolveTimeoutMs : at(to),
      isTimeout: to === "",
      generatorUrl: "",
      updatedAtMs: nowMs,
    });
  }

  #integration(key: { readonly name: string; readonly index: number }, hook: Hook): Integration {
    return {
      name: "webhook",
      index: key.index,
      sendsResolved: hook.sendsResolved ?? true,
      send: async (notification) => {
        const second = (this.clock.nowMs() - this.#startMs) / 1000;
        if (second < (hook.failsUntil ?? 0)) throw new SendError("no", { isRetryable: true });
        this.told.push(`${Math.floor(second * 10) / 10} ${key.name}: ${this.#shown(notification)}`);
      },
    };
  }

  #shown({ alerts, nowMs }: Notification): string {
    const second = (ms: number) => String((ms - this.#startMs) / 1000);
    return alerts
      .map((alert) => {
        const zone = labelValue(alert.labels, "zone");
        const name = labelValue(alert.labels, "alertname") + (zone === "" ? "" : `/${zone}`);
        const since = `${name}@${second(alert.startsAtMs)}`;
        return isResolved(alert, nowMs) ? `-${since}..${second(alert.endsAtMs)}` : since;
      })
      .sort()
      .join(" ");
  }
}

const route = (rest: string) => `route: {receiver: default, ${rest}}`;
const everySecond = "group_wait: 1s, group_interval: 1s, repeat_interval: 1ms";

for (const [name, until] of [
  ["TestMergeAlerts", (_second: number) => ""],
  ["TestMergeAlertsWithEndsAt", (second: number) => `..${second + 3}`],
] as const) {
  test(name, async () => {
    const am = new Acceptance(route(`group_by: [alertname], ${everySecond}`));
    await am.push(
      `1 test@1.1${until(1.1)}`,
      "1.2 test@1",
      `2.1 test@2${until(2)}`,
      `3.6 test@1.5${until(1.5)}`,
      "4.6 test@3..4.5",
      "4.8 test@2.9..4.8",
      "4.8 test@2.9..4.1",
      `5.3 test@5${until(5)}`,
    );
    await am.until(6.5);
    assert.deepEqual(am.told, [
      "2 hook: test@1",
      "3 hook: test@1",
      "4 hook: test@1",
      "5 hook: -test@1..4.8",
      "6 hook: test@5",
    ]);
  });
}

test("TestRepeat", async () => {
  const am = new Acceptance(route(`group_by: [alertname], ${everySecond}`));
  await am.push("1 test@1", "3.5 test@1..3");
  await am.until(6);
  assert.deepEqual(am.told, ["2 hook: test@1", "3 hook: test@1", "4 hook: -test@1..3"]);
});

test("TestRetry", async () => {
  const am = new Acceptance(
    route("group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 3s"),
    { good: {}, bad: { failsUntil: 4.5 } },
  );
  await am.push("1 test1");
  await am.until(8);
  // The one that fails is told as soon as it can be; the other is told again after its interval.
  const told = am.told.map((line) => line.replace(/^(\d)\.\d/, "$1"));
  assert.deepEqual(told, ["2 good: test1@1", "6 bad: test1@1", "6 good: test1@1"]);
});

test("TestBatching", async () => {
  const rest = "group_by: [], group_wait: 1s, group_interval: 1s, repeat_interval: 4900ms";
  const am = new Acceptance(route(rest));
  await am.push("1.1 test1@1", "1.7 test5@1", "3.3 test2@1.5 test3@1.5 test4@1.6");
  await am.until(9.5);
  const all = "hook: test1@1 test2@1.5 test3@1.5 test4@1.6 test5@1";
  assert.deepEqual(am.told, ["2.1 hook: test1@1 test5@1", `4.1 ${all}`, `9.1 ${all}`]);
});

const tenSeconds = `global: {resolve_timeout: 10s}
${route("group_by: [alertname], group_wait: 1s, group_interval: 5s")}`;

test("TestResolved", async () => {
  const am = new Acceptance(tenSeconds);
  await am.push("1 test{zone=v1} test{zone=v2} test{zone=v3}");
  await am.until(14);
  assert.deepEqual(am.told, [
    "2 hook: test/v1@1 test/v2@1 test/v3@1",
    "12 hook: -test/v1@1..11 -test/v2@1..11 -test/v3@1..11",
  ]);
});

test("TestResolvedFilter", async () => {
  const am = new Acceptance(tenSeconds, { all: {}, firing: { sendsResolved: false } });
  await am.push(
    "1 test{zone=v1} test{zone=v2}",
    "3 test{zone=v1}@1..4 test{zone=v3}",
    "8 test{zone=v3}@3",
  );
  await am.until(13);
  assert.deepEqual([...am.told].sort(), [
    "12 all: -test/v2@1..11 test/v3@3",
    "2 all: test/v1@1 test/v2@1",
    "2 firing: test/v1@1 test/v2@1",
    "7 all: -test/v1@1..4 test/v2@1 test/v3@3",
    "7 firing: test/v2@1 test/v3@3",
  ]);
});

test("TestColdStart: what has begun long ago waits all the same", async () => {
  const am = new Acceptance(
    route("group_by: [], group_wait: 5s, group_interval: 6s, repeat_interval: 10m"),
  );
  await am.push("1 test1@-100", "2 test2");
  await am.until(11.5);
  assert.deepEqual(am.told, ["5 hook: test1@-100 test2@2"]);
});

test("TestReload", async () => {
  const yaml = route("group_by: [], group_wait: 1s, group_interval: 6s, repeat_interval: 10m");
  const am = new Acceptance(yaml);
  await am.push("1 test1");
  await am.until(3);
  am.load(yaml);
  await am.push("4 test2");
  await am.until(9.5);
  assert.equal(am.told[0], "2 hook: test1@1");
  assert.deepEqual(
    am.told.slice(1).map((line) => line.replace(/^\S+ /, "")),
    ["hook: test1@1 test2@4"],
  );
});

const inhibition = `
inhibit_rules:
- source_match: {alertname: JobDown}
  target_match: {alertname: InstanceDown}
  equal: [job, zone]
${route("group_by: [], group_wait: 1s, group_interval: 1s, repeat_interval: 1s")}`;

test("TestInhibiting", async () => {
  const am = new Acceptance(inhibition);
  await am.push(
    "1 test1{job=j,zone=aa} InstanceDown{job=j,zone=aa} InstanceDown{job=j,zone=ab}",
    "2.2 JobDown{job=j,zone=aa}",
    "3.6 JobDown{job=j,zone=aa}@2.2..3.6",
  );
  await am.until(4.5);
  assert.deepEqual(am.told, [
    "2 hook: InstanceDown/aa@1 InstanceDown/ab@1 test1/aa@1",
    "3 hook: InstanceDown/ab@1 JobDown/aa@2.2 test1/aa@1",
    "4 hook: -JobDown/aa@2.2..3.6 InstanceDown/aa@1 InstanceDown/ab@1 test1/aa@1",
  ]);
});

test("TestAlwaysInhibiting", async () => {
  const am = new Acceptance(inhibition);
  await am.push(
    "1 InstanceDown{job=j,zone=aa} JobDown{job=j,zone=aa}",
    "2.6 JobDown{job=j,zone=aa}@1..2.6 InstanceDown{job=j,zone=aa}@1..2.6",
  );
  await am.until(3.5);
  assert.deepEqual(am.told, [
    "2 hook: JobDown/aa@1",
    "3 hook: -InstanceDown/aa@1..2.6 -JobDown/aa@1..2.6",
  ]);
});

test("TestEmptyInhibitionRule", async () => {
  const am = new Acceptance(`inhibit_rules: [{}]\n${route(everySecond)}`);
  await am.push("1 a");
  assert.deepEqual((await am.until(2.5)).told, ["2 hook: a@1"]);
});

test("TestAddSilence and TestSilencing", async () => {
  const am = new Acceptance(route(`group_by: [], ${everySecond}`));
  await am.push("1 test1@1 test2@1");
  await am.until(2.3);
  const id = am.silence("alertname=test1", [2.3, 4.5]);
  assert.match(id, /^[0-9a-f-]{36}$/);
  await am.until(5.5);
  assert.deepEqual(am.told, [
    "2 hook: test1@1 test2@1",
    "3 hook: test2@1",
    "4 hook: test2@1",
    "5 hook: test1@1 test2@1",
  ]);
});

test("TestSilenceDelete", async () => {
  const am = new Acceptance(route(`group_by: [], ${everySecond}`));
  await am.push("1 test1@1 test2@1");
  await am.until(1.3);
  const id = am.silence("alertname=~test.*", [1.3, 3.5]);
  await am.until(2.5);
  am.manager.silences.expire(id);
  assert.deepEqual((await am.until(3.5)).told, ["3 hook: test1@1 test2@1"]);
});

test("TestClusterVSInstance and TestClusterDeduplication: three tell what one tells", async () => {
  const yaml = route(
    "group_by: [alertname], group_wait: 1s, group_interval: 5s, repeat_interval: 1h",
  );
  const pushes = ["2 test1", "5 test2", "9 test2@5..8"];
  const single = await new Acceptance(yaml).push(...pushes);
  await single.until(20);
  const clock = new VirtualClock();
  const members: Acceptance[] = [];
  for (const position of [0, 1, 2]) {
    const peers = { waitMs: position * 1_000, settled: () => Promise.resolve() };
    const onLogged = (entry: Parameters<Alertmanager["notificationLog"]["merge"]>[0]) => {
      for (const other of members) other.manager.notificationLog.merge(entry);
    };
    members.push(new Acceptance(yaml, { hook: {} }, { clock, peers, onLogged }));
  }
  for (const push of pushes) for (const member of members) await member.push(push);
  for (const member of members) await member.until(20);
  assert.deepEqual(
    members.flatMap(({ told }) => told),
    single.told,
  );
});

test("TestAddUTF8Alerts, TestAddUTF8Silences, TestSendAlertsToUTF8Route", async () => {
  const am = new Acceptance(`
route:
  receiver: default
  group_by: [barΣ]
  group_wait: 1s
  group_interval: 1s
  routes: [{receiver: default, matchers: ['"foo🙂"="bar"'], group_wait: 1s}]
`);
  await am.push("1 a{foo🙂=bar} b{barΣ=1}");
  await am.until(2.5);
  am.silence('"foo🙂"="bar"', [2.5, 60]);
  await am.push("2.6 a{foo🙂=bar}@1..2.6 b{barΣ=1}@1..2.6");
  await am.until(5);
  assert.deepEqual([...am.told].sort(), ["2 hook: a@1", "2 hook: b@1", "3 hook: -b@1..2.6"]);
});

test("TestCannotAddUTF8AlertsInClassicMode, TestCannotAddUTF8SilencesInClassicMode", () => {
  const am = new Acceptance(route("group_wait: 1s"));
  const utf8 = `route: {receiver: default, routes: [{matchers: ['"foo🙂"="bar"']}]}`;
  assert.throws(() => am.load(utf8, "classic"), /bad matcher format/);
  assert.throws(() => parseMatchers('"foo🙂"="bar"', "classic"), /bad matcher format/);
});
