/** How fast a service spends its error budget now, and what is left of it. */
import {
  type BurnRateLevel,
  burnRateLevels,
  type BurnRatePolicy,
  budgetSpent,
  errorBudget,
} from "./burn-rate.ts";

/** The share of bad events of one series, over windows by their length in milliseconds. */
export interface ErrorRatios {
  /** As PromQL writes the series: `{service="api"}`. */
  readonly name: string;
  readonly ratios: ReadonlyMap<number, number>;
}

export interface BurnRateState {
  readonly name: string;
  /** The part of the period's budget that is not spent; below 0 the objective is missed. */
  readonly budgetLeft: number | null;
  readonly levels: readonly BurnRateLevelState[];
}

export interface BurnRateLevelState extends BurnRateLevel {
  /** The part of the whole budget that is gone when it fires. */
  readonly spent: number;
  /** How many times too fast each window spends; `null` without events. */
  readonly longBurn: number | null;
  readonly shortBurn: number | null;
  /** Whether both windows are beyond it. */
  readonly isFiring: boolean;
}

/** The windows whose ratios are needed: those of all levels, and the whole period. */
export function burnRateWindows({ periodMs }: BurnRatePolicy): readonly number[] {
  const windows = burnRateLevels.flatMap(({ longMs, shortMs }) => [longMs, shortMs]);
  return [...new Set([...windows, periodMs])].sort((left, right) => left - right);
}

export function burnRateState(
  policy: BurnRatePolicy,
  { name, ratios }: ErrorRatios,
): BurnRateState {
  const burnOver = (windowMs: number) => {
    const ratio = ratios.get(windowMs) ?? Number.NaN;
    return Number.isFinite(ratio) ? ratio / errorBudget(policy) : null;
  };
  const spentOfPeriod = burnOver(policy.periodMs);
  return {
    name,
    budgetLeft: spentOfPeriod === null ? null : 1 - spentOfPeriod,
    levels: burnRateLevels.map((level) => {
      const longBurn = burnOver(level.longMs);
      const shortBurn = burnOver(level.shortMs);
      const isFiring = (longBurn ?? 0) > level.burnRate && (shortBurn ?? 0) > level.burnRate;
      return {
        ...level,
        spent: budgetSpent(level, policy.periodMs),
        longBurn,
        shortBurn,
        isFiring,
      };
    }),
  };
}
