/** From what discovery found to a target: labels of the job, relabelling, checks. All of it is pure. */
import { quoteGo } from "#base";
import type { TargetGroup } from "#discovery";
import type { ScrapeConfig } from "#promconfig";
import {
  formatDuration,
  type Labels,
  labelPairs,
  labelsOf,
  labelValue,
  parseDuration,
  relabel,
  type RelabelRule,
} from "#series";

const intervalLabel = "__scrape_interval__";
const timeoutLabel = "__scrape_timeout__";
const unixSocketLabel = "__unix_socket__";
const pathLabel = "__metrics_path__";
const schemeLabel = "__scheme__";
const paramPrefix = "__param_";

/** Options of a job that relabelling may change for single targets. */
const flagLabels = {
  convertClassicHistograms: "__convert_classic_histograms_to_nhcb__",
  alwaysScrapeClassicHistograms: "__always_scrape_classic_histograms__",
  scrapeNativeHistograms: "__scrape_native_histograms__",
} as const;

const flagNames: readonly (readonly [label: string, description: string])[] = [
  [flagLabels.convertClassicHistograms, "convert classic histograms to nhcb"],
  [flagLabels.alwaysScrapeClassicHistograms, "always scrape classic histograms"],
  [flagLabels.scrapeNativeHistograms, "scrape native histograms"],
];

/** Where and how one target is scraped. */
export interface TargetSpec {
  /** After relabelling, those that begin with two underscores included. */
  readonly labels: Labels;
  /** Those that its series get. */
  readonly publicLabels: Labels;
  /** Before relabelling. */
  readonly discoveredLabels: Labels;
  readonly url: string;
  readonly unixPath: string | undefined;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly convertClassicHistograms: boolean;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly scrapeNativeHistograms: boolean;
}

export type TargetOutcome =
  | { readonly kind: "target"; readonly spec: TargetSpec }
  | { readonly kind: "dropped"; readonly discoveredLabels: Labels }
  | { readonly kind: "failed"; readonly discoveredLabels: Labels; readonly problem: string };

/** What each target of a group becomes. */
export function targetsOfGroup(
  group: TargetGroup,
  config: ScrapeConfig,
  rules: readonly RelabelRule[],
): readonly TargetOutcome[] {
  return group.targets.map((own, index) => {
    const discovered = discoveredLabels(config, own, group.labels);
    const kept = relabel(discovered, rules);
    if (kept === undefined || kept.length === 0) {
      return { kind: "dropped", discoveredLabels: discovered };
    }
    const problem = targetProblem(kept);
    if (problem === undefined) return { kind: "target", spec: specOf(config, kept, discovered) };
    const failed = { kind: "failed", discoveredLabels: discovered } as const;
    return { ...failed, problem: `instance ${index} in group ${group.source}: ${problem}` };
  });
}

/** The labels that relabelling starts from: the target's, its group's, and what the job says. */
function discoveredLabels(config: ScrapeConfig, own: Labels, shared: Labels): Labels {
  const labels = new Map([...labelPairs(shared), ...labelPairs(own)]);
  const set = (name: string, value: string) => {
    if ((labels.get(name) ?? "") === "") labels.set(name, value);
  };
  set("job", config.jobName);
  set(intervalLabel, formatDuration(config.scrapeIntervalMs));
  set(timeoutLabel, formatDuration(config.scrapeTimeoutMs));
  set(pathLabel, config.metricsPath);
  set(schemeLabel, config.scheme);
  set(flagLabels.convertClassicHistograms, String(config.convertClassicHistograms));
  set(flagLabels.alwaysScrapeClassicHistograms, String(config.alwaysScrapeClassicHistograms));
  set(flagLabels.scrapeNativeHistograms, String(config.scrapeNativeHistograms));
  for (const [name, [first]] of config.params) {
    if (first !== undefined) set(paramPrefix + name, first);
  }
  return labelsOf(labels);
}

