/** Go's `time.Duration`, as templates use it. */
import { functionOf, type GoFunction, type GoStruct, type GoValue, isKind } from "./value.ts";

const nanosecond = 1n;
const microsecond = 1_000n;
const millisecond = 1_000_000n;
const second = 1_000_000_000n;

/** A length of time; `typeName` tells whether it is a pointer to one. */
export function goDuration(
  nanoseconds: bigint,
  typeName: "time.Duration" | "*time.Duration" = "time.Duration",
): GoStruct {
  const text = showDuration(nanoseconds);
  const seconds = Number(nanoseconds) / 1e9;
  const methods: readonly (readonly [string, GoFunction])[] = [
    ["Hours", functionOf([], () => seconds / 3_600)],
    ["Minutes", functionOf([], () => seconds / 60)],
    ["Seconds", functionOf([], () => seconds)],
    ["Milliseconds", functionOf([], () => nanoseconds / millisecond)],
    ["Microseconds", functionOf([], () => nanoseconds / microsecond)],
    ["Nanoseconds", functionOf([], () => nanoseconds)],
    ["Abs", functionOf([], () => goDuration(nanoseconds < 0n ? -nanoseconds : nanoseconds))],
    [
      "Round",
      functionOf(["time.Duration"], (unit) =>
        goDuration(rounded(nanoseconds, nanosecondsOf(unit))),
      ),
    ],
    [
      "Truncate",
      functionOf(["time.Duration"], (unit) => {
        const size = nanosecondsOf(unit);
        return goDuration(size <= 0n ? nanoseconds : nanoseconds - (nanoseconds % size));
      }),
    ],
    ["String", functionOf([], () => text)],
  ];
  return {
    kind: "struct",
    typeName,
    fields: new Map(),
    methods: new Map(methods),
    text,
    hidden: nanoseconds,
  };
}

/** The nanoseconds in a time or duration. */
export function nanosecondsOf(value: GoValue): bigint {
  return isKind(value, "struct") ? (value.hidden ?? 0n) : 0n;
}

/** To the nearest multiple, halves away from zero. */
function rounded(nanoseconds: bigint, unit: bigint): bigint {
  if (unit <= 0n) return nanoseconds;
  const rest = nanoseconds % unit;
  const size = rest < 0n ? -rest : rest;
  const away = nanoseconds < 0n ? -unit : unit;
  return size + size < unit ? nanoseconds - rest : nanoseconds - rest + away;
}

/** `1h2m3.5s`; below a second in the unit that leaves no leading zero. */
function showDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size === 0n) return "0s";
  if (size < microsecond) return `${sign}${size}ns`;
  if (size < millisecond) return `${sign}${inUnit(size, microsecond)}µs`;
  if (size < second) return `${sign}${inUnit(size, millisecond)}ms`;
  const minutes = size / (60n * second);
  const seconds = `${inUnit(size % (60n * second), second)}s`;
  if (minutes === 0n) return sign + seconds;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function inUnit(nanoseconds: bigint, unit: bigint): string {
  const digits = (unit / nanosecond).toString().length - 1;
  const fraction = (nanoseconds % unit).toString().padStart(digits, "0").replace(/0+$/, "");
  return `${nanoseconds / unit}${fraction === "" ? "" : `.${fraction}`}`;
}
