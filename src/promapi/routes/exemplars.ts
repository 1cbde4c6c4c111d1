/** `/query_exemplars`: traces behind the samples of the series that a query reads. */
import { extractSelectors, parseExpr } from "#promql";
import type { HttpResponse } from "#base";
import { type ApiAnswer, emptyResponse } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import { labelsJson } from "../json/labels-json.ts";
import { formatValue, timestampJson } from "../json/time-json.ts";
import { maxTimeMs, minTimeMs, parseOrRefuse, readTimeMsOr } from "../parameters.ts";
import type { ExemplarSource, SeriesExemplars } from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

export function exemplarRoutes(source: ExemplarSource): readonly ApiRoute[] {
  return getOrPost("/query_exemplars", (request) => listExemplars(source, request));
}

function listExemplars(source: ExemplarSource, { form }: ApiRequest): ApiAnswer | HttpResponse {
  const startMs = readTimeMsOr(form, "start", minTimeMs);
  const endMs = readTimeMsOr(form, "end", maxTimeMs);
  if (endMs < startMs) {
    throw new ApiError("bad_data", "end timestamp must not be before start timestamp");
  }
  const text = form.get("query") ?? "";
  const selectors = extractSelectors(parseOrRefuse(undefined, () => parseExpr(text)));
  if (selectors.length === 0) return emptyResponse(204);
  const found = source.exemplars(selectors, startMs, endMs);
  return { data: `[${found.map(exemplarsJson).join(",")}]` };
}

function exemplarsJson({ labels, exemplars }: SeriesExemplars): string {
  const list = exemplars.map(
    (exemplar) =>
      `{"labels":${labelsJson(exemplar.labels)},"value":"${formatValue(exemplar.value)}",` +
      `"timestamp":${timestampJson(exemplar.timestampMs)}}`,
  );
  return `{"seriesLabels":${labelsJson(labels)},"exemplars":[${list.join(",")}]}`;
}
