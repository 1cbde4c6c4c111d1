/** Values that are a number or a percentage, such as `maxSurge`; behaviour of apimachinery's intstr. */

import { ValueError } from "./value-error.ts";

export type Rounding = "up" | "down";

/** `value` itself, or its percentage of `total`; throws `ValueError` for a string that is none. */
export function scaleIntOrPercent(
  value: number | string,
  total: number,
  rounding: Rounding,
): number {
  if (typeof value === "number") return value;
  const percent = parsePercent(value);
  if (percent === undefined) {
    throw new ValueError("invalid value for IntOrString: invalid type: string is not a percentage");
  }
  const scaled = (percent * total) / 100;
  return rounding === "up" ? Math.ceil(scaled) : Math.floor(scaled);
}

/** The number before the percent sign; undefined for any other text. */
export function parsePercent(text: string): number | undefined {
  const digits = /^([+-]?\d{1,10})%$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
