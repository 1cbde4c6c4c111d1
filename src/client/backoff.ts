import type { Random } from "#base";

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The delay before try number `failureCount + 1`: doubling, capped, spread by up to a half. */
export function backoffMs(options: BackoffOptions, failureCount: number, random: Random): number {
  const exponent = Math.min(failureCount, 30);
  const plain = Math.min(options.firstMs * 2 ** exponent, options.maxMs);
  return plain * (1 + random.fraction() / 2);
}
