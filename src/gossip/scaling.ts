/** How often and how long things are tried, by the number of members: memberlist's own formulas. */

/** How often a broadcast is sent. */
export function transmitsMax(multiplier: number, memberCount: number): number {
  return multiplier * Math.ceil(Math.log10(memberCount + 1));
}

/** How long a member is suspected at least before it counts as gone. */
export function suspicionMs(
  multiplier: number,
  memberCount: number,
  probeIntervalMs: number,
): number {
  const scale = Math.max(1, Math.log10(Math.max(1, memberCount)));
  return Math.floor((multiplier * Math.floor(scale * 1_000) * probeIntervalMs) / 1_000);
}

/** From so many members on whole states are exchanged less often. */
const pushPullThreshold = 32;

export function pushPullMs(intervalMs: number, memberCount: number): number {
  if (memberCount <= pushPullThreshold) return intervalMs;
  return (Math.ceil(Math.log2(memberCount) - Math.log2(pushPullThreshold)) + 1) * intervalMs;
}

/**
 * What is left of a suspicion after `elapsedMs`, of which `confirmations` of those wanted have come: from
 * the longest time without any to the shortest with all. Negative when it is over.
 */
export function suspicionLeftMs(
  { confirmations, wanted }: { readonly confirmations: number; readonly wanted: number },
  elapsedMs: number,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
): number {
  const share = Math.log(confirmations + 1) / Math.log(wanted + 1);
  const wholeMs = Math.floor(maxMs - share * (maxMs - minMs));
  return Math.max(minMs, wholeMs) - elapsedMs;
}
