/** How many connections send at once: enough to keep up, and to catch up after an outage. */

/** What was measured since the last decision, per second where it is a rate. */
export interface ShardLoad {
  readonly samplesInPerSecond: number;
  readonly samplesOutPerSecond: number;
  /** Share of what came in that is to be sent, after relabelling. */
  readonly keptShare: number;
  /** Seconds of sending per second, all shards together. */
  readonly sendingSecondsPerSecond: number;
  /** How old the oldest unsent sample is, in seconds. */
  readonly delaySeconds: number;
}

/** A change by less than this share is not worth starting the shards anew. */
const toleranceShare = 0.3;
/** What is late is to be caught up within about this time. */
const catchUpShare = 0.05;

/** The number of shards that would keep up, between `min` and `max`. */
export function planShards(
  current: number,
  load: ShardLoad,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  if (load.samplesOutPerSecond <= 0) return current;
  const secondsPerSample = load.sendingSecondsPerSecond / load.samplesOutPerSecond;
  const lateSamples = load.delaySeconds * load.samplesInPerSecond * load.keptShare;
  const wantedPerSecond = load.samplesInPerSecond * load.keptShare + lateSamples * catchUpShare;
  const desired = secondsPerSample * wantedPerSecond;
  const low = current * (1 - toleranceShare);
  const high = current * (1 + toleranceShare);
  if (low <= desired && desired <= high) return current;
  const rounded = Math.ceil(desired);
  // While samples are late, having fewer shards would make them later.
  const isLate = load.delaySeconds > 10;
  const chosen = isLate && rounded < current ? current : rounded;
  return Math.min(max, Math.max(min, chosen));
}
