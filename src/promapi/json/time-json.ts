/** Times and numbers as the API writes them. */

/** Milliseconds as seconds, with three decimals where they are not whole. */
export function timestampJson(ms: number): string {
  const whole = Math.trunc(ms / 1000);
  const rest = Math.abs(ms % 1000);
  if (rest === 0) return String(whole);
  const sign = ms < 0 && whole === 0 ? "-" : "";
  return `${sign}${whole}.${String(rest).padStart(3, "0")}`;
}

/** A sample value without quotes: `1`, `1e-07`, `1e+21`, `+Inf`. */
export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const text = String(value);
  // Go writes two digits at least; of those that are written with an exponent, only these have one.
  const hasOneDigit = value < 1e-6 && value > -1e-6 && text.charAt(text.length - 2) === "-";
  return hasOneDigit ? `${text.slice(0, -1)}0${text.slice(-1)}` : text;
}

/** RFC 3339 with milliseconds; Go's zero time where there is none. */
export function timeJson(ms: number | undefined): string {
  return ms === undefined || ms === 0 ? "0001-01-01T00:00:00Z" : new Date(ms).toISOString();
}
