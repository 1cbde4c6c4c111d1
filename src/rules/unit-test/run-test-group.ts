import { type Clock, describeError, quoteGo, RecentValues, silentLogger } from "#base";
import { goDuration } from "#gotemplate";
import {
  createEngine,
  type EngineOptions,
  MemoryStorage,
  parseMetric,
  parseSeriesLine,
  type QueryEngine,
} from "#promql";
import {
  compareLabels,
  equalLabels,
  formatDuration,
  formatHistogramNotation,
  type Histogram,
  labelsOf,
} from "#series";
import { alertNameLabel } from "../alert/alert-series.ts";
import type { RuleGroupSpec } from "../file/rule-spec.ts";
import { defaultRuleOptions, evaluateWith } from "../group/ports.ts";
import { RuleGroup } from "../group/rule-group.ts";
import { vectorOf } from "../group/vector.ts";
import { InputFeed } from "./input-series.ts";
import {
  compareAlerts,
  type ShownAlert,
  type ShownSample,
  showAlerts,
  showSamples,
  showSeries,
} from "./show.ts";
import { showDifference } from "./show-difference.ts";
import type { AlertTest, ExpectedSample, QueryTest, TestGroup } from "./test-file.ts";

/** Both lists of alerts, or what is different between them. */
export type AlertFailureForm = "lists" | "difference";

export interface GroupContext {
  /** Of the group, or what stands for it when it has none. */
  readonly name: string;
  readonly alertFailures: AlertFailureForm;
  readonly debug: ((text: string) => void) | undefined;
  readonly clock: Clock;
  readonly engine: EngineOptions;
  readonly evaluationIntervalMs: number;
  /** The groups of rules, in the order in which they are evaluated. */
  readonly groups: readonly { readonly path: string; readonly spec: RuleGroupSpec }[];
  /** Numbers that are neighbours count as equal when compared "fuzzy". */
  readonly comparison: "exact" | "fuzzy";
}

/** Runs one group of tests; the failures are in upstream's words. */
export async function runTestGroup(
  group: TestGroup,
  context: GroupContext,
): Promise<readonly string[]> {
  const nameless = group.alertTests.find(({ alertName }) => alertName === "");
  if (nameless !== undefined) {
    const where = group.name === "" ? "" : ` (in TestGroup ${group.name})`;
    return [
      `an item under alert_rule_test misses required attribute alertname at eval_time ${formatDuration(nameless.evalTimeMs)}${where}`,
    ];
  }
  let feed: InputFeed;
  try {
    feed = new InputFeed(
      group,
      group.intervalMs === 0 ? context.evaluationIntervalMs : group.intervalMs,
    );
  } catch (error) {
    // A series that cannot be read is this group's failure; others go on.
    return [error instanceof Error ? error.message : String(error)];
  }
  const { debug, clock, name } = context;
  const startMs = clock.elapsedMs();
  debug?.(`DEBUG: Starting test ${name}`);
  const failures = await new GroupRun(group, context, feed).run();
  const took = goDuration(BigInt(Math.round((clock.elapsedMs() - startMs) * 1e6))).text;
  debug?.(`DEBUG: Test ${name} finished, took ${took}`);
  return failures;
}

class GroupRun {
  readonly #test: TestGroup;
  readonly #context: GroupContext;
  readonly #feed: InputFeed;
  readonly #storage = new MemoryStorage();
  readonly #engine: QueryEngine;
  readonly #groups: readonly RuleGroup[];
  readonly #never = new AbortController().signal;
  readonly #failures: string[] = [];

