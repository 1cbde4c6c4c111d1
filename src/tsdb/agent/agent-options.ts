import { type WalOptions, walOptionsDefault } from "../wal/wal.ts";

export interface AgentOptions {
  readonly wal: WalOptions;
  /** How often old samples are cut off the log. */
  readonly truncateIntervalMs: number;
  /** Samples stay at least so long behind the oldest time that every receiver has got. */
  readonly keepMsMin: number;
  /** Samples that nobody took are given up when they are so old. */
  readonly keepMsMax: number;
  /** How far behind the newest sample of its series one may be; 0: not at all. */
  readonly outOfOrderWindowMs: number;
  /** Whether start timestamps of samples are logged. */
  readonly startTimestamps: "keep" | "drop";
  readonly lockfile: "take" | "leave out";
  /** Where a checkpoint is made of: the log before it, or what is known of the series. */
  readonly checkpoints: "from log" | "from series";
  /** How many series a record of a checkpoint made of them holds. */
  readonly checkpointSeriesPerRecord: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const agentOptionsDefault: AgentOptions = {
  wal: walOptionsDefault,
  truncateIntervalMs: 2 * hourMs,
  keepMsMin: 5 * minuteMs,
  keepMsMax: 4 * hourMs,
  outOfOrderWindowMs: 0,
  startTimestamps: "drop",
  lockfile: "take",
  checkpoints: "from log",
  checkpointSeriesPerRecord: 1_000,
};

/** Fills in defaults. As upstream: times of 0 or less stand for them, and limits may raise others. */
export function resolveAgentOptions(given: Partial<AgentOptions>): AgentOptions {
  const options = { ...agentOptionsDefault, ...given };
  const positive = (name: "truncateIntervalMs" | "keepMsMin" | "keepMsMax") =>
    options[name] > 0 ? options[name] : agentOptionsDefault[name];
  const truncateIntervalMs = positive("truncateIntervalMs");
  const keepMsMin = positive("keepMsMin");
  return {
    ...options,
    truncateIntervalMs,
    keepMsMin,
    keepMsMax: Math.max(positive("keepMsMax"), keepMsMin, truncateIntervalMs),
    outOfOrderWindowMs: Math.max(0, options.outOfOrderWindowMs),
  };
}

/**
 * The time before which samples, and series that got none since, go from the log. While receivers
 * take nothing everything is kept, but not for longer than `keepMsMax`.
 */
export function planTruncationMs(
  nowMs: number,
  lowestSentMs: number,
  { keepMsMin, keepMsMax }: Pick<AgentOptions, "keepMsMin" | "keepMsMax">,
): number {
  return Math.max(lowestSentMs - keepMsMin, nowMs - keepMsMax, 0);
}
