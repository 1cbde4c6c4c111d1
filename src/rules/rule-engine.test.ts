import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { defaultParserOptions, type QueryValue, type VectorSample } from "#promql";
import { MemoryStorage } from "#promql/testing";
import { createMatcher, formatSeries, isStaleAt, labelsOf, SampleBuffer } from "#series";
import type { Alert } from "./alert/alert-state.ts";
import { parseRuleFile } from "./file/rule-file.ts";
import { defaultRuleOptions, type RuleOptions, type RuleSettings } from "./group/ports.ts";
import { RuleEngine } from "./rule-engine.ts";

const minute = 60_000;

test("a recording rule stores its result under its name and labels", async () => {
  const bench = new Bench();
  bench.answer("sum by (job) (up)", () => "{job=a} 1, {job=b} 2");
  await bench.apply("- record: r\n  expr: sum by (job) (up)\n  labels: {job: '', kind: x, new: y}");
  bench.answer("sum by (job) (up)", () => "{kind=a} 3");
  await bench.run(1);
  assert.deepEqual(await bench.stored(), ['r{kind="x", new="y"} 3@1']);
});

test("a series that is not in the result any more ends", async () => {
  const bench = new Bench();
  bench.answer("up", (index) => (index === 1 ? "{job=a} 1" : "{job=a} 1, {job=b} 2"));
  await bench.apply("- record: r\n  expr: up");
  await bench.run(3);
  assert.deepEqual(await bench.stored(), ['r{job="a"} 1@1 1@2 1@3', 'r{job="b"} 2@1 stale@2 2@3']);
});

test("a failing query marks the rule, and its series go on when it works again", async () => {
  const bench = new Bench();
  bench.answer("up", (index) => (index === 1 ? "error: boom" : "{job=a} 1"));
  await bench.apply("- record: r\n  expr: up");
  await bench.run(2);
  const [failed] = bench.rules();
  assert.deepEqual([failed?.health, failed?.lastError], ["err", "boom"]);
  await bench.run(1);
  assert.deepEqual(await bench.stored(), ['r{job="a"} 1@1 1@3']);
  assert.equal(bench.rules()[0]?.health, "ok");
});

for (const [why, rule, result, error] of [
  [
    "series that become one",
    "- record: r\n  expr: up\n  labels: {job: ''}",
    "{job=a} 1, {job=b} 2",
    "vector contains metrics with the same labelset after applying rule labels",
  ],
  [
    "alerts that become one",
    "- alert: A\n  expr: up\n  labels: {job: ''}",
    "{job=a} 1, {job=b} 2",
    "vector contains metrics with the same labelset after applying alert labels",
  ],
  [
    "too many series",
    "- record: r\n  expr: up",
    "{a=1} 1, {a=2} 1, {a=3} 1",
    "exceeded limit of 2 with 3 series",
  ],
  [
    "too many alerts",
    "- alert: A\n  expr: up",
    "{a=1} 1, {a=2} 1, {a=3} 1",
    "exceeded limit of 2 with 3 alerts",
  ],
  ["a text as result", "- record: r\n  expr: up", "text", "rule result is not a vector or scalar"],
] as const) {
  test(`${why} are the rule's error`, async () => {
    const bench = new Bench();
    bench.answer("up", () => result);
    await bench.apply(rule, "limit: 2");
    await bench.run(1);
    assert.deepEqual([bench.rules()[0]?.lastError, await bench.stored()], [error, []]);
  });
}

test("a number is a result, too", async () => {
  const bench = new Bench();
  bench.answer("1", () => "1");
  await bench.apply("- record: one\n  expr: 1");
  await bench.run(1);
  assert.deepEqual(await bench.stored(), ["one 1@1"]);
});

