/** Kinds that select nothing in the cluster themselves, or rules instead of targets. */

import type { Probe, PrometheusRule } from "#api/monitoring/v1";
import type { ScrapeConfig } from "#api/monitoring/v1alpha1";
import { acceptanceFinding } from "./acceptance.ts";
import type { EngineFacts } from "./engine-facts.ts";
import {
  counted,
  type Explanation,
  explanationOf,
  failed,
  type Finding,
  note,
  ok,
} from "./explanation.ts";
import { jobFindings } from "./target-findings.ts";

/** Why a Probe has the targets that it has. */
export function explainProbe(probe: Probe, engine: EngineFacts): Explanation {
  const { name = "", namespace = "" } = probe.metadata ?? {};
  const prober = note(`asks ${probe.spec.prober?.url ?? "nobody"} to probe`);
  const steps = () => [prober, ...jobFindings(`probe/${namespace}/${name}`, engine)];
  return explained(`probe/${name} in namespace ${namespace}`, acceptanceFinding(probe), steps);
}

/** Why a ScrapeConfig has the targets that it has. */
export function explainScrapeConfig(config: ScrapeConfig, engine: EngineFacts): Explanation {
  const { name = "", namespace = "" } = config.metadata ?? {};
  const steps = () => jobFindings(`scrapeConfig/${namespace}/${name}`, engine);
  const subject = `scrapeconfig/${name} in namespace ${namespace}`;
  return explained(subject, acceptanceFinding(config), steps);
}

function explained(
  subject: string,
  accepted: Finding,
  steps: () => readonly Finding[],
): Explanation {
  const findings = accepted.outcome === "failed" ? [accepted] : [accepted, ...steps()];
  return explanationOf(subject, findings, "Nothing is to be done: its targets are scraped.");
}

/** What became of the rules of a PrometheusRule. `engine.rules` are those of its file. */
export function explainPrometheusRule(rule: PrometheusRule, engine: EngineFacts): Explanation {
  const { name = "", namespace = "" } = rule.metadata ?? {};
  const accepted = acceptanceFinding(rule);
  const findings =
    accepted.outcome === "failed" ? [accepted] : [accepted, ...ruleFindings(rule, engine)];
  const subject = `prometheusrule/${name} in namespace ${namespace}`;
  return explanationOf(subject, findings, "Nothing is to be done: its rules are evaluated.");
}

function ruleFindings({ spec }: PrometheusRule, { rules }: EngineFacts): readonly Finding[] {
  const groups = spec.groups ?? [];
  if (groups.length === 0) {
    return [failed("there are no groups in the object", "Add one to spec.groups.")];
  }
  return groups.flatMap((group) => {
    const loaded = rules.filter((one) => one.group === group.name);
    const wanted = group.rules ?? [];
    if (loaded.length < wanted.length) {
      return [
        failed(
          `group "${group.name}" is not in force`,
          "See the log of the monitoring engine: wherry logs monitor.",
        ),
      ];
    }
    return [
      ok(`group "${group.name}" is in force with ${counted(loaded.length, "rule")}`),
      ...loaded.map(ruleFinding),
    ];
  });
}

function ruleFinding({ name, health, lastError, state }: EngineFacts["rules"][number]): Finding {
  if (health === "unknown") return note(`${name} has not been evaluated yet`);
  if (health === "ok") return ok(state === "" ? `${name} works` : `${name} works and is ${state}`);
  return failed(`${name} fails: ${lastError}`, `Correct the expression of ${name}: ${lastError}.`);
}
