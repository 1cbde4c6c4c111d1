/**
 * Who may lead, decided from a Lease: whoever renews it leads, and the others may take it once it has
 * not changed for as long as it says.
 *
 * Times in the lease were written by other machines' clocks and are for people. A candidate only
 * measures, by its own clock, how long the lease has looked the same to it; so clocks may differ as
 * they like, as long as they run about equally fast. Source of the behaviour: client-go
 * `tools/leaderelection`.
 */

import { formatMicroTime } from "#api";
import type { LeaseSpec } from "#api/coordination/v1";

export interface LeaderElectionTimes {
  /** How long the others wait for a leader that does not renew. Longer than `renewDeadlineMs`. */
  readonly leaseDurationMs: number;
  /** How long after its last renewal a leader that cannot renew goes on leading. */
  readonly renewDeadlineMs: number;
  /** Between two renewals, and at least between two attempts to get the lease. */
  readonly retryPeriodMs: number;
}

/** Upstream's for its own components. */
export const leaderElectionDefaults: LeaderElectionTimes = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};

/** Candidates wait up to this part of the period longer, each another time. */
export const jitterFactor = 1.2;

/** Refuses times with which two could lead at once, or one could not stay leader. */
export function checkTimes(times: LeaderElectionTimes): LeaderElectionTimes {
  if (times.leaseDurationMs <= times.renewDeadlineMs) {
    throw new Error("leaseDuration must be greater than renewDeadline");
  }
  if (times.renewDeadlineMs <= times.retryPeriodMs * jitterFactor) {
    throw new Error("renewDeadline must be greater than retryPeriod*JitterFactor");
  }
  return times;
}

/** What a candidate knows of a lease: what it says, and since when by the candidate's own clock. */
export interface Sighting {
  readonly spec: LeaseSpec;
  /** The clock's `elapsedMs` when the lease was first seen to say this. */
  readonly sinceMs: number;
}

/** The sighting after the lease was read once more. */
export function sight(before: Sighting | undefined, spec: LeaseSpec, elapsedMs: number): Sighting {
  if (before !== undefined && isSameRecord(before.spec, spec)) return before;
  return { spec, sinceMs: elapsedMs };
}

function isSameRecord(left: LeaseSpec, right: LeaseSpec): boolean {
  return (
    left.holderIdentity === right.holderIdentity &&
    left.renewTime === right.renewTime &&
    left.acquireTime === right.acquireTime &&
    left.leaseDurationSeconds === right.leaseDurationSeconds &&
    left.leaseTransitions === right.leaseTransitions
  );
}

export interface Candidate {
  /** Unique among all that may hold the lease at the same time. */
  readonly identity: string;
  readonly leaseDurationMs: number;
}

export interface Now {
  /** Wall clock, only written down. */
  readonly nowMs: number;
  /** Monotonic clock, by which is decided. */
  readonly elapsedMs: number;
}

/** What the candidate writes to lead from now on; undefined while somebody else may be leading. */
export function planElection(
  sighting: Sighting | undefined,
  { identity, leaseDurationMs }: Candidate,
  now: Now,
): LeaseSpec | undefined {
  const at = formatMicroTime(now.nowMs);
  const mine = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.round(leaseDurationMs / 1000)),
    renewTime: at,
  };
  if (sighting === undefined) return { ...mine, acquireTime: at, leaseTransitions: 0 };
  const { spec } = sighting;
  if (spec.holderIdentity === identity) return { ...spec, ...mine };
  if (isHeld(sighting, now.elapsedMs)) return undefined;
  return { ...spec, ...mine, acquireTime: at, leaseTransitions: (spec.leaseTransitions ?? 0) + 1 };
}

function isHeld({ spec, sinceMs }: Sighting, elapsedMs: number): boolean {
  if ((spec.holderIdentity ?? "") === "") return false;
  return elapsedMs < sinceMs + (spec.leaseDurationSeconds ?? 0) * 1000;
}

/** What a leader writes when it is done, so that the next one need not wait. */
export function releasedSpec(spec: LeaseSpec, nowMs: number): LeaseSpec {
  const at = formatMicroTime(nowMs);
  return { ...spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: at, acquireTime: at };
}
