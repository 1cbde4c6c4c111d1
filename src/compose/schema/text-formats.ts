/** Text that stands for something: durations, sizes, permission bits, paths. */
import { formatted, type Problem } from "./shape.ts";

const nanosByUnit: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", 1e3],
  ["µs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
  ["m", 60e9],
  ["h", 3_600e9],
  ["d", 86_400e9],
  ["w", 604_800e9],
]);

/** Holds milliseconds. */
export function duration() {
  return formatted(
    {
      canonical: (text) => {
        const nanos = parseNanos(text);
        return nanos === undefined
          ? { problem: `must be a duration such as 1m30s, not ${JSON.stringify(text)}` }
          : formatNanos(nanos);
      },
      value: (canonical) => (parseNanos(canonical) ?? 0) / 1e6,
    },
    "nothing",
  );
}

function parseNanos(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  const [, sign, rest = ""] = /^([-+]?)((?:[0-9.]+(?:ns|us|µs|ms|[smhdw]))+)$/.exec(text) ?? [];
  let nanos = 0;
  for (const [, count = "", unit = ""] of rest.matchAll(/([0-9.]+)(ns|us|µs|ms|[smhdw])/g)) {
    if (!/^(?:\d+\.?\d*|\.\d+)$/.test(count)) return undefined;
    nanos += Number(count) * (nanosByUnit.get(unit) ?? 0);
  }
  if (rest === "") return undefined;
  return Math.round(sign === "-" ? -nanos : nanos);
}

/** As Go writes a duration: `1h0m0s`, `1.5s`, `100ms`. */
function formatNanos(nanos: number): string {
  if (nanos < 0) return `-${formatNanos(-nanos)}`;
  if (nanos === 0) return "0s";
  if (nanos < 1e3) return `${nanos}ns`;
  if (nanos < 1e6) return `${nanos / 1e3}µs`;
  if (nanos < 1e9) return `${nanos / 1e6}ms`;
  const minutes = Math.floor(nanos / 60e9);
  const seconds = `${(nanos - minutes * 60e9) / 1e9}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}

/** Holds a number of bytes; `50M` are 50 × 1024 × 1024, whichever way the unit is written. */
export function byteSize() {
  return formatted({
    canonical: (text) => {
      const bytes = parseBytes(text);
      return bytes === undefined
        ? { problem: `must be a size such as 512m, not ${JSON.stringify(text)}` }
        : String(bytes);
    },
    value: Number,
  });
}

function parseBytes(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text);
  const [, count = "", unit = ""] =
    /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text) ??
    /^(\d*\.\d+)([kmgtp])$/i.exec(text) ??
    [];
  if (count === "") return undefined;
  const power = unit === "" ? 0 : "kmgtp".indexOf(unit.toLowerCase()) + 1;
  return Math.trunc(Number(count) * 1024 ** power);
}

/**
 * Holds permission bits. Text is octal; a number is what YAML read, which takes a leading zero for
 * octal itself, so that `0440` and `"440"` are the same and `440` is not.
 */
export function fileMode() {
  return formatted({
    canonical: (text, node) => {
      if (typeof node.value === "number") {
        const valid = Number.isInteger(node.value) && node.value >= 0 && node.value <= 0o7777;
        return valid ? octal(node.value) : modeProblem(text);
      }
      return /^(?:0o?)?[0-7]{1,4}$/.test(text)
        ? octal(Number.parseInt(text.replace("o", ""), 8))
        : modeProblem(text);
    },
    value: (canonical) => Number.parseInt(canonical, 8),
  });
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

function modeProblem(text: string): Problem {
  return { problem: `must be permission bits such as 0440, not ${text}` };
}

/** A file or directory; a relative one starts at the directory of the file that names it. */
export function filePath() {
  return formatted({ canonical: (text) => text, value: asText, path: "file" }, "nothing");
}

/** As `filePath`, but it may be the address of a repository or another image instead. */
export function buildContext() {
  return formatted({ canonical: (text) => text, value: asText, path: "context" }, "nothing");
}

function asText(canonical: string): string {
  return canonical;
}
