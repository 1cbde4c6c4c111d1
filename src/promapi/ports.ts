/** What the HTTP API shows of the other parts. Each part has this shape; `main` connects them. */
import type { Body, Headers } from "#base";
import type { Exemplar, LabelMatcher, Labels, MetricMetadata } from "#series";

/** One target as `/targets` shows it. */
export interface TargetView {
  readonly discoveredLabels: Labels;
  readonly labels: Labels;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  /** The URL as seen from elsewhere: loopback addresses replaced by the external host name. */
  readonly globalUrl: string;
  /** Empty when the last scrape went well. */
  readonly lastError: string;
  /** Undefined before the first scrape. */
  readonly lastScrapeMs: number | undefined;
  readonly lastScrapeSeconds: number;
  readonly health: "up" | "down" | "unknown";
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
}

export interface DroppedTargetView {
  readonly discoveredLabels: Labels;
  readonly scrapePool: string;
}

/** One rule of relabelling, and what it made of the labels. */
export interface RelabelStepView {
  /** The rule as it stands in the configuration. */
  readonly rule: Readonly<Record<string, unknown>>;
  /** The labels after it; undefined when it dropped the target. */
  readonly output: Labels | undefined;
}

export interface TargetSource {
  pools(): readonly string[];
  active(pool: string | undefined): readonly TargetView[];
  dropped(pool: string | undefined): readonly DroppedTargetView[];
  /** Per pool, those beyond `keep_dropped_targets` included. */
  droppedCounts(): ReadonlyMap<string, number>;
  /** What targets said of their metrics. */
  metadata(): Iterable<TargetMetadata>;
  /** A pool's configuration as YAML; undefined when there is no such pool. */
  poolConfig(pool: string): string | undefined;
  /** What each relabelling rule of a pool makes of the labels; undefined without such a pool. */
  relabelSteps(pool: string, labels: Labels): readonly RelabelStepView[] | undefined;
}

export interface TargetMetadata {
  readonly target: Labels;
  readonly metric: string;
  readonly metadata: MetricMetadata;
}

export interface AlertView {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: "inactive" | "pending" | "firing";
  readonly activeAtMs: number;
  readonly keepFiringSinceMs: number | undefined;
  readonly value: number;
}

interface EvaluatedRuleView {
  readonly name: string;
  /** Canonical PromQL. */
  readonly query: string;
  readonly labels: Labels;
  readonly health: "ok" | "err" | "unknown";
  readonly lastError: string;
  readonly evaluationSeconds: number;
  /** 0 before the first evaluation. */
  readonly lastEvaluationMs: number;
}

export interface AlertingRuleView extends EvaluatedRuleView {
  readonly type: "alerting";
  readonly state: "inactive" | "pending" | "firing" | "unknown";
  readonly forSeconds: number;
  readonly keepFiringForSeconds: number;
  readonly annotations: Labels;
  readonly alerts: readonly AlertView[];
}

export interface RecordingRuleView extends EvaluatedRuleView {
  readonly type: "recording";
}

export type RuleView = AlertingRuleView | RecordingRuleView;

export interface RuleGroupView {
  readonly name: string;
  readonly file: string;
  readonly intervalSeconds: number;
  readonly limit: number;
  readonly rules: readonly RuleView[];
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number;
}

export interface RuleSource {
  groups(): readonly RuleGroupView[];
}

export interface AlertmanagerSource {
  active(): readonly string[];
  dropped(): readonly string[];
}

export interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: readonly Exemplar[];
}

export interface ExemplarSource {
  exemplars(
    matchers: readonly (readonly LabelMatcher[])[],
    minMs: number,
    maxMs: number,
  ): readonly SeriesExemplars[];
}

export interface CountedName {
  readonly name: string;
  readonly value: number;
}

/** What `/status/tsdb` shows. The lists are longest first. */
export interface Cardinality {
  readonly seriesCountByMetricName: readonly CountedName[];
  readonly labelValueCountByLabelName: readonly CountedName[];
  readonly memoryInBytesByLabelName: readonly CountedName[];
  readonly seriesCountByLabelValuePair: readonly CountedName[];
}

export interface HeadFacts {
  readonly seriesCount: number;
  readonly labelPairCount: number;
  readonly chunkCount: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** The database's own state and the dangerous things that may be done to it. */
export interface DatabaseSource {
  headFacts(): HeadFacts;
  cardinality(limit: number): Cardinality;
  /** The `meta.json` of each block. */
  blocks(): readonly unknown[];
  deleteSeries(
    matchers: readonly (readonly LabelMatcher[])[],
    minMs: number,
    maxMs: number,
  ): Promise<void>;
  cleanTombstones(): Promise<void>;
  /** Returns the name of the snapshot's directory. */
  snapshot(withHead: boolean): Promise<string>;
}

/** Facts of the running program. */
export interface ServerFacts {
  /** The loaded configuration as YAML, secrets left out. */
  configYaml(): string;
  flags(): ReadonlyMap<string, string>;
  runtime(): Readonly<Record<string, unknown>>;
  build(): Readonly<Record<string, string>>;
  features(): Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  isReady(): boolean;
  /** The segment of the write-ahead log that was read last while starting, of which there were. */
  walReplay(): { readonly min: number; readonly max: number; readonly current: number };
  /** Reloads the configuration; rejects with what is wrong with it. */
  reload(): Promise<void>;
  quit(): void;
}

export interface NotificationView {
  readonly text: string;
  readonly dateMs: number;
  readonly isActive: boolean;
}

export interface NotificationSource {
  current(): readonly NotificationView[];
  /** What changes from now on; undefined when there are too many listeners already. */
  subscribe(signal: AbortSignal): AsyncIterable<NotificationView> | undefined;
}

/** Files of the web pages. */
export interface PageFiles {
  find(path: string): Promise<PageFile | undefined>;
}

export interface PageFile {
  readonly contentType: string;
  readonly body: Body;
  readonly headers: Headers;
}
