/**
 * `/series_shapes`, which upstream does not have: which metrics there are among the series that match,
 * and with which labels, whatever the labels' values. What maps series to objects needs no more, and a
 * list of all series would be thousands of times as long.
 */
import { compareText } from "#base";
import { labelPairs, type Labels, metricNameLabel, type Queryable } from "#series";
import { answerOf, type ApiAnswer } from "../answer.ts";
import { ApiError } from "../api-error.ts";
import { readSelectors } from "../parameters.ts";
import type { ApiRequest } from "../request.ts";
import { type ApiRoute, getOrPost } from "../route.ts";

/** Series that have had no sample for so long are gone. */
const recentMs = 10 * 60_000;

export function shapeRoutes(storage: Queryable): readonly ApiRoute[] {
  return getOrPost("/series_shapes", (request, signal) => listShapes(storage, request, signal));
}

interface Shape {
  readonly metric: string;
  readonly labels: readonly string[];
}

async function listShapes(
  storage: Queryable,
  { form, nowMs }: ApiRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  if (!form.has("match[]")) throw new ApiError("bad_data", "no match[] parameter provided");
  const range = { minMs: nowMs - recentMs, maxMs: nowMs };
  const shapes = new Map<string, Shape>();
  await using querier = await storage.querier(range.minMs, range.maxMs);
  for (const matchers of readSelectors(form)) {
    for (const { labels } of await querier.select(matchers, { ...range, seriesMax: 0 }, signal)) {
      const shape = shapeOf(labels);
      shapes.set(`${shape.metric}\0${shape.labels.join("\0")}`, shape);
    }
  }
  const sorted = [...shapes].sort(([left], [right]) => compareText(left, right));
  return answerOf(sorted.map(([, shape]) => shape));
}

function shapeOf(labels: Labels): Shape {
  let metric = "";
  const names: string[] = [];
  for (const [name, value] of labelPairs(labels)) {
    if (name === metricNameLabel) metric = value;
    else names.push(name);
  }
  return { metric, labels: names };
}
