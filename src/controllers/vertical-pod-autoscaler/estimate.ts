/** What containers should request, by what they have used. Pure. Source: upstream's `recommender/logic`. */

import type { ContainerUsage } from "./container-usage.ts";

/** Thousandths of a core, and bytes. */
export interface Amounts {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

export interface Estimate {
  readonly target: Amounts;
  readonly lowerBound: Amounts;
  readonly upperBound: Amounts;
}

const percentiles = { target: 0.9, lowerBound: 0.5, upperBound: 0.95 } as const;
const safetyMargin = 0.15;
/** Of a pod; its containers share it evenly. */
const podMin: Amounts = { cpuMillis: 25, memoryBytes: 250 * 1024 * 1024 };
/** The most that can be told. */
const amountMax = 1e14;

export function estimate(usage: ContainerUsage, containerCount: number): Estimate {
  const { confidence } = usage;
  const of = (bound: keyof typeof percentiles, factor: number): Amounts => {
    const share = percentiles[bound];
    const scaled = (1 + safetyMargin) * factor;
    return {
      cpuMillis: atLeast(
        usage.cpu.percentile(share) * 1000 * scaled,
        podMin.cpuMillis / containerCount,
      ),
      memoryBytes: atLeast(
        usage.memory.percentile(share) * scaled,
        podMin.memoryBytes / containerCount,
      ),
    };
  };
  return {
    target: of("target", 1),
    // With little to go by, the bounds are far apart, so that nothing is done in haste.
    lowerBound: of("lowerBound", (1 + 0.001 / confidence) ** -2),
    upperBound: of("upperBound", 1 + 1 / confidence),
  };
}

function atLeast(amount: number, min: number): number {
  // Nothing times an endless factor is nothing yet known.
  const known = Number.isNaN(amount) ? 0 : amount;
  return Math.floor(Math.min(amountMax, Math.max(known, Math.floor(min))));
}