  constructor(test: TestGroup, context: GroupContext, feed: InputFeed) {
    this.#test = test;
    this.#context = context;
    this.#feed = feed;
    this.#engine = createEngine(
      { clock: context.clock },
      { ...context.engine, defaultSubqueryStepMs: () => context.evaluationIntervalMs },
    );
    this.#groups = context.groups.map(({ path, spec }) => this.#createGroup(path, spec));
  }

  async run(): Promise<readonly string[]> {
    const { startMs, alertTests, queryTests } = this.#test;
    const { evaluationIntervalMs } = this.#context;
    const lastMs = Math.max(0, ...[...alertTests, ...queryTests].map((test) => test.evalTimeMs));
    const waiting = [...alertTests].sort((left, right) => left.evalTimeMs - right.evalTimeMs);
    for (let elapsedMs = 0; elapsedMs <= lastMs; elapsedMs += evaluationIntervalMs) {
      await this.#feed.appendUntil(this.#storage, startMs + elapsedMs);
      const isBroken = await this.#evaluate(startMs + elapsedMs);
      if (isBroken) return this.#failures;
      while ((waiting[0]?.evalTimeMs ?? Infinity) < elapsedMs + evaluationIntervalMs) {
        const test = waiting.shift();
        if (test !== undefined) this.#checkAlerts(test);
      }
    }
    for (const test of queryTests) await this.#checkQuery(test);
    if (this.#context.debug !== undefined) this.#context.debug(await this.#dump(startMs, lastMs));
    return this.#failures;
  }

  #createGroup(path: string, spec: RuleGroupSpec): RuleGroup {
    const { externalLabels, externalUrl, intervalMs } = this.#test;
    const { clock, engine } = this.#context;
    const settings = {
      externalLabels: labelsOf(externalLabels),
      externalUrl,
      intervalMs,
      queryOffsetMs: 0,
    };
    return new RuleGroup(
      {
        evaluate: evaluateWith(this.#engine, this.#storage),
        appendable: this.#storage,
        queryable: this.#storage,
        notify: () => {},
        clock,
        logger: silentLogger,
        slots: undefined,
        ruleDurations: new RecentValues([]),
        groupDurations: new RecentValues([]),
        templateCounts: { expansions: 0, failures: 0 },
        cancelled: this.#never,
      },
      {
        file: path,
        spec,
        intervalMs: spec.intervalMs === 0 ? intervalMs : spec.intervalMs,
        isRestoring: false,
        parser: engine.syntax,
        rules: defaultRuleOptions,
        settings: () => settings,
      },
    );
  }

  /** Evaluates all groups; true when a rule has failed, after which nothing can be relied on. */
  async #evaluate(atMs: number): Promise<boolean> {
    const before = this.#failures.length;
    for (const group of this.#groups) {
      await group.evaluate(atMs, this.#never);
      for (const { spec, status } of group.rules) {
        if (status.lastError === "") continue;
        const time = goDuration(BigInt(atMs) * 1_000_000n).text;
        this.#failures.push(`    rule: ${spec.name}, time: ${time}, err: ${status.lastError}`);
      }
    }
    return this.#failures.length > before;
  }

  #checkAlerts(test: AlertTest): void {
    const expected = test.expected
      .map(({ labels, annotations }): ShownAlert => {
        const named = labelsOf([...labels, [alertNameLabel, test.alertName]]);
        return { labels: named, annotations: labelsOf(annotations) };
      })
      .sort(compareAlerts);
    const got = this.#firing(test.alertName);
    const isSame =
      expected.length === got.length &&
      expected.every((alert, index) => {
        const other = got[index];
        return other !== undefined && compareAlerts(alert, other) === 0;
      });
    if (isSame) return;
    const name = this.#test.name === "" ? "" : `    name: ${this.#test.name},\n`;
    const where = `alertname: ${test.alertName}, time: ${formatDuration(test.evalTimeMs)}`;
    const shown =
      this.#context.alertFailures === "difference"
        ? `diff: ${showDifference(expected, got)}`
        : `exp:${showAlerts(expected)}, \n        got:${showAlerts(got)}`;
    this.#failures.push(`${name}    ${where}, \n        ${shown}`);
  }

  #firing(alertName: string): readonly ShownAlert[] {
    return this.#groups
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => {
        const isAsked = rule.kind === "alerting" && rule.spec.name === alertName;
        return isAsked ? [...rule.alerts.values()] : [];
      })
      .filter(({ state }) => state === "firing")
      .sort(compareAlerts);
  }

  async #checkQuery(test: QueryTest): Promise<void> {
    const time = formatDuration(test.evalTimeMs);
    const where = `    expr: ${quoteGo(test.expr)}, time: ${time},`;
    let got: readonly ShownSample[];
    try {
      got = await this.#query(test);
    } catch (error) {
      // A query that fails is a test that fails.
      this.#failures.push(`${where} err: ${describeError(error)}`);
      return;
    }
    const expected: ShownSample[] = [];
    for (const sample of test.expected) {
      const shown = parseExpected(sample);
      if (typeof shown === "string") {
        this.#failures.push(`${where} err: labels ${quoteGo(sample.labels)}: ${shown}`);
        return;
      }
      expected.push(shown);
    }
    const sorted = [expected, got].map((samples) => [...samples].sort(byLabels));
    const [wanted = [], found = []] = sorted;
    if (this.#areSame(wanted, found)) return;
    this.#failures.push(
      `${where}\n        exp: ${showSamples(wanted)}\n        got: ${showSamples(found)}`,
    );
  }

  async #query(test: QueryTest): Promise<readonly ShownSample[]> {
    const timeMs = this.#test.startMs + test.evalTimeMs;
    const result = await this.#engine.instant(test.expr, { timeMs }, this.#storage, this.#never);
    return vectorOf(result.value).map(({ labels, value, histogram }) => ({
      labels,
      value: histogram === undefined ? value : 0,
      histogram: notationOf(histogram),
    }));
  }

  /** All samples from the start on, up to the next whole second. */
  async #dump(startMs: number, lastMs: number): Promise<string> {
    const endMs = Math.floor((lastMs + 1_000) / 1_000) * 1_000;
    const expr = `{__name__=~".+"}[${formatDuration(endMs)}]`;
    const instant = { timeMs: startMs + endMs };
    const { value } = await this.#engine.instant(expr, instant, this.#storage, this.#never);
    const series = value.type === "matrix" ? value.series : [];
    const end = goDuration(BigInt(endMs) * 1_000_000n).text;
    const title = `DEBUG: Dump of all data (input_series and rules) at ${end}:`;
    return `${title}\n${series.map(showSeries).join("\n")}`;
  }

  #areSame(expected: readonly ShownSample[], got: readonly ShownSample[]): boolean {
    return (
      expected.length === got.length &&
      expected.every((sample, index) => {
        const other = got[index];
        return (
          other !== undefined &&
          equalLabels(sample.labels, other.labels) &&
          sample.histogram === other.histogram &&
          this.#areClose(sample.value, other.value)
        );
      })
    );
  }

  #areClose(left: number, right: number): boolean {
    if (left === right) return true;
    return this.#context.comparison === "fuzzy" && areNeighbours(left, right);
  }
}

