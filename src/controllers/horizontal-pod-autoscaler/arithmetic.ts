/**
 * One calculation as data: what was measured, against what, which pods counted how, and what came of
 * it. `formatArithmetic` writes it out for people.
 */

export interface Tolerance {
  readonly down: number;
  readonly up: number;
}

/** Whether a metric is close enough to its target to leave things as they are. */
export function isTolerated({ down, up }: Tolerance, ratio: number): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

/** Why the number came out as it did. */
export type ArithmeticRule =
  /** The ratio is within the tolerance: nothing changes. */
  | "tolerated"
  /** Ratio times the pods that count, rounded up. */
  | "proportional"
  /** With pods that have no figures counted in, the ratio is within the tolerance. */
  | "tolerated with all pods"
  /** With those pods counted in, the metric would point the other way: nothing changes. */
  | "direction would turn"
  /** The total, divided by the target of one pod and rounded up. */
  | "divided"
  /** There are no pods yet: the ratio itself, rounded up. */
  | "from zero";

export interface Arithmetic {
  readonly unit: "percent" | "millis";
  readonly current: bigint;
  readonly target: bigint;
  readonly ratio: number;
  readonly tolerance: Tolerance;
  /** Pods that count in full. */
  readonly readyCount: number;
  /** Names of pods that are not ready, have no figures, or are on their way out. */
  readonly unready: readonly string[];
  readonly missing: readonly string[];
  readonly ignored: readonly string[];
  /** How pods without figures were counted in; undefined where they were not. */
  readonly assumed: "nothing" | "all" | undefined;
  /** The ratio with those counted in. */
  readonly assumedRatio: number | undefined;
  /** What the ratio was multiplied by. */
  readonly factor: number;
  readonly rule: ArithmeticRule;
  readonly replicas: number;
}

/** `180% / 50% = 3.6; ceil(3.6 × 2) = 8`. */
export function formatArithmetic(arithmetic: Arithmetic): string {
  const { ratio, assumed, assumedRatio } = arithmetic;
  const measured = `${amountOf(arithmetic, "current")} / ${amountOf(arithmetic, "target")} = ${show(ratio)}`;
  const assumption =
    assumedRatio === undefined
      ? ""
      : `; with ${withoutFigures(arithmetic)} taken to use ${assumptionText(assumed)}: ${show(assumedRatio)}`;
  return `${measured}${assumption}; ${conclusionOf(arithmetic)}`;
}

function conclusionOf(arithmetic: Arithmetic): string {
  const { rule, ratio, assumedRatio, factor, replicas, tolerance } = arithmetic;
  switch (rule) {
    case "tolerated":
    case "tolerated with all pods":
      return `within ${show(1 - tolerance.down)} to ${show(1 + tolerance.up)}, so ${replicas} as before`;
    case "direction would turn":
      return `the direction would turn, so ${replicas} as before`;
    case "proportional":
      return `ceil(${show(assumedRatio ?? ratio)} × ${factor}) = ${replicas}`;
    case "divided":
      return `ceil(${show(ratio)} × ${factor}) = ${replicas}`;
    case "from zero":
      return `ceil(${show(ratio)}) = ${replicas}`;
  }
}

function withoutFigures({ unready, missing, ratio }: Arithmetic): string {
  const counted = ratio > 1 ? [...unready, ...missing] : missing;
  return counted.length === 1 ? "1 pod" : `${counted.length} pods`;
}

function assumptionText(assumed: Arithmetic["assumed"]): string {
  return assumed === "all" ? "all they may" : "nothing";
}

function amountOf({ unit, ...amounts }: Arithmetic, which: "current" | "target"): string {
  const amount = amounts[which];
  if (unit === "percent") return `${amount}%`;
  return amount % 1000n === 0n ? `${amount / 1000n}` : `${amount}m`;
}

function show(ratio: number): string {
  return String(Number(ratio.toFixed(4)));
}
