/**
 * Sigma policies of a server: their rules are evaluated with the others, and the thresholds of their
 * pages come from a back-test of what is stored, once a day and when the policies change.
 */
import { type Clock, describeError, type Logger, sleep } from "#base";
import { ConfigError, expandGlob, inFile } from "#promconfig";
import type { QueryEngine } from "#promql";
import type { RuleDisk } from "#rules";
import type { Appendable, Queryable } from "#series";
import {
  backTestSeries,
  formatRuleFile,
  type History,
  parsePolicyFile,
  type PolicyFile,
  policyFileRules,
  readHistory,
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
}

const backTestIntervalMs = 86_400_000;
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

/** Records what a series must exceed to page. */
export class SigmaThresholds {
  /** The past that is judged. */
  readonly history: History;
  readonly #deps: SigmaDeps;
  readonly #verdicts = new Map<string, PolicyVerdict>();
  #inForce: PolicyFile = { policies: [], burnRates: [] };
  #thresholds: readonly ThresholdSeries[] = [];
  #dueMs = 0;

  constructor(deps: SigmaDeps) {
    this.#deps = deps;
    this.history = engineHistory(deps);
  }

  get inForce(): PolicyFile {
    return this.#inForce;
  }

  /** Undefined before its first back-test. */
  findVerdict(policy: string): PolicyVerdict | undefined {
    return this.#verdicts.get(policy);
  }

  /** Goes by these policies from now on. */
  apply(file: PolicyFile): void {
    const isKnown = JSON.stringify(file.policies) === JSON.stringify(this.#inForce.policies);
    this.#inForce = file;
    if (isKnown) return;
    this.#verdicts.clear();
    this.#dueMs = 0;
  }

  /** Back-tests and records until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      const isDue = this.#inForce.policies.length > 0 && clock.nowMs() >= this.#dueMs;
      if (isDue) await this.#backTest(signal);
      await this.#record();
      await sleep(clock, recordIntervalMs, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #backTest(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    const endMs = clock.nowMs();
    this.#dueMs = endMs + backTestIntervalMs;
    const found: ThresholdSeries[] = [];
    for (const policy of this.#inForce.policies) {
      try {
        const series = await readHistory(policy, { endMs, history: this.history }, signal);
        const tested = series.map((one) => backTestSeries(policy, one));
        found.push(...thresholdSeries(policy, tested));
        const readyCount = tested.filter(({ obstacles }) => obstacles.length === 0).length;
        const verdict = { testedAtMs: endMs, seriesCount: series.length, readyCount, failure: "" };
        this.#verdicts.set(policy.name, verdict);
        log.info("policy back-tested", {
          policy: policy.name,
          series: series.length,
          mayPage: readyCount,
        });
      } catch (error) {
        if (signal.aborted) return;
        const reason = error instanceof ConfigError ? error.message : describeError(error);
        const verdict = { testedAtMs: endMs, seriesCount: 0, readyCount: 0, failure: reason };
        this.#verdicts.set(policy.name, verdict);
        log.warn("a policy cannot be back-tested, so it pages nobody", {
          policy: policy.name,
          reason,
        });
      }
    }
    this.#thresholds = found;
  }

  async #record(): Promise<void> {
    if (this.#thresholds.length === 0) return;
    const nowMs = this.#deps.clock.nowMs();
    const appender = this.#deps.appendable.appender();
    for (const { labels, sigmas } of this.#thresholds) {
      appender.appendFloat(appender.seriesRef(labels), nowMs, sigmas, 0);
    }
    await appender.commit();
  }
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
