/**
 * All objects of the Prometheus Operator's kinds as files that the engine and Alertmanager read. What
 * an object would break is left out, and told in its verdict: one bad object never stops the others.
 */
import { parseAlertmanagerConfig } from "#alerting";
import { apiVersionOf, type AnyKind, compileLabelSelector, type Live, ValueError } from "#api";
import {
  podMonitor,
  probe,
  prometheusRule,
  serviceMonitor,
  type ConfigResourceStatus,
  type PodMonitor,
  type Probe,
  type PrometheusRule,
  type ServiceMonitor,
} from "#api/monitoring/v1";
import {
  alertmanagerConfig,
  scrapeConfig,
  type AlertmanagerConfig,
  type ScrapeConfig,
} from "#api/monitoring/v1alpha1";
import { compareText, type TimeZones } from "#base";
import {
  alertmanagerConfigOf,
  type AlertmanagerPart,
  alertmanagerPart,
  type Entries,
  InvalidObjectError,
  podMonitorJobs,
  probeJob,
  ruleFileOf,
  scrapeConfigJob,
  type ScrapeJob,
  serviceMonitorJobs,
} from "#operator";
import { ConfigError, type GlobalConfig, parseScrapeConfigs } from "#promconfig";
import type { ParserOptions } from "#promql";
import { parseRuleFile } from "#rules";

/** The objects of a cluster, of each kind that is heeded. */
export interface OperatedObjects {
  readonly serviceMonitors: readonly Live<ServiceMonitor>[];
  readonly podMonitors: readonly Live<PodMonitor>[];
  readonly probes: readonly Live<Probe>[];
  readonly scrapeConfigs: readonly Live<ScrapeConfig>[];
  readonly rules: readonly Live<PrometheusRule>[];
  readonly alertmanagerConfigs: readonly Live<AlertmanagerConfig>[];
}

/** What the checks need to know of the engine. */
export interface TranslationContext {
  /** Where the files are read from. */
  readonly directory: string;
  readonly global: GlobalConfig;
  readonly parser: ParserOptions;
  readonly zones: TimeZones;
  entriesOf(namespace: string): Entries;
}

/** An object of any of the kinds. */
type OperatedObject = Live<{
  readonly metadata?: Live<ServiceMonitor>["metadata"] | undefined;
  readonly status?: ConfigResourceStatus | undefined;
}>;

/** What became of one object. */
export interface Verdict {
  readonly kind: AnyKind;
  readonly object: OperatedObject;
  /** Why it cannot be used; undefined: it is. */
  readonly problem: string | undefined;
}

export interface Translation {
  /** By path: the engine's. */
  readonly files: ReadonlyMap<string, string>;
  /** What Alertmanager is told, by each object that says something. */
  readonly alerting: readonly AlertmanagerPart[];
  readonly verdicts: readonly Verdict[];
}

/** Names within the cluster's directory; the engine's own file refers to them. */
export const operatedScrapes = "operated-scrapes.yml";
export const operatedRules = "operated-rules";

export function translateObjects(
  objects: OperatedObjects,
  context: TranslationContext,
): Translation {
  const verdicts: Verdict[] = [];
  /** What `use` makes of each object that it can use, in the order of their names. */
  const used = <T extends OperatedObject, R>(
    kind: AnyKind,
    all: readonly T[],
    use: (object: T, entries: Entries) => R,
  ): readonly R[] =>
    [...all].sort(byName).flatMap((object) => {
      const entries = context.entriesOf(object.metadata.namespace ?? "");
      const result = attempt(() => use(object, entries));
      const problem = "problem" in result ? result.problem : undefined;
      verdicts.push({ kind, object, problem });
      return "problem" in result ? [] : [result.made];
    });
  const checked = (jobs: readonly ScrapeJob[]) => checkJobs(jobs, context);
  const jobs = [
    ...used(serviceMonitor, objects.serviceMonitors, (one, entries) => {
      compileLabelSelector(one.spec.selector);
      return checked(serviceMonitorJobs(one, entries));
    }),
    ...used(podMonitor, objects.podMonitors, (one, entries) => {
      compileLabelSelector(one.spec.selector);
      return checked(podMonitorJobs(one, entries));
    }),
    ...used(probe, objects.probes, (one, entries) => checked([probeJob(one, entries)])),
    ...used(scrapeConfig, objects.scrapeConfigs, (one, entries) =>
      checked([scrapeConfigJob(one, entries)]),
    ),
  ].flat();
  const rules = used(
    prometheusRule,
    objects.rules,
    (one) =>
      [
        `${context.directory}/${operatedRules}/${ruleFileName(one)}`,
        checkRules(JSON.stringify(ruleFileOf(one)), context),
      ] as const,
  );
  const parts = used(alertmanagerConfig, objects.alertmanagerConfigs, (one, entries) =>
    checkPart(alertmanagerPart(one, entries), context),
  );
  const scrapes = `${JSON.stringify({ scrape_configs: jobs }, undefined, 1)}\n`;
  return {
    files: new Map([[`${context.directory}/${operatedScrapes}`, scrapes], ...rules]),
    alerting: parts,
    verdicts,
  };
}

function byName(left: OperatedObject, right: OperatedObject): number {
  const [a, b] = [left.metadata, right.metadata];
  return compareText(a.namespace ?? "", b.namespace ?? "") || compareText(a.name, b.name);
}

type Attempt<T> = { readonly made: T } | { readonly problem: string };

/** Refusals of an object, whoever refuses it, are told to its owner. */
function attempt<T>(make: () => T): Attempt<T> {
  try {
    return { made: make() };
  } catch (error) {
    const isRefusal =
      error instanceof InvalidObjectError ||
      error instanceof ConfigError ||
      error instanceof ValueError;
    if (!isRefusal) throw error;
    return { problem: error.message };
  }
}

function checkJobs(
  jobs: readonly ScrapeJob[],
  { global, directory }: TranslationContext,
): readonly ScrapeJob[] {
  parseScrapeConfigs(JSON.stringify({ scrape_configs: jobs }), { global, directory });
  return jobs;
}

function checkRules(text: string, { parser, global }: TranslationContext): string {
  const options = { parser, nameScheme: global.nameScheme, unknownFields: "refuse" } as const;
  const parsed = parseRuleFile(text, options);
  if (parsed.kind === "valid") return text;
  // Positions in a file that nobody wrote help nobody.
  const messages = parsed.problems.map(({ message }) => message.replace(/^\d+:\d+: /, ""));
  throw new InvalidObjectError(messages.join("; "));
}

/** The name that the operator gives the file. */
function ruleFileName({ metadata }: OperatedObject): string {
  return `${metadata.namespace ?? ""}-${metadata.name}-${metadata.uid}.yaml`;
}

/** A part alone must be a valid configuration, so that all of them together are one. */
function checkPart(part: AlertmanagerPart, { zones }: TranslationContext): AlertmanagerPart {
  const options = { directory: undefined, syntax: "either", zones } as const;
  parseAlertmanagerConfig(JSON.stringify(alertmanagerConfigOf([part])), options);
  return part;
}

/** `monitoring.coreos.com/v1/ServiceMonitor ns/name`: tells objects apart. */
export function operatedKey({ kind, object }: Pick<Verdict, "kind" | "object">): string {
  const { namespace = "", name } = object.metadata;
  return `${apiVersionOf(kind)}/${kind.kind} ${namespace}/${name}`;
}
