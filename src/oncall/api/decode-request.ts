/** What requests to the API ask for, from their bodies and queries. */
import { parseDuration } from "#series";
import { type Command, RefusedError } from "../incident/decide.ts";
import { verdicts } from "../incident/event.ts";
import { type Fields, textIn } from "../intake/decode-fields.ts";
import type { Span } from "../schedule/restriction.ts";
import { dayMs } from "../schedule/wall-clock.ts";

const verbs = [
  "acknowledge",
  "unacknowledge",
  "resolve",
  "snooze",
  "reassign",
  "escalate",
  "note",
  "rate",
] as const;
type Verb = (typeof verbs)[number];

/** The command of `POST /incidents/{number}/{verb}`. `by` is who asks. */
export function decodeCommand(
  verbText: string,
  body: Fields,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Command {
  const verb = verbs.find((one) => one === verbText);
  if (verb === undefined) throw new RefusedError("not found", `there is no verb ${verbText}`);
  return commandOf(verb, body, { by, nowMs });
}

function commandOf(
  verb: Verb,
  body: Fields,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Command {
  switch (verb) {
    case "acknowledge":
      return { kind: "acknowledged", by, via: "api" };
    case "unacknowledge":
      return { kind: "unacknowledged", by };
    case "resolve":
      return { kind: "resolved", by, via: "api" };
    case "escalate":
      return { kind: "escalated", by };
    case "snooze":
      return { kind: "snoozed", by, untilMs: nowMs + durationOf(textIn(body, "for")) };
    case "reassign": {
      const [user, policy] = [textIn(body, "user"), textIn(body, "policy")];
      if (user !== "") return { kind: "reassign", by, to: { kind: "user", user } };
      if (policy !== "") return { kind: "reassign", by, to: { kind: "policy", policy } };
      throw new RefusedError("invalid", "say to which user or policy");
    }
    case "note":
      return { kind: "noted", by, text: textIn(body, "text").slice(0, 10_000) };
    case "rate": {
      const verdict = verdicts.find((one) => one === textIn(body, "verdict"));
      if (verdict === undefined) {
        throw new RefusedError("invalid", `verdict is one of ${verdicts.join(", ")}`);
      }
      return { kind: "rated", by, verdict };
    }
  }
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new RefusedError("invalid", `for is no duration: "${text}"`, { cause: error });
  }
}

const rangeMaxMs = 400 * dayMs;

/** `from` and `until` of a query; without them `defaultRange`. */
export function decodeRange(query: URLSearchParams, defaultRange: Span): Span {
  const fromMs = decodeTime(query.get("from"), defaultRange.fromMs);
  const untilMs = decodeTime(query.get("until"), defaultRange.untilMs);
  if (untilMs <= fromMs) throw new RefusedError("invalid", "until is not after from");
  if (untilMs - fromMs > rangeMaxMs) throw new RefusedError("invalid", "the range is too long");
  return { fromMs, untilMs };
}

/** How many are asked for, at most `max`; without a text `max`. */
export function decodeCount(text: string | null, max: number): number {
  if (text === null || text === "") return max;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count === 0) throw new RefusedError("invalid", `limit is no number from 1 on: "${text}"`);
  return Math.min(count, max);
}

/** A moment in RFC 3339; without a text `otherwise`. */
export function decodeTime(text: string | null, otherwise: number): number {
  if (text === null || text === "") return otherwise;
  const atMs = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(atMs)) throw new RefusedError("invalid", `"${text}" is no time in RFC 3339`);
  return atMs;
}