/** What keeps labels from being a target's. */
function targetProblem(labels: Labels): string | undefined {
  const address = labelValue(labels, "__address__");
  if (address === "") return "no address";
  if (address.includes("/")) return `${quoteGo(address)} is not a valid hostname`;
  const timing = timingProblem(labels);
  if (timing !== undefined) return timing;
  for (const [label, description] of flagNames) {
    const value = labelValue(labels, label);
    if (value !== "" && parseBool(value) === undefined) {
      return `error parsing ${description}: strconv.ParseBool: parsing ${quoteGo(value)}: invalid syntax`;
    }
  }
  for (const [name, value] of labelPairs(labels)) {
    if (!value.isWellFormed()) return `invalid label value for ${quoteGo(name)}: ${quoteGo(value)}`;
  }
  return undefined;
}

function timingProblem(labels: Labels): string | undefined {
  const interval = readDuration(labels, intervalLabel);
  if ("problem" in interval) return `error parsing scrape interval: ${interval.problem}`;
  if (interval.ms === 0) return "scrape interval cannot be 0";
  const timeout = readDuration(labels, timeoutLabel);
  if ("problem" in timeout) return `error parsing scrape timeout: ${timeout.problem}`;
  if (timeout.ms === 0) return "scrape timeout cannot be 0";
  if (timeout.ms <= interval.ms) return undefined;
  const [shownTimeout, shownInterval] = [timeoutLabel, intervalLabel].map((name) =>
    quoteGo(labelValue(labels, name)),
  );
  return `scrape timeout cannot be greater than scrape interval (${shownTimeout} > ${shownInterval})`;
}

function readDuration(
  labels: Labels,
  name: string,
): { readonly ms: number } | { readonly problem: string } {
  try {
    return { ms: parseDuration(labelValue(labels, name)) };
  } catch (error) {
    // Relabelling may have written anything there.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function specOf(config: ScrapeConfig, relabelled: Labels, discovered: Labels): TargetSpec {
  const pairs = [...labelPairs(relabelled)].filter(([name]) => !name.startsWith("__meta_"));
  const kept = new Map(pairs);
  if ((kept.get("instance") ?? "") === "") kept.set("instance", kept.get("__address__") ?? "");
  const labels = labelsOf(kept);
  const unixPath = labelValue(labels, unixSocketLabel);
  const flag = (label: string, otherwise: boolean) =>
    parseBool(labelValue(labels, label)) ?? otherwise;
  return {
    labels,
    publicLabels: labelsOf([...kept].filter(([name]) => !name.startsWith("__"))),
    discoveredLabels: discovered,
    url: scrapeUrl(config, labels),
    unixPath: unixPath === "" ? undefined : unixPath,
    intervalMs: parseDuration(labelValue(labels, intervalLabel)),
    timeoutMs: parseDuration(labelValue(labels, timeoutLabel)),
    convertClassicHistograms: flag(
      flagLabels.convertClassicHistograms,
      config.convertClassicHistograms,
    ),
    alwaysScrapeClassicHistograms: flag(
      flagLabels.alwaysScrapeClassicHistograms,
      config.alwaysScrapeClassicHistograms,
    ),
    scrapeNativeHistograms: flag(flagLabels.scrapeNativeHistograms, config.scrapeNativeHistograms),
  };
}

/** Parameters come from the job; a label stands for the first value of its parameter. */
function scrapeUrl(config: ScrapeConfig, labels: Labels): string {
  const params = new Map(config.params);
  for (const [name, value] of labelPairs(labels)) {
    if (!name.startsWith(paramPrefix)) continue;
    const key = name.slice(paramPrefix.length);
    params.set(key, [value, ...(params.get(key) ?? []).slice(1)]);
  }
  const query = new URLSearchParams();
  for (const name of [...params.keys()].sort()) {
    for (const value of params.get(name) ?? []) query.append(name, value);
  }
  const path = encodeURI(labelValue(labels, pathLabel)).replace(/[?#]/g, encodeURIComponent);
  const rooted = path === "" || path.startsWith("/") ? path : `/${path}`;
  const base = `${labelValue(labels, schemeLabel)}://${labelValue(labels, "__address__")}${rooted}`;
  return query.size === 0 ? base : `${base}?${query.toString()}`;
}

/** By the words that Go takes. */
function parseBool(text: string): boolean | undefined {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}
