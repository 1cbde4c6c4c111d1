import { formatQuantity, milliQuantityOf } from "#api";

const int64Max = 2n ** 63n - 1n;

/** A sample's value as a quantity in thousandths, cut off as upstream does it; what is no number is 0. */
export function metricAmount(value: number): string {
  return formatQuantity(milliQuantityOf(millisOf(value), "DecimalSI"));
}

function millisOf(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  const millis = value * 1_000;
  if (Math.abs(millis) >= Number(int64Max)) return millis < 0 ? -int64Max : int64Max;
  return BigInt(Math.trunc(millis));
}
