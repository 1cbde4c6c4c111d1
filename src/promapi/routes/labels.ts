/** `/labels`, `/label/{name}/values`, `/series`: which series there are. */
import { isValidLabelName, type Queryable, type SeriesSource, unescapeName } from "#series";
import { answerOf, type ApiAnswer } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import { labelsJson } from "../json/labels-json.ts";
import {
  maxTimeMs,
  minTimeMs,
  readBareSelectors,
  readLimit,
  readSelectors,
  readTimeMsOr,
} from "../parameters.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

const truncated = "results truncated due to limit";

export function labelRoutes(storage: Queryable): readonly ApiRoute[] {
  return [
    ...getOrPost("/labels", (request) => labelNames(storage, request)),
    {
      method: "GET",
      pattern: "/label/{name}/values",
      serve: (request) => labelValues(storage, request),
    },
    ...getOrPost("/series", (request, signal) => listSeries(storage, request, signal)),
  ];
}

async function labelNames(storage: Queryable, { form }: ApiRequest): Promise<ApiAnswer> {
  const { limit, startMs, endMs } = readScope(form);
  const matchers = readBareSelectors(form);
  await using querier = await storage.querier(startMs, endMs);
  return limited(await querier.labelNames(matchers), limit, querier.warnings);
}

async function labelValues(storage: Queryable, { form, path }: ApiRequest): Promise<ApiAnswer> {
  const asked = path.get("name") ?? "";
  const name = asked.startsWith("U__") ? unescapeName(asked, "values") : asked;
  if (!isValidLabelName(name, "utf8")) {
    throw new ApiError("bad_data", `invalid label name: ${JSON.stringify(name)}`);
  }
  const { limit, startMs, endMs } = readScope(form);
  const matchers = readBareSelectors(form);
  await using querier = await storage.querier(startMs, endMs);
  return limited(await querier.labelValues(name, matchers), limit, querier.warnings);
}

async function listSeries(
  storage: Queryable,
  { form }: ApiRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  if (!form.has("match[]")) throw new ApiError("bad_data", "no match[] parameter provided");
  const { limit, startMs, endMs } = readScope(form);
  const matchers = readSelectors(form);
  await using querier = await storage.querier(startMs, endMs);
  const hints = { minMs: startMs, maxMs: endMs, seriesMax: limit === 0 ? 0 : limit + 1 };
  const found = new Map<string, true>();
  for (const list of matchers) {
    for (const series of await querier.select(list, hints, signal)) addLabels(found, series);
  }
  const isTruncated = limit > 0 && found.size > limit;
  const shown = [...found.keys()].slice(0, isTruncated ? limit : undefined);
  const warnings = [...querier.warnings, ...(isTruncated ? [truncated] : [])];
  return { data: `[${shown.join(",")}]`, warnings };
}

function addLabels(found: Map<string, true>, series: SeriesSource): void {
  found.set(labelsJson(series.labels), true);
}

function readScope(form: URLSearchParams) {
  return {
    limit: readLimit(form),
    startMs: readTimeMsOr(form, "start", minTimeMs),
    endMs: readTimeMsOr(form, "end", maxTimeMs),
  };
}

function limited(names: readonly string[], limit: number, warnings: readonly string[]): ApiAnswer {
  if (limit === 0 || names.length <= limit) return answerOf(names, { warnings });
  return answerOf(names.slice(0, limit), { warnings: [...warnings, truncated] });
}
