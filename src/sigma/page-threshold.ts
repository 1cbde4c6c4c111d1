/**
 * How far out a deviation must be to be worth a page. The textbook answers with the normal
 * distribution; what a series really does, with its slow swings and heavy tails, only its own past
 * can tell. Both are here, and a page needs the second.
 */
import { tailQuantile } from "./normal.ts";

/** What may be paged in vain, and by how much. */
export interface FalsePageBudget {
  /** Independent series that the rule watches. */
  readonly seriesCount: number;
  readonly evaluationIntervalMs: number;
  /** So many false pages … */
  readonly falsePages: number;
  /** … in this time. */
  readonly periodMs: number;
}

/**
 * The threshold that spends the budget, if evaluations were independent and normal: each exceedance
 * on either side is one page.
 */
export function thresholdForBudget(budget: FalsePageBudget): number {
  const { seriesCount, evaluationIntervalMs, falsePages, periodMs } = budget;
  return tailQuantile((falsePages * evaluationIntervalMs) / (2 * seriesCount * periodMs));
}

export interface BackTestOptions {
  /** No threshold is below it: three standard deviations are the floor, not the answer. */
  readonly floor: number;
  /** Firings that the tested time may have had. */
  readonly firingsMax: number;
  /** Firings that are no more than so many evaluations apart count as one. */
  readonly quiet: number;
}

/**
 * The smallest threshold, in hundredths, from which on the scores had no more than `firingsMax`
 * firings. Undefined when they have more at any height, as an endless row of equal peaks would.
 *
 * A higher threshold may cut one firing into two. What is found holds for every higher threshold
 * too: scores are taken in from the highest down, and the first that makes one firing too many ends
 * the search.
 */
export function backTestedThreshold(
  scores: Float64Array,
  { floor, firingsMax, quiet }: BackTestOptions,
): number | undefined {
  const order = candidatesFrom(scores, floor);
  const taken = new TakenEvaluations(scores.length, quiet);
  let at = 0;
  while (at < order.length) {
    const score = scores[order[at] ?? 0] ?? Number.NaN;
    for (; at < order.length && scores[order[at] ?? 0] === score; at++) taken.add(order[at] ?? 0);
    if (taken.firings <= firingsMax) continue;
    return score === Number.POSITIVE_INFINITY ? undefined : justAbove(score);
  }
  return floor;
}

/** Evaluations at or above the floor, the highest first. */
function candidatesFrom(scores: Float64Array, floor: number): readonly number[] {
  const found: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    if ((scores[index] ?? Number.NaN) >= floor) found.push(index);
  }
  return found.sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
}

/** Counts the firings of a growing set of evaluations. */
class TakenEvaluations {
  firings = 0;
  readonly #isTaken: Uint8Array;
  readonly #quiet: number;

  constructor(count: number, quiet: number) {
    this.#isTaken = new Uint8Array(count);
    this.#quiet = quiet;
  }

  add(index: number): void {
    this.#isTaken[index] = 1;
    const before = this.#distance(index, -1);
    const after = this.#distance(index, 1);
    if (before === undefined && after === undefined) this.firings++;
    // It joins two firings, unless they were one already.
    else if (before !== undefined && after !== undefined && before + after > this.#quiet) {
      this.firings--;
    }
  }

  /** How far the next one taken is in that direction, when it is near enough to be one firing. */
  #distance(index: number, step: 1 | -1): number | undefined {
    for (let distance = 1; distance <= this.#quiet; distance++) {
      if (this.#isTaken[index + step * distance] === 1) return distance;
    }
    return undefined;
  }
}

function justAbove(score: number): number {
  const hundredths = Math.floor(score * 100) + 1;
  return hundredths / 100;
}

/**
 * The upper limit, with 95 % confidence, of how often something happens that was not seen at all in
 * so many days: events a day. (The rule of three.)
 */
export function unseenRatePerDay(quietDays: number): number {
  return 3 / quietDays;
}
