/** What `/search/…` may be asked, and the refusals of what makes no sense. */
import type { LabelMatcher } from "#series";
import { ApiError } from "../api-error.ts";
import { readSelectors, readTimeMsOr } from "../parameters.ts";
import type { ApiRequest } from "../request.ts";
import { containment, jaroWinkler, type Scorer, subsequence } from "./similarity.ts";

const lookbackMs = 3_600_000;
const limitDefault = 100;
const batchSizeDefault = 100;
const termsMax = 32;
/** Scoring takes time with the length of terms; no name is longer than this. */
const termCharsMax = 1_024;
const algorithms = ["subsequence", "jarowinkler"];

export interface SearchQuery {
  readonly minMs: number;
  readonly maxMs: number;
  readonly matchers: readonly (readonly LabelMatcher[])[];
  /** The best score of a candidate over all terms; undefined rejects it. */
  readonly score: (candidate: string) => number | undefined;
  readonly order: "ascending" | "descending" | "best first";
  readonly includesScore: boolean;
  readonly limit: number;
  readonly batchSize: number;
}

/** `limitMax` 0 is no cap. */
export function readSearch(
  { form, nowMs }: ApiRequest,
  what: string,
  limitMax: number,
): SearchQuery {
  const minMs = readTimeMsOr(form, "start", nowMs - lookbackMs);
  const maxMs = readTimeMsOr(form, "end", nowMs);
  if (maxMs < minMs) throw badInput("end timestamp must not be before start timestamp");
  const matchers = readSelectors(form);
  const searches = readTerms(form);
  const score = readScoring(form, searches);
  const includesScore = readBool(form, "include_score", false);
  const order = readOrder(form, searches, what);
  const limit = readLimitUpTo(form, limitMax);
  const batchSize = readPositive(form, "batch_size") ?? batchSizeDefault;
  return { minMs, maxMs, matchers, score, order, includesScore, limit, batchSize };
}

/** A boolean as Go's `strconv.ParseBool` reads it; the default when it is absent. */
export function readBool(form: URLSearchParams, name: string, whenAbsent: boolean): boolean {
  const text = form.get(name) ?? "";
  if (text === "") return whenAbsent;
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) return false;
  throw badInput(`invalid ${name} ${JSON.stringify(text)}: must be boolean`);
}

function readTerms(form: URLSearchParams): readonly string[] {
  const searches = form.getAll("search[]");
  if (searches.length > termsMax) {
    throw badInput(`too many search[] terms: got ${searches.length}, maximum is ${termsMax}`);
  }
  if (searches.some((search) => search.length > termCharsMax)) {
    throw badInput(`search[] terms must not be longer than ${termCharsMax} characters`);
  }
  return searches;
}

function readScoring(form: URLSearchParams, searches: readonly string[]): SearchQuery["score"] {
  const threshold = readThreshold(form);
  const algorithm = form.get("fuzz_alg") || "subsequence";
  if (!algorithms.includes(algorithm)) {
    throw badInput(
      `unsupported fuzz_alg ${JSON.stringify(algorithm)}: must be one of [${algorithms.join(" ")}]`,
    );
  }
  const isSensitive = readBool(form, "case_sensitive", true);
  const folded = (text: string) => (isSensitive ? text : text.toLowerCase());
  const scorers = searches
    .filter((search) => search !== "")
    .map((search) => scorerOf(folded(search), algorithm, threshold));
  if (scorers.length === 0) return () => 1;
  return (candidate) => {
    const text = folded(candidate);
    const best = Math.max(...scorers.map((scorer) => scorer(text)));
    return best > 0 ? best : undefined;
  };
}

/** Scores below the threshold are none. */
function scorerOf(term: string, algorithm: string, threshold: number): Scorer {
  const atLeast =
    (scorer: Scorer): Scorer =>
    (candidate) => {
      const score = scorer(candidate);
      return score >= threshold ? score : 0;
    };
  if (algorithm === "subsequence") return atLeast(subsequence(term));
  const part = containment(term);
  if (threshold === 0) return part;
  const alike = atLeast(jaroWinkler(term));
  return (candidate) => part(candidate) || alike(candidate);
}

function readThreshold(form: URLSearchParams): number {
  const text = form.get("fuzz_threshold") ?? "";
  if (text === "") return 0;
  const percent = /^\+?\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (percent <= 100) return percent / 100;
  throw badInput(`invalid fuzz_threshold ${JSON.stringify(text)}: must be 0-100`);
}

function readOrder(
  form: URLSearchParams,
  searches: readonly string[],
  what: string,
): SearchQuery["order"] {
  const by = form.get("sort_by") ?? "";
  const direction = form.get("sort_dir") ?? "";
  if (direction !== "" && by === "") {
    throw badInput("sort_dir is only valid when sort_by is set");
  }
  if (direction !== "" && by === "score") {
    throw badInput("sort_dir is not supported for sort_by=score");
  }
  if (!["", "asc", "dsc"].includes(direction)) {
    throw badInput(`invalid sort_dir ${JSON.stringify(direction)}: must be "asc" or "dsc"`);
  }
  if (by === "score" && searches.length === 0) {
    throw badInput("sort_by=score requires search[] to be set");
  }
  if (!["", "alpha", "score"].includes(by)) {
    const words = `invalid sort_by ${JSON.stringify(by)} for ${what}`;
    throw badInput(`${words}: must be "alpha" or "score"`);
  }
  if (by === "score") return "best first";
  return direction === "dsc" ? "descending" : "ascending";
}

function readLimitUpTo(form: URLSearchParams, limitMax: number): number {
  const cap = limitMax === 0 ? Number.POSITIVE_INFINITY : limitMax;
  const limit = readPositive(form, "limit");
  if (limit === undefined) return Math.min(limitDefault, cap);
  if (limit <= cap) return limit;
  throw badInput(
    `limit ${limit} exceeds the configured maximum (${limitMax}, see --web.search.max-limit)`,
  );
}

function readPositive(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name) ?? "";
  if (text === "") return undefined;
  const value = /^\+?\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw badInput(`invalid ${name} ${JSON.stringify(text)}: must be a positive integer`);
}

function badInput(problem: string): ApiError {
  return new ApiError("bad_data", problem);
}
