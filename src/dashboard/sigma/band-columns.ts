/** The geometry of bands: which standard deviations are shaded, and where their edges are. */
import type { Bands } from "./wire.ts";

type Column = readonly (number | null)[];

export interface BandEdges {
  /** How many standard deviations the edges are from the mean. */
  readonly sigmas: number;
  readonly upper: Column;
  readonly lower: Column;
}

/** From so many standard deviations on, an evaluation is worth a mark. */
export const markedSigmas = 3;

/**
 * One, two and three standard deviations, the widest first, so that narrower ones are painted over it.
 * Six only where something goes beyond three: it would flatten everything else.
 */
export function bandSizes({ scores }: Pick<Bands, "scores">): readonly number[] {
  return farthestOf(scores) > markedSigmas ? [6, 3, 2, 1] : [3, 2, 1];
}

/** The bands around the mean. */
export function bandEdges({ means, spreads, scores }: Bands): readonly BandEdges[] {
  return bandSizes({ scores }).map((sigmas) => ({
    sigmas,
    upper: edgeOf({ means, spreads }, sigmas),
    lower: edgeOf({ means, spreads }, -sigmas),
  }));
}

/** The mean moved by so many spreads; `null` where there is no baseline. */
export function edgeOf(
  { means, spreads }: Pick<Bands, "means" | "spreads">,
  sigmas: number,
): Column {
  return means.map((mean, index) => {
    const spread = spreads[index] ?? null;
    return mean === null || spread === null ? null : mean + sigmas * spread;
  });
}

/** The same bands around zero, for scores. */
export function scoreBands({ scores }: Pick<Bands, "scores">): readonly BandEdges[] {
  return bandSizes({ scores }).map((sigmas) => ({
    sigmas,
    upper: scores.map(() => sigmas),
    lower: scores.map(() => -sigmas),
  }));
}

/** The places of evaluations that are at least so far out, on either side. */
export function crossings(scores: Column, sigmas: number): readonly number[] {
  return scores.flatMap((score, index) => (Math.abs(score ?? 0) >= sigmas ? [index] : []));
}

/** The largest deviation; 0 without any. */
function farthestOf(scores: Column): number {
  return scores.reduce((largest: number, score) => Math.max(largest, Math.abs(score ?? 0)), 0);
}

/** A column at other times, in seconds: each has what was last before it, if that is recent enough. */
export function columnAt(
  column: Column,
  timesMs: readonly number[],
  { at, staleMs }: { readonly at: readonly number[]; readonly staleMs: number },
): Column {
  let next = 0;
  return at.map((seconds) => {
    const timeMs = seconds * 1_000;
    while (next < timesMs.length && (timesMs[next] ?? 0) <= timeMs) next++;
    const isRecent = next > 0 && timeMs - (timesMs[next - 1] ?? 0) <= staleMs;
    return isRecent ? (column[next - 1] ?? null) : null;
  });
}
