/**
 * Sigma policies of a server: their rules are evaluated with the others, and the thresholds of their
 * pages come from a back-test of what is stored, once a day and when the policies change.
 */
import { type Clock, describeError, type Logger } from "#base";
import { ConfigError, expandGlob, inFile } from "#promconfig";
import type { QueryEngine } from "#promql";
import type { RuleDisk } from "#rules";
import type { Appendable, Queryable } from "#series";
import {
  backTestPolicy,
  formatRuleFile,
  type History,
  parsePolicyFile,
  type PolicyFile,
  policyFileRules,
  type SeriesBackTest,
  type SigmaPolicy,
  thresholdSeries,
  type ThresholdSeries,
} from "#sigma";

/** A file of policies, and the same as a rule file. */
export interface LoadedPolicies extends PolicyFile {
  readonly path: string;
  readonly ruleText: string;
}

/** Reads all files that the patterns match. Rejects with the place of what is wrong. */
export async function loadPolicies(
  disk: RuleDisk,
  patterns: readonly string[],
): Promise<readonly LoadedPolicies[]> {
  const found = await Promise.all(patterns.map((pattern) => expandGlob(disk, pattern)));
  const paths = [...new Set(found.flat())];
  return Promise.all(
    paths.map(async (path) => {
      const text = new TextDecoder().decode(await disk.readFile(path));
      const file = inFile(path, "", () => parsePolicyFile(text));
      return { ...file, path, ruleText: formatRuleFile(policyFileRules(file)) };
    }),
  );
}

interface SigmaDeps {
  readonly engine: QueryEngine;
  readonly storage: Queryable;
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of every back-test. */
  readonly onBackTested: (backTest: PolicyBackTest) => void;
}

/** A back-test of a policy, and when that was. */
export interface PolicyBackTest {
  readonly policy: SigmaPolicy;
  readonly testedAtMs: number;
  readonly found: { readonly tested: readonly SeriesBackTest[] } | { readonly failure: string };
}

const backTestIntervalMs = 86_400_000;
/** A policy may be there before its series are. */
const emptyIntervalMs = 300_000;
const recordIntervalMs = 60_000;

/** How the last back-test of a policy went. */
export interface PolicyVerdict {
  readonly testedAtMs: number;
  readonly seriesCount: number;
  /** How many of them nothing keeps from paging, but for the policy itself. */
  readonly readyCount: number;
  /** Why there is no verdict; empty when there is. */
  readonly failure: string;
}

/** What a back-test left behind, until the next. */
interface TestedPolicy {
  readonly verdict: PolicyVerdict;
  readonly thresholds: readonly ThresholdSeries[];
  readonly dueMs: number;
}

/** Records what a series must exceed to page. */
export class SigmaThresholds {
  /** The past that is judged. */
  readonly history: History;
  readonly #deps: SigmaDeps;
  /** By the whole policy: one that has changed is another. */
  readonly #tested = new Map<string, TestedPolicy>();
  #inForce: PolicyFile = { policies: [], burnRates: [] };
  #applied = Promise.withResolvers<void>();

  constructor(deps: SigmaDeps) {
    this.#deps = deps;
    this.history = engineHistory(deps);
  }

  get inForce(): PolicyFile {
    return this.#inForce;
  }

  /** Undefined before its first back-test. */
  findVerdict(name: string): PolicyVerdict | undefined {
    const policy = this.#inForce.policies.find((one) => one.name === name);
    return policy && this.#tested.get(keyOf(policy))?.verdict;
  }

  /** Goes by these policies from now on. Those that are new are back-tested at once. */
  apply(file: PolicyFile): void {
    this.#inForce = file;
    this.#forgetOthers();
    this.#applied.resolve();
  }

  /** Back-tests and records until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      for (const policy of this.#inForce.policies) {
        const dueMs = this.#tested.get(keyOf(policy))?.dueMs ?? 0;
        if (clock.nowMs() >= dueMs && !signal.aborted) await this.#backTest(policy, signal);
      }
      this.#forgetOthers();
      await this.#record();
      await this.#nextRound(signal);
    }
  }

  async #backTest(policy: SigmaPolicy, signal: AbortSignal): Promise<void> {
    const { clock, onBackTested } = this.#deps;
    const testedAtMs = clock.nowMs();
    const found = await this.#look(policy, testedAtMs, signal);
    if (found === undefined) return;
    const tested = "tested" in found ? found.tested : [];
    const intervalMs = tested.length === 0 ? emptyIntervalMs : backTestIntervalMs;
    const verdict = {
      testedAtMs,
      seriesCount: tested.length,
      readyCount: tested.filter(({ obstacles }) => obstacles.length === 0).length,
      failure: "failure" in found ? found.failure : "",
    };
    const thresholds = thresholdSeries(policy, tested);
    this.#tested.set(keyOf(policy), { verdict, thresholds, dueMs: testedAtMs + intervalMs });
    onBackTested({ policy, testedAtMs, found });
  }

  /** Undefined when the signal aborted meanwhile. */
  async #look(
    policy: SigmaPolicy,
    endMs: number,
    signal: AbortSignal,
  ): Promise<PolicyBackTest["found"] | undefined> {
    const { log, clock } = this.#deps;
    try {
      const tested = await backTestPolicy(policy, { endMs, history: this.history, clock }, signal);
      const mayPage = tested.filter(({ obstacles }) => obstacles.length === 0).length;
      log.info("policy back-tested", { policy: policy.name, series: tested.length, mayPage });
      return { tested };
    } catch (error) {
      if (signal.aborted) return undefined;
      const failure = error instanceof ConfigError ? error.message : describeError(error);
      log.warn("a policy cannot be back-tested, so it pages nobody", {
        policy: policy.name,
        reason: failure,
      });
      return { failure };
    }
  }

  #forgetOthers(): void {
    const inForce = new Set(this.#inForce.policies.map(keyOf));
    for (const key of this.#tested.keys()) if (!inForce.has(key)) this.#tested.delete(key);
  }

  async #record(): Promise<void> {
    const thresholds = [...this.#tested.values()].flatMap((one) => one.thresholds);
    if (thresholds.length === 0) return;
    const nowMs = this.#deps.clock.nowMs();
    const appender = this.#deps.appendable.appender();
    for (const { labels, sigmas } of thresholds) {
      appender.appendFloat(appender.seriesRef(labels), nowMs, sigmas, 0);
    }
    await appender.commit();
  }

  /** Until it is time to record again, or other policies hold. */
  async #nextRound(signal: AbortSignal): Promise<void> {
    const woken = () => this.#applied.resolve();
    signal.addEventListener("abort", woken, { once: true });
    using _timer = this.#deps.clock.schedule(recordIntervalMs, woken);
    if (!signal.aborted) await this.#applied.promise;
    signal.removeEventListener("abort", woken);
    this.#applied = Promise.withResolvers();
  }
}

function keyOf(policy: SigmaPolicy): string {
  return JSON.stringify(policy);
}

/** The past as this server has stored it. */
function engineHistory({ engine, storage }: Pick<SigmaDeps, "engine" | "storage">): History {
  return {
    async range(expr, { startMs, endMs, stepMs }, signal) {
      const { value } = await engine.range(expr, { startMs, endMs, stepMs }, storage, signal);
      return value.type === "matrix" ? value.series : [];
    },
  };
}
