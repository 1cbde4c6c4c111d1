/** What rules of policies are made of: their form, and how the series of a policy are called. */
import type { SigmaPolicy } from "./policy.ts";

export type SigmaRule =
  | {
      readonly record: string;
      readonly expr: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly keep_firing_for: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };

/** The names of a policy's series. */
export const sigmaSeries = {
  value: "sigma:value",
  mean: "sigma:mean",
  spread: "sigma:spread",
  /** How far each value was from the mean; for baselines of medians. */
  distance: "sigma:distance",
  z: "sigma:z",
  threshold: "sigma:page_threshold",
} as const;

/** The series of that name that belong to a policy. */
export function seriesOf(policy: SigmaPolicy, name: string): string {
  return `${name}{sigma_policy="${policy.name}"}`;
}

/** A duration as rule files have it, in the largest unit that is whole: `10m`, `1w`. */
export function durationText(ms: number): string {
  for (const [unit, unitMs] of durationUnits) {
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs}${unit}`;
  }
  return `${ms}ms`;
}

const durationUnits = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;