test("an alert leaves its state behind, and is sent with its texts", async () => {
  const bench = new Bench();
  bench.answer("up == 0", (index) => (index < 3 ? "{__name__=up,job=a} 0" : ""));
  await bench.apply(
    "- alert: Down\n  expr: up == 0\n  for: 1m\n  labels: {severity: 'p{{ $value }}'}\n  annotations: {summary: '{{ $labels.job }} of {{ $externalLabels.cluster }}'}",
  );
  await bench.run(4);
  assert.deepEqual(await bench.stored(), [
    'ALERTS{alertname="Down", alertstate="firing", job="a", severity="p0"} 1@2 1@3 stale@4',
    'ALERTS{alertname="Down", alertstate="pending", job="a", severity="p0"} 1@1 stale@2',
    'ALERTS_FOR_STATE{alertname="Down", job="a", severity="p0"} T1@1 T1@2 T1@3 stale@4',
  ]);
  assert.deepEqual(bench.sent, [
    '2: up == 0: firing {alertname="Down", job="a", severity="p0"} {summary="a of c1"} until +4',
    '4: up == 0: inactive {alertname="Down", job="a", severity="p0"} {summary="a of c1"} until +4',
  ]);
});

test("results are stored under the moment that the query looked at", async () => {
  const bench = new Bench();
  bench.answer("up", () => "{} 1");
  await bench.apply("- record: r\n  expr: up", "query_offset: 1m");
  await bench.run(1);
  assert.deepEqual(await bench.stored(), ["r 1@0"]);
});

test("moments that pass during an evaluation are missed", async () => {
  const bench = new Bench();
  bench.answer("up", () => "{} 1");
  bench.delayMs = 2.5 * minute;
  await bench.apply("- record: r\n  expr: up");
  await bench.run(6);
  assert.deepEqual(await bench.stored(), ["r 1@1 1@3"]);
  const [group] = bench.engine.runningGroups();
  assert.deepEqual([group?.counts.iterationsScheduled, group?.counts.iterationsMissed], [6, 3]);
});

test("a group that did not change goes on, and a changed one keeps the alerts of equal rules", async () => {
  const bench = new Bench();
  bench.answer("up == 0", () => "{job=a} 0");
  bench.answer("down", () => "{job=b} 1");
  const rule = "- alert: Down\n  expr: up == 0\n  for: 5m";
  await bench.apply(rule);
  await bench.run(3);
  const before = bench.engine.runningGroups()[0];
  await bench.apply(rule);
  assert.equal(bench.engine.runningGroups()[0], before);
  await bench.apply(`${rule}\n- record: r\n  expr: down`);
  assert.notEqual(bench.engine.runningGroups()[0], before);
  await bench.run(3);
  assert.deepEqual(
    (await bench.stored()).filter((line) => /FOR_STATE|firing|^r/.test(line)),
    [
      'ALERTS{alertname="Down", alertstate="firing", job="a"} 1@6',
      'ALERTS_FOR_STATE{alertname="Down", job="a"} T1@1 T1@2 T1@3 T1@4 T1@5 T1@6',
      'r{job="b"} 1@4 1@5 1@6',
    ],
  );
});

test("series of a removed rule end at once, those of a removed group after two intervals", async () => {
  const bench = new Bench();
  bench.answer("up", () => "{} 1");
  await bench.apply("- record: r\n  expr: up\n- record: s\n  expr: up");
  await bench.run(1);
  await bench.apply("- record: r\n  expr: up");
  await bench.run(1);
  assert.deepEqual(await bench.stored(), ["r 1@1 1@2", "s 1@1 stale@2"]);
  await bench.applyFiles([]);
  await bench.run(3);
  assert.deepEqual(await bench.stored(), ["r 1@1 1@2 stale@2.5", "s 1@1 stale@2"]);
});

