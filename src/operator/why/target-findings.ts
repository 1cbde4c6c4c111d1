/** The last steps, which are the same for all kinds: jobs, relabelling, scrapes. */

import type { DroppedTarget, EngineFacts, TargetFacts } from "./engine-facts.ts";
import { counted, failed, type Finding, listText, note, ok } from "./explanation.ts";

/** What became of one job: its targets, those that were dropped, and how scraping them goes. */
export function jobFindings(job: string, engine: EngineFacts): readonly Finding[] {
  if (!engine.jobs.has(job)) {
    return [
      failed(
        `there is no job ${job}`,
        "See the log of the monitoring engine: wherry logs monitor.",
      ),
    ];
  }
  const active = engine.active.filter((target) => target.job === job);
  const dropped = engine.dropped.filter((target) => target.job === job);
  if (active.length > 0) {
    return [
      ok(`job ${job} has ${counted(active.length, "target")}`),
      ...(dropped.length === 0 ? [] : [note(droppedText(dropped))]),
      ...active.map(healthFinding),
    ];
  }
  if (dropped.length === 0) {
    return [
      failed(
        `job ${job} has found nothing that could be a target`,
        "Look at the steps above: there is no address to scrape.",
      ),
    ];
  }
  return [
    failed(
      `job ${job} has no target: ${droppedText(dropped)}`,
      `Change what the step looks at, or the step: ${adviceOf(dropped)}.`,
    ),
  ];
}

function healthFinding({ url, health, lastError, lastScrape }: TargetFacts): Finding {
  switch (health) {
    case "up":
      return ok(`${url} is up, last scraped at ${lastScrape}`);
    case "unknown":
      return note(`${url} has not been scraped yet`);
    case "down":
      return failed(
        `${url} is down: ${lastError}`,
        `See why ${url} does not answer with metrics: ${lastError}.`,
      );
  }
}

/** Drops by the same step are one thing. */
function droppedText(dropped: readonly DroppedTarget[]): string {
  const groups = [...Map.groupBy(dropped, ({ droppedBy }) => stepText(droppedBy))];
  return groups.map(([step, targets]) => `${step} dropped ${placesText(targets)}`).join("; ");
}

function adviceOf(dropped: readonly DroppedTarget[]): string {
  const [first] = dropped;
  if (first === undefined) return "";
  const sources = sourcesOf(first.droppedBy);
  const values = sources.map((name) => `${name}=${JSON.stringify(first.discovered[name] ?? "")}`);
  const where = first.discovered["__address__"] ?? "the target";
  return values.length === 0 ? stepText(first.droppedBy) : `${where} has ${values.join(", ")}`;
}

function placesText(targets: readonly DroppedTarget[]): string {
  return listText(targets.map(({ discovered }) => discovered["__address__"] ?? "?"));
}

/** `keep __meta_kubernetes_endpoint_port_name matching "web"`. */
function stepText(step: DroppedTarget["droppedBy"]): string {
  if (step === undefined) return "relabelling";
  const regex =
    typeof step["regex"] === "string" ? ` matching ${JSON.stringify(step["regex"])}` : "";
  const action = typeof step["action"] === "string" ? step["action"] : "replace";
  return `${action} ${sourcesOf(step).join(";")}${regex}`;
}

function sourcesOf(step: DroppedTarget["droppedBy"]): readonly string[] {
  const sources = step?.["source_labels"];
  return Array.isArray(sources) ? sources.map(String) : [];
}
