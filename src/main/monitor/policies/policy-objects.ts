/** Follows SigmaPolicies and BurnRatePolicies, and keeps the engine at what they say. */
import { burnRatePolicy, sigmaPolicy } from "#api/oncall/v1";
import type { Clock, Logger } from "#base";
import type { InformerSet } from "#client";
import {
  backTestInStatus,
  type BackTestOutcome,
  backTestResult,
  policyConditions,
  policyKinds,
  type PolicyCheck,
  policyNameOf,
  type PolicyVerdict,
  type SourcesInForce,
  sourcesInForce,
  translatePolicies,
} from "#oncallkinds";
import { ObjectFollower } from "../../objects/object-follower.ts";
import type { StatusReport, StatusReporter } from "../../objects/status-reporter.ts";
import type { MemoryFiles } from "../operated/memory-files.ts";
import type { Reloadable } from "../operated/operated-config.ts";
import type { PolicyBackTest } from "../sigma-policies.ts";

export interface PolicyObjectsDeps {
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly log: Logger;
  readonly reporter: StatusReporter;
  readonly check: PolicyCheck;
  /** Where the engine reads from, and the directory of its policies there. */
  readonly files: MemoryFiles;
  readonly directory: string;
  /** Resolves when the engine has its first configuration. */
  readonly engine: Promise<Reloadable>;
}

const reloadAgainMs = 60_000;

export class PolicyObjects {
  readonly #deps: PolicyObjectsDeps;
  readonly #sigma;
  readonly #burnRates;
  readonly #follower: ObjectFollower;
  readonly #outcomes = new Map<string, BackTestOutcome>();
  #inForce: SourcesInForce = new Map();
  /** What the engine did with the files that it was given last. */
  #engine: "taken" | "refused" = "taken";

  constructor(deps: PolicyObjectsDeps) {
    this.#deps = deps;
    this.#sigma = deps.informers.of(sigmaPolicy);
    this.#burnRates = deps.informers.of(burnRatePolicy);
    const informers = [this.#sigma, this.#burnRates];
    this.#follower = new ObjectFollower({ ...deps, what: "heeding policies", informers });
  }

  /** Follows until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#follower.run((ending) => this.#sync(ending), signal);
  }

  /** Has the owner of a policy told what its back-test found. Others than objects' are passed over. */
  noteBackTest(backTest: PolicyBackTest): void {
    this.#outcomes.set(backTest.policy.name, outcomeOf(backTest));
    this.#follower.wake();
  }

  async #sync(signal: AbortSignal): Promise<number | undefined> {
    const { files, log, reporter, check } = this.#deps;
    const objects = { sigma: this.#sigma.cache.list(), burnRates: this.#burnRates.cache.list() };
    const verdicts = translatePolicies(objects, { check, before: this.#inForce });
    this.#inForce = sourcesInForce(verdicts);
    this.#forgetOthers(verdicts);
    if (files.replaceAll(this.#filesOf(verdicts)) || this.#engine === "refused") {
      this.#engine = await this.#reload();
      log.info("policies heeded", { objects: verdicts.length });
    }
    const reports = verdicts.map((verdict) => this.#reportOf(verdict));
    await reporter.report(reports, signal);
    return this.#engine === "taken" ? undefined : reloadAgainMs;
  }

  /** Whether the engine took them. */
  async #reload(): Promise<"taken" | "refused"> {
    const engine = await this.#deps.engine;
    return engine.reload().then(
      () => "taken",
      // A file of the cluster's owner is wrong. The engine has logged which, and what in it is
      // nothing that owners of policies should read.
      () => "refused",
    );
  }

  #filesOf(verdicts: readonly PolicyVerdict[]): ReadonlyMap<string, string> {
    return new Map(
      verdicts.flatMap(({ list, object, source }) => {
        if (source === undefined) return [];
        const { namespace = "", name } = object.metadata;
        // Neither has a dot, so that no two policies are one file.
        const path = `${this.#deps.directory}/${namespace}.${name}.${list}.yaml`;
        return [[path, source.text] as const];
      }),
    );
  }

  #reportOf(verdict: PolicyVerdict): StatusReport {
    const outcome = this.#outcomes.get(policyNameOf(verdict.object));
    return {
      kind: policyKinds[verdict.list],
      object: verdict.object,
      conditions: policyConditions(verdict, { outcome, engine: this.#engine }),
      further: backTestInStatus(verdict, outcome),
    };
  }

  /** What was found of a policy is nothing that a later one of its name should be told. */
  #forgetOthers(verdicts: readonly PolicyVerdict[]): void {
    const known = new Set(verdicts.map(({ object }) => policyNameOf(object)));
    for (const name of this.#outcomes.keys()) if (!known.has(name)) this.#outcomes.delete(name);
  }
}

function outcomeOf(backTest: PolicyBackTest): BackTestOutcome {
  const { policy, testedAtMs, found } = backTest;
  if ("failure" in found) return { kind: "failed", reason: found.failure };
  return { kind: "tested", result: backTestResult(policy, found.tested, testedAtMs) };
}