test("after a restart alerts go on with their for", async () => {
  const first = new Bench();
  first.answer("up == 0", () => "{job=a} 0");
  const rule = "- alert: Down\n  expr: up == 0\n  for: 30m";
  await first.apply(rule);
  await first.run(15);
  await first.stop();
  const second = new Bench({ former: first, downMinutes: 20 });
  second.answer("up == 0", () => "{job=a} 0");
  await second.apply(rule);
  await second.run(40);
  // Active from minute 1 to 15, restored in minute 37: of the 30 minutes, 16 are left.
  assert.equal(second.firstFiringMinute(), 53);
});

test("rules that do not depend on each other are evaluated at the same time when asked for", async () => {
  const bench = new Bench({ options: { concurrentEvaluationsMax: 4 } });
  for (const query of ["a", "b", "c", "r1"]) bench.answer(query, () => "{} 1");
  bench.delayMs = 10_000;
  await bench.apply(
    "- record: r1\n  expr: a\n- record: r2\n  expr: b\n- record: r3\n  expr: c\n- record: r4\n  expr: r1",
  );
  await bench.run(1);
  assert.deepEqual(bench.begun, ["a@0", "b@0", "c@0", "r1@10"]);
});

test("stopping finishes what is under way and leaves nothing behind", async () => {
  const bench = new Bench();
  bench.answer("up", () => "{} 1");
  await bench.apply("- record: r\n  expr: up");
  await bench.run(1);
  await bench.stop();
  assert.equal(bench.clock.timerCount, 0);
});

/**
 * An engine in virtual time whose group is evaluated each minute, beginning with minute 1. Queries are
 * answered from notes: `{a=1} 5, {a=2} 6`, `7` for a number, `error: …`, anything else is a text.
 */
class Bench {
  readonly clock: VirtualClock;
  readonly storage: MemoryStorage;
  readonly engine: RuleEngine;
  readonly sent: string[] = [];
  readonly begun: string[] = [];
  delayMs = 0;
  readonly #answers = new Map<string, (index: number) => string>();
  readonly #counts = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #startMs: number;
  readonly #isRestarted: boolean;
  #running: Promise<void> | undefined;
  #nextMinute = 0;

