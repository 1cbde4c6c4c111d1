/**
 * Five weeks in which a service was as it always is, as a text that `promtool tsdb create-blocks-from
 * openmetrics` reads: its calls, minute by minute, and what a sigma policy recorded of them.
 */
import { seededRandom } from "#base/testing";

export interface Normal {
  /** Of all calls. */
  readonly meanSeconds: number;
  /** Of the mean of a minute. */
  readonly spreadSeconds: number;
}

const minutesPerDay = 24 * 60;
/** What the back-test looks back, with the baseline that its first evaluation needs. */
const days = 36;
const baselineDays = 8;
const callsPerMinute = 400;

export function historyText(endMs: number, { meanSeconds, spreadSeconds }: Normal): string {
  const random = seededRandom(7);
  const endS = Math.floor(endMs / 60_000) * 60;
  const [sums, counts, values] = [new Array<string>(), new Array<string>(), new Array<string>()];
  let [sum, count] = [0, 0];
  for (let left = days * minutesPerDay; left >= 0; left--) {
    const atS = endS - left * 60;
    const mean = meanSeconds + spreadSeconds * deviation(() => random.fraction());
    sum += mean * callsPerMinute;
    count += callsPerMinute;
    sums.push(`rpc_durations_seconds_sum{service="normal",instance="before"} ${sum} ${atS}`);
    counts.push(`rpc_durations_seconds_count{service="normal",instance="before"} ${count} ${atS}`);
    if (left > baselineDays * minutesPerDay) continue;
    values.push(`sigma:value{service="normal",sigma_policy="latency"} ${mean} ${atS}`);
  }
  return [
    "# TYPE rpc_durations_seconds summary",
    ...sums,
    ...counts,
    "# TYPE sigma:value gauge",
    ...values,
    "# EOF\n",
  ].join("\n");
}

/** Of the sum of twelve even chances the standard deviation is one. */
function deviation(chance: () => number): number {
  let sum = -6;
  for (let part = 0; part < 12; part++) sum += chance();
  return sum;
}
