/** Silences as the API takes and gives them. */
import { quoteGo } from "#base";
import { createMatcher, type LabelMatcher, RegexError } from "#series";
import {
  type Silence,
  SilenceError,
  type SilenceRequest,
  type SilenceState,
  silenceState,
} from "../suppress/silences.ts";
import { timeText } from "./api-alerts.ts";
import { decodeSilence, type PostedMatcher } from "./decode-alerts.ts";

/** Throws `ApiError` and `SilenceError`, with upstream's words. */
export function takeSilence(body: string, nowMs: number): SilenceRequest {
  const { id, matchers, annotations, ...rest } = decodeSilence(body);
  const refuse = (problem: string) => {
    throw new SilenceError("invalid", `Failed to create silence: ${problem}`);
  };
  if (rest.startsAtMs >= rest.endsAtMs) refuse("start time must be before end time");
  if (rest.endsAtMs < nowMs) refuse("end time can't be in the past");
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

/** Which silences a query asks for: all but those of states that it says are not wanted. */
export function silenceStatesIn(query: URLSearchParams): ReadonlySet<SilenceState> {
  const states = ["active", "pending", "expired"] as const;
  return new Set(states.filter((state) => query.get(state) !== "false"));
}

/** Whether a silence has each of the filter's matchers, to the letter, in one of its sets. */
export function isAskedFor(silence: Silence, filter: readonly LabelMatcher[]): boolean {
  const isSame = (left: LabelMatcher, right: LabelMatcher) =>
    left.name === right.name && left.operator === right.operator && left.value === right.value;
  return silence.matcherSets.some((matchers) =>
    filter.every((wanted) => matchers.some((matcher) => isSame(matcher, wanted))),
  );
}

function matcherOf(posted: PostedMatcher, index: number): LabelMatcher {
  const { name, value, isRegex, isEqual } = posted;
  if (!isRegex) return createMatcher(isEqual ? "=" : "!=", name, value);
  try {
    return createMatcher(isEqual ? "=~" : "!~", name, value);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const place = `invalid silence: invalid label matcher ${index} in set 0`;
    const problem = `invalid regular expression ${quoteGo(value)}: ${error.message}`;
    throw new SilenceError("invalid", `${place}: ${problem}`);
  }
}

function shownMatcher({ name, value, operator }: LabelMatcher): unknown {
  const isEqual = operator === "=" || operator === "=~";
  const isRegex = operator === "=~" || operator === "!~";
  return { isEqual, isRegex, name, value };
}
