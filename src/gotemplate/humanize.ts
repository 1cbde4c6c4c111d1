/** Numbers as people read them: with a unit that leaves a few digits before the point. */
import { formatFloat, quoteGo } from "#base";
import { nanosecondsOf } from "./duration.ts";
import { formatGoFloat } from "./float-text.ts";
import { parseGoFloat } from "./number.ts";
import { goTime } from "./time.ts";
import { CallRefusal, type GoValue, isKind, typeNameOf } from "./value.ts";

const largePrefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const binaryPrefixes = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const smallPrefixes = ["m", "u", "n", "p", "f", "a", "z", "y"];

/** The number that a value stands for; texts are read. */
export function numberOf(value: GoValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (isKind(value, "struct") && value.typeName === "time.Duration") {
    return Number(nanosecondsOf(value)) / 1e9;
  }
  if (typeof value !== "string") {
    const type = value === null ? "<nil>" : typeNameOf(value);
    throw new CallRefusal(`can't convert ${type} to float`);
  }
  const read = parseGoFloat(value);
  if (read === undefined) {
    throw new CallRefusal(`strconv.ParseFloat: parsing ${quoteGo(value)}: invalid syntax`);
  }
  if (!Number.isFinite(read) && /[0-9]/.test(value)) {
    throw new CallRefusal(`strconv.ParseFloat: parsing ${quoteGo(value)}: value out of range`);
  }
  return read;
}

/** 1234567 as `1.235M`. */
export function humanize(value: GoValue): string {
  const number = numberOf(value);
  if (number === 0 || !Number.isFinite(number)) return shortened(number);
  return Math.abs(number) >= 1 ? divided(number, 1000, largePrefixes) : multiplied(number);
}

/** 1048576 as `1Mi`. */
export function humanize1024(value: GoValue): string {
  const number = numberOf(value);
  if (Math.abs(number) <= 1 || !Number.isFinite(number)) return shortened(number);
  return divided(number, 1024, binaryPrefixes);
}

/** 0.1234567 as `12.35%`. */
export function humanizePercentage(value: GoValue): string {
  return `${shortened(numberOf(value) * 100)}%`;
}

/** Seconds as `1d 2h 3m 4s`, or below a minute with digits after the point. */
export function humanizeDuration(value: GoValue): string {
  const number = numberOf(value);
  if (!Number.isFinite(number)) return shortened(number);
  if (number === 0) return `${shortened(number)}s`;
  const magnitude = Math.abs(number);
  if (magnitude < 1) return `${multiplied(number)}s`;
  const sign = number < 0 ? "-" : "";
  const whole = Math.trunc(magnitude);
  const seconds = whole % 60;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3_600) % 24;
  const days = Math.floor(whole / 86_400);
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes > 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${shortened(magnitude)}s`;
}

/** Seconds since the epoch as a date and time. */
export function humanizeTimestamp(value: GoValue): string {
  const number = numberOf(value);
  if (!Number.isFinite(number)) return shortened(number);
  return goTime(unixNanoseconds(number)).text ?? "";
}

/** Seconds since the epoch in nanoseconds, in steps of a millisecond as all times here. */
export function unixNanoseconds(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw new CallRefusal("value is NaN or Inf");
  const nanoseconds = seconds * 1e9;
  if (nanoseconds > 2 ** 63 || nanoseconds < -(2 ** 63)) {
    throw new CallRefusal(
      `${formatFloat(seconds, "g")} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  return (BigInt(Math.trunc(nanoseconds)) / 1_000_000n) * 1_000_000n;
}

function divided(number: number, step: number, prefixes: readonly string[]): string {
  let rest = number;
  let prefix = "";
  for (const next of prefixes) {
    if (Math.abs(rest) < step) break;
    prefix = next;
    rest /= step;
  }
  return shortened(rest) + prefix;
}

function multiplied(number: number): string {
  let rest = number;
  let prefix = "";
  for (const next of smallPrefixes) {
    if (Math.abs(rest) >= 1) break;
    prefix = next;
    rest *= 1000;
  }
  return shortened(rest) + prefix;
}

function shortened(number: number): string {
  return formatGoFloat(number, "g", 4);
}
