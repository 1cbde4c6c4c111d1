/** `/query` and `/query_range`. */
import {
  PromqlError,
  type QueryEngine,
  QueryError,
  type QueryOptions,
  type QueryOrigin,
  type QueryResult,
  type QueryValue,
} from "#promql";
import type { Queryable } from "#series";
import type { ApiAnswer } from "../answer.ts";
import { ApiError, invalidParameter } from "../api-error.ts";
import { queryJson, type StatsLevel } from "../json/query-json.ts";
import {
  findDurationMs,
  parseDurationMs,
  readDurationMs,
  readFlag,
  readLimit,
  readTimeMs,
  readTimeMsOr,
} from "../parameters.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

/** Enough for a dashboard; more is a mistake that would cost memory. */
const pointsPerSeriesMax = 11_000;

export function queryRoutes(engine: QueryEngine, storage: Queryable): readonly ApiRoute[] {
  return [
    ...getOrPost("/query", (request, signal) => instant(engine, storage, { request, signal })),
    ...getOrPost("/query_range", (request, signal) => range(engine, storage, { request, signal })),
  ];
}

interface Asked {
  readonly request: ApiRequest;
  readonly signal: AbortSignal;
}

async function instant(
  engine: QueryEngine,
  storage: Queryable,
  { request, signal }: Asked,
): Promise<ApiAnswer> {
  const { form, nowMs } = request;
  const limit = readLimit(form);
  const timeMs = readTimeMsOr(form, "time", nowMs);
  const options = { ...readQueryOptions(form), origin: originOf(request), timeMs };
  const text = form.get("query") ?? "";
  const result = await ran(() => engine.instant(text, options, storage, signal));
  return answered(result, limit, form);
}

async function range(
  engine: QueryEngine,
  storage: Queryable,
  { request, signal }: Asked,
): Promise<ApiAnswer> {
  const { form } = request;
  const limit = readLimit(form);
  const startMs = readTimeMs(form, "start");
  const endMs = readTimeMs(form, "end");
  if (endMs < startMs) {
    throw invalidParameter("end", "end timestamp must not be before start time");
  }
  const askedMs = readDurationMs(form, "step");
  // Times have no finer unit.
  const stepMs = Math.trunc(askedMs);
  if (stepMs <= 0) {
    const advice = "Try a positive integer";
    const problem = `zero or negative query resolution step widths are not accepted. ${advice}`;
    throw invalidParameter("step", problem);
  }
  if (Math.floor((endMs - startMs) / askedMs) > pointsPerSeriesMax) {
    const advice = "Try decreasing the query resolution (?step=XX)";
    const problem = `exceeded maximum resolution of 11,000 points per timeseries. ${advice}`;
    throw new ApiError("bad_data", problem);
  }
  const origin = originOf(request);
  const options = { ...readQueryOptions(form), origin, startMs, endMs, stepMs };
  const text = form.get("query") ?? "";
  const result = await ran(() => engine.range(text, options, storage, signal));
  return answered(result, limit, form);
}

function originOf({ received, target }: ApiRequest): QueryOrigin {
  const { method, peer } = received;
  const clientAddress = peer.address?.address ?? "";
  return { kind: "request", clientAddress, method, path: target };
}

function readQueryOptions(form: URLSearchParams): QueryOptions {
  const timeoutMs = findDurationMs(form, "timeout");
  const lookbackMs = readLookbackMs(form);
  if (timeoutMs !== undefined && timeoutMs <= 0) {
    throw new ApiError("timeout", "query timed out in query execution");
  }
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs > 0 ? { lookbackMs } : {}),
    perStepStatistics: readStats(form) === "all" ? "wanted" : "unwanted",
    explanation: readFlag(form, "explain") ? "wanted" : "unwanted",
  };
}

/** 0 when the engine's is to be used. */
function readLookbackMs(form: URLSearchParams): number {
  const text = form.get("lookback_delta") ?? "";
  if (text === "") return 0;
  const lookback = parseDurationMs(text);
  if (typeof lookback === "number") return lookback;
  throw new ApiError("bad_data", `error parsing lookback delta duration: ${lookback.problem}`);
}

function readStats(form: URLSearchParams): StatsLevel {
  const text = form.get("stats") ?? "";
  if (text === "") return "none";
  return text === "all" ? "all" : "basic";
}

async function ran(query: () => Promise<QueryResult>): Promise<QueryResult> {
  try {
    return await query();
  } catch (error) {
    // What the engine refuses is an answer; anything else is a fault of ours.
    if (error instanceof PromqlError) throw invalidParameter("query", error.message, error);
    if (!(error instanceof QueryError)) throw error;
    if (error.kind === "badData") throw invalidParameter("query", error.message, error);
    throw new ApiError(error.kind, error.message, { cause: error });
  }
}

function answered(result: QueryResult, limit: number, form: URLSearchParams): ApiAnswer {
  const { warnings, infos } = result.annotations;
  const shown = limit === 0 ? result.value : truncated(result.value, limit);
  const isTruncated = shown !== result.value;
  return {
    data: queryJson({ ...result, value: shown }, readStats(form)),
    warnings: [
      ...warnings,
      ...(isTruncated ? ["results truncated due to limit"] : []),
      ...deprecatedStats(form.get("stats") ?? ""),
    ],
    infos,
  };
}

/** Upstream takes any word for `true`, and says that it will not do so for ever. */
function deprecatedStats(level: string): readonly string[] {
  if (level === "" || level === "true" || level === "all") return [];
  const value = JSON.stringify(level);
  return [
    `value ${value} for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`,
  ];
}

/** The first series of a result; the same value when there are no more than that. */
function truncated(value: QueryValue, limit: number): QueryValue {
  if (value.type === "vector" && value.samples.length > limit) {
    return { ...value, samples: value.samples.slice(0, limit) };
  }
  if (value.type === "matrix" && value.series.length > limit) {
    return { ...value, series: value.series.slice(0, limit) };
  }
  return value;
}