  constructor(
    setup: {
      readonly former?: Bench;
      readonly downMinutes?: number;
      readonly options?: Partial<RuleOptions>;
    } = {},
  ) {
    const { former, downMinutes = 0 } = setup;
    this.#isRestarted = former !== undefined;
    this.#startMs = former === undefined ? groupStartMs : former.#startMs;
    const nowMs =
      former === undefined ? this.#startMs : former.clock.nowMs() + downMinutes * minute;
    this.clock = new VirtualClock(nowMs);
    this.storage = former?.storage ?? new MemoryStorage();
    this.engine = new RuleEngine(
      {
        evaluate: async ({ text }, atMs) => this.#evaluate(text, atMs),
        appendable: this.storage,
        queryable: this.storage,
        notify: (query, alerts) => {
          for (const alert of alerts) this.sent.push(this.#showSent(query, alert));
        },
        clock: this.clock,
        logger: silentLogger,
      },
      { rules: { ...defaultRuleOptions, ...setup.options }, parser: defaultParserOptions },
    );
  }

  answer(query: string, note: (index: number) => string): void {
    this.#answers.set(query, note);
    this.#counts.set(query, 0);
  }

  async apply(rules: string, ...groupLines: readonly string[]): Promise<void> {
    const lines = [...groupLines, "rules:", ...rules.split("\n")].map((line) => `  ${line}`);
    const parsed = parseRuleFile(`groups:\n- name: g\n${lines.join("\n")}`, {
      parser: defaultParserOptions,
      nameScheme: "utf8",
      unknownFields: "refuse",
    });
    assert.equal(parsed.kind, "valid");
    // The first rules of a program may have a past; those of a later reload have none.
    if (this.#running === undefined && !this.#isRestarted) await this.applyFiles([]);
    await this.applyFiles([{ path: "f", groups: parsed.kind === "valid" ? parsed.groups : [] }]);
  }

  async applyFiles(files: Parameters<RuleEngine["apply"]>[0]["files"]): Promise<void> {
    await this.engine.apply({ files, settings });
    this.#running ??= this.engine.run(this.#stopping.signal);
  }

  /** Lets so many minutes pass, and half a minute more the first time. */
  async run(minutes: number): Promise<void> {
    await this.clock.advance(minutes * minute + (this.#nextMinute === 0 ? minute / 2 : 0));
    this.#nextMinute += minutes;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  rules() {
    return this.engine.groups().flatMap(({ rules }) => rules);
  }

  /** All series with their samples, as `value@minute`; times of alerts as `T` and their minute. */
  async stored(): Promise<readonly string[]> {
    const querier = await this.storage.querier();
    const { signal } = new AbortController();
    const all = [createMatcher("=~", "__name__", ".+")];
    const range = { minMs: 0, maxMs: Number.MAX_SAFE_INTEGER, seriesMax: 0 };
    return (await querier.select(all, range, signal)).map((source) => {
      const buffer = new SampleBuffer();
      source.read(buffer, range.minMs, range.maxMs);
      const samples = Array.from({ length: buffer.count }, (_, row) => {
        const value = buffer.values[row] ?? 0;
        const isTime = value > 1e9;
        const shown = isTime ? `T${Math.round(this.#minuteOf(value * 1000))}` : String(value);
        const text = isStaleAt(buffer.values, row) ? "stale" : shown;
        return `${text}@${this.#minuteOf(buffer.timestampsMs[row] ?? 0)}`;
      });
      return `${formatSeries(source.labels)} ${samples.join(" ")}`;
    });
  }

  firstFiringMinute(): number {
    return Number(/^([0-9]+): .*: firing/.exec(this.sent[0] ?? "")?.[1]);
  }

  async #evaluate(query: string, atMs: number): Promise<QueryValue> {
    const startMs = this.#startMs + minute;
    this.begun.push(`${query}@${(this.clock.nowMs() - startMs) / 1000}`);
    if (this.delayMs > 0) {
      await new Promise<void>((resolve) => this.clock.schedule(this.delayMs, resolve));
    }
    const index = this.#counts.get(query) ?? 0;
    this.#counts.set(query, index + 1);
    return valueOf(this.#answers.get(query)?.(index) ?? "error: no answer", atMs);
  }

  #showSent(query: string, alert: Alert): string {
    const nowMs = this.clock.nowMs();
    const until = ((alert.validUntilMs ?? 0) - nowMs) / minute;
    const texts = [alert.labels, alert.annotations].map(formatSeries).join(" ");
    return `${this.#minuteOf(nowMs)}: ${query}: ${alert.state} ${texts} until +${until}`;
  }

  #minuteOf(timeMs: number): number {
    return (timeMs - this.#startMs) / minute;
  }
}

/** A moment of the group. */
const groupStartMs = 1_600_000_067_796;

const settings: RuleSettings = {
  externalLabels: labelsOf([["cluster", "c1"]]),
  externalUrl: "http://localhost:9090",
  intervalMs: minute,
  queryOffsetMs: 0,
};

function valueOf(note: string, atMs: number): QueryValue {
  if (note.startsWith("error: ")) throw new Error(note.slice(7));
  if (/^[0-9.]+$/.test(note)) return { type: "scalar", timestampMs: atMs, value: Number(note) };
  if (/^[^{]/.test(note)) return { type: "string", timestampMs: atMs, value: note };
  const samples = [...note.matchAll(/\{([^}]*)\} ([0-9.]+)/g)].map(
    ([, pairs = "", value]): VectorSample => {
      const labels = pairs.split(",").filter((pair) => pair !== "");
      return {
        labels: labelsOf(
          labels.map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""]),
        ),
        value: Number(value),
        histogram: undefined,
      };
    },
  );
  return { type: "vector", timestampMs: atMs, samples };
}
