/**
 * What is normal for a series: mean and spread of a window that ends before the tested point. With
 * the tested point inside, no deviation of n points could exceed √(n − 1).
 */

/** The standard deviation of a normal series over its median absolute deviation. */
export const madScale = 1.4826;

export interface BaselineOptions {
  /** Evaluations in the window. */
  readonly window: number;
  /** How far before the tested evaluation the window ends; 1 ends it right before. */
  readonly offset: number;
  /** Fewer values than that make no baseline. */
  readonly countMin: number;
  /** The spread is taken to be at least this … */
  readonly spreadMin: number;
  /** … and at least this part of the mean's size. */
  readonly relativeSpreadMin: number;
}

/** What each evaluation of a series is judged by; NaN where there is no baseline. */
export interface Baselines {
  readonly means: Float64Array;
  /** Standard deviations, the floors of the policy included. */
  readonly spreads: Float64Array;
}

/**
 * Mean and spread of the window before each evaluation, with the population's standard deviation as
 * PromQL's `stddev_over_time`.
 */
export function movingBaselines(values: Float64Array, options: BaselineOptions): Baselines {
  const { window, offset, countMin } = options;
  const means = new Float64Array(values.length).fill(Number.NaN);
  const spreads = means.slice();
  const moments = new RunningMoments();
  for (let index = 0; index < values.length; index++) {
    const entering = index - offset;
    if (entering >= 0) moments.add(values[entering] ?? Number.NaN);
    if (entering - window >= 0) moments.remove(values[entering - window] ?? Number.NaN);
    if (moments.count < countMin) continue;
    means[index] = moments.mean;
    spreads[index] = flooredSpread(moments.deviation, moments.mean, options);
  }
  return { means, spreads };
}

/** A spread, or the floor where that is more. */
export function flooredSpread(
  spread: number,
  mean: number,
  { spreadMin, relativeSpreadMin }: Pick<BaselineOptions, "spreadMin" | "relativeSpreadMin">,
): number {
  const floor = Math.max(spreadMin, relativeSpreadMin * Math.abs(mean));
  return spread >= floor ? spread : floor;
}

/** How many spreads each value is from its mean. NaN where there is no value, or no baseline. */
export function scoresAgainst({ means, spreads }: Baselines, values: Float64Array): Float64Array {
  return values.map((value, index) => {
    const spread = spreads[index] ?? Number.NaN;
    return spread > 0 ? (value - (means[index] ?? Number.NaN)) / spread : Number.NaN;
  });
}

/** The z-score of every evaluation against the window before it. NaN where there is none. */
export function zScores(values: Float64Array, options: BaselineOptions): Float64Array {
  return scoresAgainst(movingBaselines(values, options), values);
}

/** Lag-1 autocorrelation: how much of one evaluation's deviation is left at the next. */
export function autocorrelation(values: Float64Array): number {
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (value !== value) continue;
    count++;
    sum += value;
  }
  const mean = sum / count;
  let product = 0;
  let square = 0;
  for (let index = 0; index < values.length; index++) {
    const deviation = (values[index] ?? Number.NaN) - mean;
    if (deviation !== deviation) continue;
    square += deviation * deviation;
    const next = (values[index + 1] ?? Number.NaN) - mean;
    if (next === next) product += deviation * next;
  }
  return square === 0 ? 0 : product / square;
}

/** How many independent values say as much of the mean as `count` with this autocorrelation. */
export function effectiveCount(count: number, lagOne: number): number {
  const lag = Math.min(Math.max(lagOne, 0), 1 - Number.EPSILON);
  return (count * (1 - lag)) / (1 + lag);
}

/**
 * Mean and deviation of a moving set of values (Welford's update, and its inverse). The inverse lets
 * rounding errors in, so a set that has become one value or none starts anew.
 */
class RunningMoments {
  count = 0;
  mean = 0;
  #squares = 0;

  get deviation(): number {
    return this.count === 0 ? 0 : Math.sqrt(Math.max(0, this.#squares) / this.count);
  }

  add(value: number): void {
    if (value !== value) return;
    this.count++;
    const delta = value - this.mean;
    this.mean += delta / this.count;
    this.#squares += delta * (value - this.mean);
  }

  remove(value: number): void {
    if (value !== value) return;
    this.count--;
    if (this.count === 0) {
      this.mean = 0;
      this.#squares = 0;
      return;
    }
    const delta = value - this.mean;
    this.mean -= delta / this.count;
    this.#squares -= delta * (value - this.mean);
    if (this.count === 1) this.#squares = 0;
  }
}
