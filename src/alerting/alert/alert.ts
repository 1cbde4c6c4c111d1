/**
 * An alert as somebody reports it: since when something is wrong, and until when. It is told again
 * and again while it lasts; what is told of one label set is merged.
 *
 * Semantics: Alertmanager 0.34, `alert` package.
 */
import { compareLabels, type Labels, labelPairs, labelValue } from "#series";
import { fingerprintOf } from "./fingerprint.ts";

export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** Resolved from then on; 0 for an end that is not known. */
  readonly endsAtMs: number;
  readonly generatorUrl: string;
  readonly updatedAtMs: number;
  /** Whether the end is a guess: nobody has told of the alert for so long. */
  readonly isTimeout: boolean;
  readonly fingerprint: string;
}

/** Makes an alert of what was reported, with the fingerprint of its labels. */
export function alertOf(reported: Omit<Alert, "fingerprint">): Alert {
  return { ...reported, fingerprint: fingerprintOf(reported.labels) };
}

export function isResolved({ endsAtMs }: Alert, atMs: number): boolean {
  return endsAtMs !== 0 && endsAtMs <= atMs;
}

/**
 * What is known after a report about an alert that is known already. One that begins after the other
 * has ended is a new one, and replaces it.
 */
export function updateAlert(known: Alert, report: Alert, nowMs: number): Alert {
  const endsInside = report.endsAtMs > known.startsAtMs && report.endsAtMs < known.endsAtMs;
  const beginsInside = report.startsAtMs > known.startsAtMs && report.startsAtMs < known.endsAtMs;
  return endsInside || beginsInside ? mergeAlerts(known, report, nowMs) : report;
}

/**
 * The later report wins, with the earliest beginning. Of two ends that have passed the later one
 * counts; otherwise a known end counts before a guessed one.
 */
function mergeAlerts(left: Alert, right: Alert, nowMs: number): Alert {
  const isLeftNewer = right.updatedAtMs < left.updatedAtMs;
  const newer = isLeftNewer ? left : right;
  const older = isLeftNewer ? right : left;
  return {
    ...newer,
    startsAtMs: Math.min(newer.startsAtMs, older.startsAtMs),
    endsAtMs: mergedEnd(newer, older, nowMs),
  };
}

function mergedEnd(newer: Alert, older: Alert, nowMs: number): number {
  if (older.endsAtMs <= newer.endsAtMs) return newer.endsAtMs;
  const isLater = isResolved(newer, nowMs) ? isResolved(older, nowMs) : !older.isTimeout;
  return isLater ? older.endsAtMs : newer.endsAtMs;
}

/** The order in which a notification names its alerts: by job, then instance, then all labels. */
export function compareAlerts(left: Alert, right: Alert): number {
  for (const name of ["job", "instance"]) {
    const [mine, other] = [labelValue(left.labels, name), labelValue(right.labels, name)];
    if (mine === other) continue;
    if (mine === "") return 1;
    if (other === "") return -1;
    return mine < other ? -1 : 1;
  }
  const byLength = left.labels.length - right.labels.length;
  return byLength !== 0 ? byLength : compareLabels(left.labels, right.labels);
}

/** The labels, or annotations, that all alerts have with the same value. */
export function commonLabels(sets: readonly Labels[]): Labels {
  const [first, ...others] = sets;
  if (first === undefined) return [];
  const common: string[] = [];
  for (const [name, value] of labelPairs(first)) {
    if (others.every((labels) => labelValue(labels, name) === value)) common.push(name, value);
  }
  return common;
}
