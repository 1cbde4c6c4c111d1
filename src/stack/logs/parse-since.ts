import type { LogSince } from "./stack-logs.ts";

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** `10m`, `1h30m` or a time such as `2026-01-02T13:23:37Z`. Undefined for anything else. */
export function parseSince(text: string): LogSince | undefined {
  if (/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) {
    const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g);
    const seconds = [...parts].reduce(
      (sum, [, count, unit = ""]) => sum + Number(count) * (unitSeconds[unit] ?? 0),
      0,
    );
    // The API takes whole seconds, and none at all would mean everything.
    return { sinceSeconds: Math.max(1, Math.ceil(seconds)), sinceTime: undefined };
  }
  const isTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(
    text,
  );
  const atMs = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) return undefined;
  return { sinceSeconds: undefined, sinceTime: new Date(atMs).toISOString() };
}
