/** Silences as the API takes and gives them. */
import { createMatcher, type LabelMatcher } from "#series";
import { type Silence, type SilenceRequest, silenceState } from "../suppress/silences.ts";
import { timeText } from "./api-alerts.ts";
import { decodeSilence, type PostedMatcher } from "./decode-alerts.ts";

export function takeSilence(body: string): SilenceRequest {
  const { id, matchers, annotations, ...rest } = decodeSilence(body);
  return {
    ...rest,
    ...(id === "" ? {} : { id }),
    matcherSets: [matchers.map(matcherOf)],
    annotations: Object.fromEntries(annotations),
  };
}

/** The API knows one set of matchers; of several the first is shown. */
export function shownSilence(silence: Silence, nowMs: number): unknown {
  return {
    id: silence.id,
    status: { state: silenceState(silence, nowMs) },
    updatedAt: timeText(silence.updatedAtMs),
    annotations: silence.annotations,
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: timeText(silence.endsAtMs),
    matchers: (silence.matcherSets[0] ?? []).map(shownMatcher),
    startsAt: timeText(silence.startsAtMs),
  };
}

/** Active ones first, those that end soonest; then pending ones by their beginning, then the past. */
export function compareSilences(nowMs: number): (left: Silence, right: Silence) => number {
  const order = ["active", "pending", "expired"] as const;
  const rank = (silence: Silence) => order.indexOf(silenceState(silence, nowMs));
  return (left, right) => {
    const byState = rank(left) - rank(right);
    if (byState !== 0) return byState;
    const isPending = silenceState(left, nowMs) === "pending";
    const byTime = isPending ? left.startsAtMs - right.startsAtMs : left.endsAtMs - right.endsAtMs;
    return silenceState(left, nowMs) === "expired" ? -byTime : byTime;
  };
}

/** Whether a silence is one that the filter's matchers ask for. */
export function isAskedFor(silence: Silence, filter: readonly LabelMatcher[]): boolean {
  return filter.every((wanted) =>
    silence.matcherSets.some((matchers) =>
      matchers.some(({ name, value }) => name === wanted.name && wanted.matches(value)),
    ),
  );
}

function matcherOf({ name, value, isRegex, isEqual }: PostedMatcher): LabelMatcher {
  if (isRegex) return createMatcher(isEqual ? "=~" : "!~", name, value);
  return createMatcher(isEqual ? "=" : "!=", name, value);
}

function shownMatcher({ name, value, operator }: LabelMatcher): unknown {
  const isEqual = operator === "=" || operator === "=~";
  const isRegex = operator === "=~" || operator === "!~";
  return { isEqual, isRegex, name, value };
}
