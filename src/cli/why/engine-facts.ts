import { isJsonObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from "#api";
import { mapConcurrent } from "#base";
import type { DroppedTarget, EngineFacts, RuleFacts, TargetFacts } from "#operator";
import { askMonitor, type MonitorAddress } from "../ask-monitor.ts";

/** Targets that were dropped and of which it is asked by which step. */
const explainedTargetsMax = 50;

/** What the engine tells of the jobs whose names begin with `jobPrefix`, and of the rules in `ruleFile`. */
export async function readEngineFacts(
  address: MonitorAddress,
  { jobPrefix, ruleFile }: { readonly jobPrefix: string; readonly ruleFile: string },
  signal: AbortSignal,
): Promise<EngineFacts> {
  const ask = (target: string) => askMonitor(address, target, signal);
  const pools = listAt(await ask("/api/v1/scrape_pools"), "data", "scrapePools");
  const jobs = pools.map(String).filter((job) => isOf(job, jobPrefix));
  const answers = await mapConcurrent(jobs, 2, (job) =>
    ask(`/api/v1/targets?scrapePool=${encodeURIComponent(job)}`),
  );
  const dropped = answers.flatMap((answer) => listAt(answer, "data", "droppedTargets"));
  const rules = ruleFile === "" ? [] : rulesOf(await ask("/api/v1/rules"), ruleFile);
  return {
    jobs: new Set(jobs),
    active: answers.flatMap((answer) => listAt(answer, "data", "activeTargets")).map(targetOf),
    dropped: await mapConcurrent(dropped.slice(0, explainedTargetsMax), 2, async (one) =>
      droppedOf(one, await ask(relabelTarget(one))),
    ),
    rules,
  };
}

/** A job is an object's own, or one of several that are numbered. */
function isOf(job: string, prefix: string): boolean {
  return job === prefix || job.startsWith(`${prefix}/`);
}

function targetOf(target: JsonValue): TargetFacts {
  const health = textAt(target, "health");
  return {
    job: textAt(target, "scrapePool"),
    url: textAt(target, "scrapeUrl"),
    health: health === "up" || health === "down" ? health : "unknown",
    lastError: textAt(target, "lastError"),
    lastScrape: textAt(target, "lastScrape"),
    discovered: textsOf(objectAt(target, "discoveredLabels")),
  };
}

function relabelTarget(dropped: JsonValue): string {
  const query = new URLSearchParams({
    scrapePool: textAt(dropped, "scrapePool"),
    labels: JSON.stringify(objectAt(dropped, "discoveredLabels")),
  });
  return `/api/v1/targets/relabel_steps?${query.toString()}`;
}

function droppedOf(dropped: JsonValue, answer: JsonValue): DroppedTarget {
  const steps = listAt(answer, "data", "steps");
  const last = steps.find((step) => isJsonObject(step) && step["keep"] === false);
  return {
    job: textAt(dropped, "scrapePool"),
    discovered: textsOf(objectAt(dropped, "discoveredLabels")),
    droppedBy: last === undefined ? undefined : objectAt(last, "rule"),
  };
}

function rulesOf(answer: JsonValue, fileEnd: string): readonly RuleFacts[] {
  const groups = listAt(answer, "data", "groups").filter((group) =>
    textAt(group, "file").endsWith(fileEnd),
  );
  return groups.flatMap((group) =>
    listAt(group, "rules").map((rule) => ({
      group: textAt(group, "name"),
      name: textAt(rule, "name"),
      health: textAt(rule, "health"),
      lastError: textAt(rule, "lastError"),
      state: textAt(rule, "state"),
    })),
  );
}

function textsOf(object: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, typeof value === "string" ? value : ""]),
  );
}
