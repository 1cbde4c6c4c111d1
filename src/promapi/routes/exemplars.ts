/** `/query_exemplars`: traces behind the samples of the series that a query reads. */
import { extractSelectors, parseExpr } from "#promql";
import { answerOf, type ApiAnswer } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import { labelsRecord } from "../json/labels-json.ts";
import { formatValue } from "../json/time-json.ts";
import { maxTimeMs, minTimeMs, parseOrRefuse, readTimeMs } from "../parameters.ts";
import type { ExemplarSource } from "../ports.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

export function exemplarRoutes(source: ExemplarSource): readonly ApiRoute[] {
  return getOrPost("/query_exemplars", (request) => listExemplars(source, request));
}

function listExemplars(source: ExemplarSource, { form }: ApiRequest): ApiAnswer {
  const startMs = readTimeMs(form, "start", minTimeMs);
  const endMs = readTimeMs(form, "end", maxTimeMs);
  if (endMs < startMs) {
    throw new ApiError("bad_data", "end timestamp must not be before start timestamp");
  }
  const text = form.get("query") ?? "";
  const selectors = extractSelectors(parseOrRefuse("query", () => parseExpr(text)));
  if (selectors.length === 0) return answerOf([]);
  const found = source.exemplars(selectors, startMs, endMs);
  return answerOf(
    found.map(({ labels, exemplars }) => ({
      seriesLabels: labelsRecord(labels),
      exemplars: exemplars.map((exemplar) => ({
        labels: labelsRecord(exemplar.labels),
        value: formatValue(exemplar.value),
        timestamp: exemplar.timestampMs / 1000,
      })),
    })),
  );
}
