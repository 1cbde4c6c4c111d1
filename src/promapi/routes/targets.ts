/** `/targets`, `/scrape_pools`, `/metadata`: what is scraped, and what it said of itself. */
import { formatDuration, type Labels, labelsOf, labelValue } from "#series";
import { answerOf, type ApiAnswer } from "../answer.ts";
import { ApiError, invalidParameter } from "../api-error.ts";
import { labelsRecord } from "../json/labels-json.ts";
import { timeJson } from "../json/time-json.ts";
import { readRowsMax, readSelector } from "../parameters.ts";
import type { DroppedTargetView, TargetMetadata, TargetSource, TargetView } from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import type { ApiRoute } from "../route.ts";

export function targetRoutes(targets: TargetSource): readonly ApiRoute[] {
  const get = { method: "GET" } as const;
  return [
    { ...get, pattern: "/targets", serve: (request) => listTargets(targets, request) },
    { ...get, pattern: "/targets/metadata", serve: (request) => byTarget(targets, request) },
    { ...get, pattern: "/targets/relabel_steps", serve: (request) => relabel(targets, request) },
    { ...get, pattern: "/scrape_pools", serve: () => answerOf({ scrapePools: targets.pools() }) },
    { ...get, pattern: "/scrape_pools/config", serve: (request) => poolConfig(targets, request) },
    { ...get, pattern: "/metadata", serve: (request) => byMetric(targets, request) },
  ];
}

function listTargets(targets: TargetSource, { form }: ApiRequest): ApiAnswer {
  const state = (form.get("state") ?? "").toLowerCase();
  const pool = form.get("scrapePool") ?? undefined;
  const showsActive = state === "" || state === "any" || state === "active";
  const showsDropped = state === "" || state === "any" || state === "dropped";
  const counts = showsDropped ? targets.droppedCounts() : new Map<string, number>();
  return answerOf({
    activeTargets: showsActive ? targets.active(pool).map(targetJson) : [],
    droppedTargets: showsDropped ? targets.dropped(pool).map(droppedJson) : [],
    droppedTargetCounts: Object.fromEntries(counts),
  });
}

function targetJson(target: TargetView) {
  return {
    discoveredLabels: labelsRecord(target.discoveredLabels),
    labels: labelsRecord(target.labels),
    scrapePool: target.scrapePool,
    scrapeUrl: target.scrapeUrl,
    globalUrl: target.globalUrl,
    lastError: target.lastError,
    lastScrape: timeJson(target.lastScrapeMs),
    lastScrapeDuration: target.lastScrapeSeconds,
    health: target.health,
    scrapeInterval: formatDuration(target.scrapeIntervalMs),
    scrapeTimeout: formatDuration(target.scrapeTimeoutMs),
  };
}

function droppedJson(target: DroppedTargetView) {
  const { discoveredLabels, scrapePool } = target;
  return { discoveredLabels: labelsRecord(discoveredLabels), scrapePool };
}

function byTarget(targets: TargetSource, { form }: ApiRequest): ApiAnswer {
  const selector = form.get("match_target") ?? "";
  const matchers = selector === "" ? [] : readSelector("match_target", selector);
  const metric = form.get("metric") ?? "";
  const limit = readRowsMax(form, "limit");
  const found: unknown[] = [];
  for (const entry of targets.metadata()) {
    if (limit >= 0 && found.length >= limit) break;
    if (metric !== "" && entry.metric !== metric) continue;
    const isMatch = matchers.every((matcher) =>
      matcher.matches(labelValue(entry.target, matcher.name)),
    );
    if (isMatch) found.push(targetMetadataJson(entry, metric === ""));
  }
  return answerOf(found);
}

function targetMetadataJson({ target, metric, metadata }: TargetMetadata, withName: boolean) {
  const { type, help, unit } = metadata;
  return { target: labelsRecord(target), ...(withName ? { metric } : {}), type, help, unit };
}

function byMetric(targets: TargetSource, { form }: ApiRequest): ApiAnswer {
  const limit = readRowsMax(form, "limit");
  const perMetric = readRowsMax(form, "limit_per_metric");
  const wanted = form.get("metric") ?? "";
  const found = new Map<string, Map<string, unknown>>();
  for (const { metric, metadata } of targets.metadata()) {
    if (wanted !== "" && metric !== wanted) continue;
    if (!found.has(metric) && limit >= 0 && found.size >= limit) continue;
    const entries = found.get(metric) ?? new Map<string, unknown>();
    found.set(metric, entries);
    const { type, help, unit } = metadata;
    if (perMetric <= 0 || entries.size < perMetric) {
      entries.set(JSON.stringify([type, help, unit]), { type, unit, help });
    }
  }
  const names = [...found.keys()].toSorted();
  const lists = names.map((name) => [name, [...(found.get(name)?.values() ?? [])]] as const);
  return answerOf(Object.fromEntries(lists));
}

function poolConfig(targets: TargetSource, { form }: ApiRequest): ApiAnswer {
  const pool = form.get("scrapePool") ?? "";
  if (pool === "") throw new ApiError("bad_data", "no scrapePool parameter provided");
  const yaml = targets.poolConfig(pool);
  if (yaml === undefined) {
    throw new ApiError("not_found", `scrape pool ${JSON.stringify(pool)} not found`);
  }
  return answerOf({ yaml });
}

function relabel(targets: TargetSource, { form }: ApiRequest): ApiAnswer {
  const pool = form.get("scrapePool") ?? "";
  if (pool === "") throw new ApiError("bad_data", "no scrapePool parameter provided");
  const steps = targets.relabelSteps(pool, readLabels(form));
  if (steps === undefined) {
    throw new ApiError("bad_data", `scrape pool ${JSON.stringify(pool)} not found`);
  }
  return answerOf({
    steps: steps.map(({ rule, output }) => ({
      rule,
      output: output === undefined ? {} : labelsRecord(output),
      keep: output !== undefined,
    })),
  });
}

function readLabels(form: URLSearchParams): Labels {
  const text = form.get("labels") ?? "";
  if (text === "") throw new ApiError("bad_data", "no labels parameter provided");
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    // What is not JSON came from the client.
    throw invalidParameter("labels", String(error), error);
  }
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    throw invalidParameter("labels", "an object of label names and values is expected");
  }
  return labelsOf(
    Object.entries(record).map(([name, value]): [string, string] => [name, String(value)]),
  );
}
