/** Matchers as people write them: `severity="critical", team=~"a|b"`. */
import type { LabelRecord } from "../api/types.ts";
import type { Matcher } from "./wire.ts";

const operators: readonly (readonly [text: string, isEqual: boolean, isRegex: boolean])[] = [
  ["=~", true, true],
  ["!~", false, true],
  ["!=", false, false],
  ["=", true, false],
];

/** The matchers, or which part is none. */
export function parseMatchers(text: string): readonly Matcher[] | string {
  const matchers: Matcher[] = [];
  for (const part of partsOf(text)) {
    const found =
      /^\s*("(?:[^"\\]|\\.)*"|[^\s=!~"]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^"]*?)\s*$/u.exec(
        part,
      );
    const operator = operators.find(([sign]) => sign === found?.[2]);
    if (found === null || operator === undefined) return part.trim();
    const [, isEqual, isRegex] = operator;
    matchers.push({ name: plain(found[1] ?? ""), value: plain(found[3] ?? ""), isEqual, isRegex });
  }
  return matchers;
}

export function formatMatcher({ name, value, isEqual, isRegex }: Matcher): string {
  const [sign = "="] = operators.find((one) => one[1] === isEqual && one[2] === isRegex) ?? [];
  const shown = /^[\p{L}_:][\p{L}\p{N}_:]*$/u.test(name) ? name : JSON.stringify(name);
  return `${shown}${sign}${JSON.stringify(value)}`;
}

/** What covers this alert, and those with the same labels. */
export function matchersOf(labels: LabelRecord): string {
  return Object.entries(labels)
    .map(([name, value]) => formatMatcher({ name, value, isEqual: true, isRegex: false }))
    .join(", ");
}

/** By commas outside quotation marks. */
function partsOf(text: string): readonly string[] {
  const parts = text.replace(/^\s*\{|\}\s*$/g, "").match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/gu) ?? [];
  return parts.filter((part) => part.trim() !== "");
}

function plain(written: string): string {
  return written.startsWith('"') ? String(JSON.parse(written)) : written;
}
