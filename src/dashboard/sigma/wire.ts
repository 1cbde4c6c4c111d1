/** What the routes about policies answer. */

type Action = "record" | "note" | "ticket" | "page" | "page-both";

interface Level {
  readonly name: string;
  readonly sigmas: number;
  readonly rule: { readonly beyond: number; readonly of: number };
  readonly action: Action;
  readonly isBackTested: boolean;
}

export interface SigmaPolicy {
  readonly name: string;
  readonly expr: string;
  readonly evaluationIntervalMs: number;
  readonly levels: readonly Level[];
  readonly baseline: {
    readonly kind: "mean" | "median" | "seasonal";
    readonly windowMs: number;
    readonly gapMs: number;
    /** No judgement before there is so much data. */
    readonly dataMsMin: number;
  };
  readonly backTest: { readonly historyMs: number };
  readonly team?: string;
  readonly runbookUrl?: string;
  readonly isPageEligible: boolean;
  readonly agreeingAlert?: string;
  readonly mode: "shadow" | "active";
  /** What keeps it from paging whatever it sees. */
  readonly obstacles: readonly string[];
  /** `null` before its first back-test. */
  readonly verdict: {
    readonly testedAtMs: number;
    readonly seriesCount: number;
    readonly readyCount: number;
    readonly failure: string;
  } | null;
}

export interface BurnRatePolicy {
  readonly name: string;
  readonly objective: number;
  readonly periodMs: number;
  readonly team?: string;
  readonly runbookUrl?: string;
  /** PromQL: how many times too fast the budget went over a window, which pages from `burnRate` on. */
  readonly graphs: readonly {
    readonly windowMs: number;
    readonly burnRate: number;
    readonly expr: string;
  }[];
}

export interface Policies {
  readonly policies: readonly SigmaPolicy[];
  readonly burnRates: readonly BurnRatePolicy[];
}

export interface Firing {
  readonly startMs: number;
  readonly endMs: number;
  readonly sigmas: number;
}

export interface LevelBackTest {
  readonly level: Level;
  /** Absent when no threshold would have been quiet enough. */
  readonly threshold?: number;
  readonly firings: readonly Firing[];
  /** `null` when nothing could be judged. */
  readonly perDayMax: number | null;
}

export interface SeriesBackTest {
  readonly name: string;
  readonly judgedDays: number;
  readonly effectiveCount: number;
  readonly levels: readonly LevelBackTest[];
  readonly pages: readonly Firing[];
  readonly obstacles: readonly string[];
}

export interface BackTest {
  readonly policy: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly obstacles: readonly string[];
  readonly series: readonly SeriesBackTest[];
}

type Column = readonly (number | null)[];

export interface Bands {
  readonly timesMs: readonly number[];
  readonly values: Column;
  readonly means: Column;
  readonly spreads: Column;
  readonly scores: Column;
  readonly evaluationsPerPoint: number;
}

export interface BurnRateState {
  readonly name: string;
  readonly budgetLeft: number | null;
  readonly levels: readonly {
    readonly burnRate: number;
    readonly longMs: number;
    readonly shortMs: number;
    readonly severity: "page" | "ticket";
    readonly spent: number;
    readonly longBurn: number | null;
    readonly shortBurn: number | null;
    readonly isFiring: boolean;
  }[];
}
