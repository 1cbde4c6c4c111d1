/**
 * The scoring of the Numenta Anomaly Benchmark 1.1 (Lavin and Ahmad, 2015): an early detection in a
 * labelled window is worth more than a late one, a window missed costs, and so does every row that
 * is flagged outside, more so the further it is from the window before.
 */

/** One file of the corpus with a detector's scores: a row is flagged from a threshold on. */
export interface ScoredFile {
  readonly scores: Float64Array;
  /** First and last row of each labelled window, in order. */
  readonly windows: readonly (readonly [number, number])[];
}

/** What each kind of row counts. */
export interface Profile {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export const profiles = {
  standard: { truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  "low false positives": { truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  "low false negatives": { truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
} as const satisfies Readonly<Record<string, Profile>>;

/** The corpus' score at one threshold, between 0 (nothing is ever flagged) and 100 (perfect). */
export function scoreAt(files: readonly ScoredFile[], profile: Profile, threshold: number): number {
  const points = files.flatMap((file) => pointsOf(file, profile));
  return normalized(
    files,
    profile,
    total(
      points.filter(({ score }) => score >= threshold),
      files,
      profile,
    ),
  );
}

/** The best score over all thresholds, and the threshold that has it. */
export function bestScore(
  files: readonly ScoredFile[],
  profile: Profile,
): { readonly score: number; readonly threshold: number } {
  const points = files.flatMap((file) => pointsOf(file, profile));
  points.sort((left, right) => right.score - left.score);
  const best = {
    score: normalized(files, profile, nothing(files, profile)),
    threshold: Number.POSITIVE_INFINITY,
  };
  const byWindow = new Map<unknown, number>();
  let sum = nothing(files, profile);
  for (const [index, { score, worth, window }] of points.entries()) {
    if (window === undefined) sum += worth;
    else {
      const before = byWindow.get(window) ?? -profile.falseNegative;
      byWindow.set(window, Math.max(before, worth));
      sum += Math.max(before, worth) - before;
    }
    if (points[index + 1]?.score === score) continue;
    const found = normalized(files, profile, sum);
    if (found > best.score) Object.assign(best, { score: found, threshold: score });
  }
  return best;
}

/** A row that counts. */
interface Point {
  readonly score: number;
  readonly worth: number;
  /** The window that it is in; the same object for all its rows. */
  readonly window: readonly [number, number] | undefined;
}

const probationShare = 0.15;
const probationRowsMax = 5_000;
/** So many of its own widths behind a window a row is as wrong as it can be. */
const distanceMax = 3;

function pointsOf({ scores, windows }: ScoredFile, profile: Profile): readonly Point[] {
  const probation = Math.min(
    Math.floor(probationShare * scores.length),
    probationShare * probationRowsMax,
  );
  const points: Point[] = [];
  for (let row = Math.ceil(probation); row < scores.length; row++) {
    const window = windows.find(([first, last]) => row >= first && row <= last);
    const worth =
      window === undefined
        ? profile.falsePositive *
          worthOutside(
            row,
            windows.findLast(([, last]) => last < row),
          )
        : (profile.truePositive * sigmoid(-(window[1] - row + 1) / widthOf(window))) / sigmoid(-1);
    points.push({ score: scores[row] ?? Number.NEGATIVE_INFINITY, worth, window });
  }
  return points;
}

function worthOutside(row: number, before: readonly [number, number] | undefined): number {
  if (before === undefined) return -1;
  const distance = (row - before[1]) / (widthOf(before) - 1);
  return distance > distanceMax ? -1 : sigmoid(distance);
}

/** From 0.987 at −1, the beginning of a window, over 0 at its end to −1 far behind it. */
function sigmoid(position: number): number {
  return 2 / (1 + Math.exp(5 * position)) - 1;
}

function widthOf([first, last]: readonly [number, number]): number {
  return last - first + 1;
}

function total(flagged: readonly Point[], files: readonly ScoredFile[], profile: Profile): number {
  const byWindow = new Map<unknown, number>();
  let sum = nothing(files, profile);
  for (const { worth, window } of flagged) {
    if (window === undefined) sum += worth;
    else byWindow.set(window, Math.max(byWindow.get(window) ?? Number.NEGATIVE_INFINITY, worth));
  }
  const { falseNegative } = profile;
  for (const worth of byWindow.values()) sum += Math.max(worth, -falseNegative) + falseNegative;
  return sum;
}

/** What it is to flag nothing: every window is missed. */
function nothing(files: readonly ScoredFile[], { falseNegative }: Profile): number {
  return -falseNegative * windowCount(files);
}

function normalized(files: readonly ScoredFile[], profile: Profile, sum: number): number {
  const least = nothing(files, profile);
  return (100 * (sum - least)) / (profile.truePositive * windowCount(files) - least);
}

/** Windows that lie in the probation are not counted by its rows, but are by their number. */
function windowCount(files: readonly ScoredFile[]): number {
  return files.reduce((count, { windows }) => count + windows.length, 0);
}
