/** Series whose statistics are known exactly, to test detectors against. */
import type { Random } from "#base";

/** The next value of a series without memory. */
export type Noise = () => number;

export function normalNoise(random: Random): Noise {
  return () =>
    Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
}

/** Student's t with three degrees of freedom, scaled to a standard deviation of 1. */
export function heavyNoise(random: Random): Noise {
  const normal = normalNoise(random);
  return () => {
    const chiSquare = normal() ** 2 + normal() ** 2 + normal() ** 2;
    return normal() / Math.sqrt(chiSquare);
  };
}

/** Lognormal with σ = 1, centred and scaled by its own mean and standard deviation. */
export function lognormalNoise(random: Random): Noise {
  const normal = normalNoise(random);
  const mean = Math.exp(0.5);
  const deviation = Math.sqrt((Math.E - 1) * Math.E);
  return () => (Math.exp(normal()) - mean) / deviation;
}

/** Poisson, centred and scaled (Knuth's multiplication). */
export function poissonNoise(random: Random, mean: number): Noise {
  const limit = Math.exp(-mean);
  return () => {
    let count = 0;
    for (let product = random.fraction(); product > limit; product *= random.fraction()) count++;
    return (count - mean) / Math.sqrt(mean);
  };
}

/** A first-order autoregression with a standard deviation of 1: what one value is, the next keeps `lag` of. */
export function correlatedNoise(shock: Noise, lag: number): Noise {
  const scale = Math.sqrt(1 - lag * lag);
  let value = shock();
  return () => {
    value = lag * value + scale * shock();
    return value;
  };
}

export function valuesOf(noise: Noise, count: number): Float64Array {
  return Float64Array.from({ length: count }, noise);
}