/** The sample that a test expects, or what is wrong with how it is written. */
function parseExpected(sample: ExpectedSample): ShownSample | string {
  try {
    const labels = parseMetric(sample.labels);
    if (sample.histogram === "") return { labels, value: sample.value, histogram: undefined };
    const { values } = parseSeriesLine(`{} ${sample.histogram}`);
    const [first] = values;
    if (values.length !== 1) return `expected 1 value, got ${values.length}`;
    if (first?.kind !== "histogram") return `expected histogram, got ${sample.histogram}`;
    return { labels, value: 0, histogram: notationOf(first.histogram) };
  } catch (error) {
    // What is expected is written by people, too.
    return describeError(error);
  }
}

function notationOf(histogram: Histogram | undefined): string | undefined {
  return histogram === undefined ? undefined : formatHistogramNotation(histogram);
}

function byLabels(left: ShownSample, right: ShownSample): number {
  return compareLabels(left.labels, right.labels);
}

/** Whether no other double lies between the two. */
function areNeighbours(left: number, right: number): boolean {
  const view = new DataView(new ArrayBuffer(16));
  view.setFloat64(0, left);
  view.setFloat64(8, right);
  const distance = orderedBits(view.getBigInt64(0)) - orderedBits(view.getBigInt64(8));
  return distance >= -1n && distance <= 1n;
}

/** The bits of a double as an integer that grows with it. */
function orderedBits(bits: bigint): bigint {
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}
