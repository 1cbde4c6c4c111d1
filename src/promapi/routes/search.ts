/** `/search/…`: names and values that are like what somebody types, as lines of JSON. */
import { compareText, type HttpResponse } from "#base";
import type { Querier, Queryable } from "#series";
import { ApiError } from "../api-error.ts";
import { goJson } from "../json/go-json.ts";
import type { TargetSource } from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";
import { readBool, readSearch, type SearchQuery } from "../search/search-parameters.ts";

export interface SearchDeps {
  readonly storage: Queryable;
  readonly targets: Pick<TargetSource, "metadata">;
  /** More results than this cannot be asked for; 0 is no cap. */
  readonly limitMax: number;
}

/** `deps` are undefined unless the feature is on. */
export function searchRoutes(deps: SearchDeps | undefined): readonly ApiRoute[] {
  const route = (what: string, serve: (deps: SearchDeps, request: ApiRequest) => Served) =>
    getOrPost(`/search/${what}`, (request) => serve(needed(deps), request));
  return [
    ...route("metric_names", searchMetricNames),
    ...route("label_names", searchLabelNames),
    ...route("label_values", searchLabelValues),
  ];
}

type Served = Promise<HttpResponse>;

function needed(deps: SearchDeps | undefined): SearchDeps {
  if (deps !== undefined) return deps;
  throw new ApiError("unavailable", "search API disabled");
}

async function searchMetricNames(deps: SearchDeps, request: ApiRequest): Served {
  const search = readSearch(request, "metric_names", deps.limitMax);
  const withMetadata = readBool(request.form, "include_metadata", false);
  const found = await find(deps, search, (querier) =>
    querier.labelValues("__name__", search.matchers),
  );
  const metadata = withMetadata ? metadataOf(deps, found.hits) : undefined;
  return streamed(search, found, (hit) => {
    const { type = "", help = "", unit = "" } = metadata?.get(hit.text) ?? {};
    return {
      name: hit.text,
      ...scoreOf(search, hit),
      ...(type === "" ? {} : { type }),
      ...(help === "" ? {} : { help }),
      ...(unit === "" ? {} : { unit }),
    };
  });
}

async function searchLabelNames(deps: SearchDeps, request: ApiRequest): Served {
  const search = readSearch(request, "label_names", deps.limitMax);
  const found = await find(deps, search, (querier) => querier.labelNames(search.matchers));
  return streamed(search, found, (hit) => ({ name: hit.text, ...scoreOf(search, hit) }));
}

async function searchLabelValues(deps: SearchDeps, request: ApiRequest): Served {
  const search = readSearch(request, "label_values", deps.limitMax);
  const label = request.form.get("label") ?? "";
  if (label === "") throw new ApiError("bad_data", 'missing required parameter "label"');
  const found = await find(deps, search, (querier) => querier.labelValues(label, search.matchers));
  return streamed(search, found, (hit) => ({ value: hit.text, ...scoreOf(search, hit) }));
}

interface Hit {
  readonly text: string;
  readonly score: number;
}

interface Found {
  readonly hits: readonly Hit[];
  readonly hasMore: boolean;
  readonly warnings: readonly string[];
}

async function find(
  { storage }: SearchDeps,
  search: SearchQuery,
  list: (querier: Querier) => Promise<readonly string[]>,
): Promise<Found> {
  await using querier = await storage.querier(search.minMs, search.maxMs);
  const { hits, hasMore } = bestOf(await list(querier), search);
  return { hits, hasMore, warnings: [...querier.warnings].sort(compareText) };
}

/** The hits in the order that was asked for, and whether there are more. `texts` are sorted. */
export function bestOf(
  texts: readonly string[],
  { score, order, limit }: Pick<SearchQuery, "score" | "order" | "limit">,
): Pick<Found, "hits" | "hasMore"> {
  const hits: Hit[] = [];
  const isBestFirst = order === "best first";
  for (const text of order === "descending" ? texts.toReversed() : texts) {
    const found = score(text);
    if (found === undefined) continue;
    hits.push({ text, score: found });
    // In any other order all have to be looked at.
    if (!isBestFirst && hits.length > limit) break;
  }
  // Sorting keeps equal scores in the order of their texts.
  if (isBestFirst) hits.sort((left, right) => right.score - left.score);
  return { hits: hits.slice(0, limit), hasMore: hits.length > limit };
}

function scoreOf({ includesScore }: SearchQuery, { score }: Hit) {
  return includesScore ? { score } : {};
}

/** What targets said of the metrics that were found; the first word counts. */
function metadataOf({ targets }: SearchDeps, hits: readonly Hit[]) {
  const wanted = new Set(hits.map(({ text }) => text));
  const byMetric = new Map<string, { type: string; help: string; unit: string }>();
  for (const { metric, metadata } of targets.metadata()) {
    if (!wanted.has(metric) || byMetric.has(metric)) continue;
    const { type, help, unit } = metadata;
    byMetric.set(metric, { type, help, unit });
  }
  return byMetric;
}

/** Batches of results, one a line, and a last line that says how it went. */
function streamed(
  { batchSize }: SearchQuery,
  { hits, hasMore, warnings }: Found,
  show: (hit: Hit) => unknown,
): HttpResponse {
  const encoder = new TextEncoder();
  const line = (value: unknown) => encoder.encode(`${goJson(value)}\n`);
  async function* lines(): AsyncGenerator<Uint8Array> {
    const notes = warnings.length === 0 ? {} : { warnings };
    for (let start = 0; start === 0 || start < hits.length; start += batchSize) {
      const results = hits.slice(start, start + batchSize).map(show);
      yield line({ results, ...(start === 0 ? notes : {}) });
    }
    yield line({ status: "success", has_more: hasMore });
  }
  const headers = { "content-type": "application/x-ndjson; charset=utf-8" };
  return { status: 200, headers, body: lines() };
}
