/** What the HTTP API answers, as far as the pages show it. */

export type LabelRecord = Readonly<Record<string, string>>;

type Point = readonly [seconds: number, value: string];

export interface HistogramPoint {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

interface VectorItem {
  readonly metric: LabelRecord;
  readonly value?: Point;
  readonly histogram?: readonly [number, HistogramPoint];
}

export interface MatrixItem {
  readonly metric: LabelRecord;
  readonly values?: readonly Point[];
  readonly histograms?: readonly (readonly [number, HistogramPoint])[];
}

export type QueryAnswer = (
  | { readonly resultType: "vector"; readonly result: readonly VectorItem[] }
  | { readonly resultType: "matrix"; readonly result: readonly MatrixItem[] }
  | { readonly resultType: "scalar" | "string"; readonly result: Point }
) & { readonly stats?: QueryStats; readonly explained?: ExplainedPart };

interface QueryStats {
  readonly timings: { readonly execTotalTime: number };
  readonly samples: {
    readonly totalQueryableSamples: number;
    readonly peakSamples: number;
  };
}

export interface ExplainedPart {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly seriesCount: number;
  readonly elapsedMs: number;
  readonly children: readonly ExplainedPart[];
}

export interface ExemplarSeries {
  readonly seriesLabels: LabelRecord;
  readonly exemplars: readonly {
    readonly labels: LabelRecord;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

export interface Target {
  readonly discoveredLabels: LabelRecord;
  readonly labels: LabelRecord;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  readonly lastScrape: string;
  readonly lastScrapeDuration: number;
  readonly health: "up" | "down" | "unknown";
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

interface DroppedTarget {
  readonly discoveredLabels: LabelRecord;
  readonly scrapePool: string;
}

export interface TargetsAnswer {
  readonly activeTargets: readonly Target[];
  readonly droppedTargets: readonly DroppedTarget[];
  readonly droppedTargetCounts: Readonly<Record<string, number>>;
}

export interface RelabelStep {
  readonly rule: Readonly<Record<string, unknown>>;
  readonly output: LabelRecord;
  readonly keep: boolean;
}

export interface Alert {
  readonly labels: LabelRecord;
  readonly annotations: LabelRecord;
  readonly state: "pending" | "firing" | "inactive";
  readonly activeAt: string;
  readonly value: string;
}

export interface Rule {
  readonly type: "alerting" | "recording";
  readonly name: string;
  readonly query: string;
  readonly labels: LabelRecord;
  readonly health: "ok" | "err" | "unknown";
  readonly lastError?: string;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly state?: "inactive" | "pending" | "firing";
  readonly duration?: number;
  readonly keepFiringFor?: number;
  readonly annotations?: LabelRecord;
  readonly alerts?: readonly Alert[];
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly rules: readonly Rule[];
}

export interface CountedName {
  readonly name: string;
  readonly value: number;
}

export interface TsdbStatus {
  readonly headStats: {
    readonly numSeries: number;
    readonly numLabelPairs: number;
    readonly chunkCount: number;
    readonly minTime: number;
    readonly maxTime: number;
  };
  readonly seriesCountByMetricName: readonly CountedName[];
  readonly labelValueCountByLabelName: readonly CountedName[];
  readonly memoryInBytesByLabelName: readonly CountedName[];
  readonly seriesCountByLabelValuePair: readonly CountedName[];
}

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}
