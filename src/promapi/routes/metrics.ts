/** `/metrics`: what the server says of itself; `/federate`: the newest samples of what it stores. */
import type { HttpResponse } from "#base";
import {
  answerMetrics,
  federationFormats,
  type Metric,
  type MetricFamily,
  metricsFormats,
  type ScrapeProtocol,
} from "#exposition";
import { findHeader } from "#http";
import {
  dropLabels,
  isStaleAt,
  type LabelMatcher,
  type Labels,
  labelPairs,
  labelsKey,
  labelsOf,
  labelValue,
  metricNameLabel,
  type Queryable,
  SampleBuffer,
  type SeriesSource,
} from "#series";
import { readSelectors } from "../parameters.ts";
import type { ApiRequest } from "../request.ts";
import type { WebRoute } from "../server.ts";

/** Serves the families in the format that the asking server prefers. */
export function metricsRoute(pattern: string, families: () => readonly MetricFamily[]): WebRoute {
  return {
    method: "GET",
    pattern,
    isAlwaysReady: true,
    serve: (request) => exposed(request, families(), metricsFormats),
  };
}

export interface FederationDeps {
  readonly storage: Queryable;
  /** Added to every series that does not have them. */
  readonly externalLabels: () => Labels;
  readonly lookbackMs: number;
}

export function federationRoute(deps: FederationDeps): WebRoute {
  return {
    method: "GET",
    pattern: "/federate",
    isAlwaysReady: false,
    serve: async (request, signal) =>
      exposed(request, await newestFamilies(deps, request, signal), federationFormats),
  };
}

function exposed(
  { received }: ApiRequest,
  families: readonly MetricFamily[],
  offered: readonly ScrapeProtocol[],
): HttpResponse {
  const accept = findHeader(received.headers, "accept") ?? "";
  const { contentType, body } = answerMetrics(accept, families, offered);
  const headers = { "content-type": contentType, "content-length": String(body.length) };
  return { status: 200, headers, body };
}

async function newestFamilies(
  deps: FederationDeps,
  { form, nowMs }: ApiRequest,
  signal: AbortSignal,
): Promise<readonly MetricFamily[]> {
  const minMs = nowMs - deps.lookbackMs;
  await using querier = await deps.storage.querier(minMs, nowMs);
  const select = (matchers: readonly LabelMatcher[]) =>
    querier.select(matchers, { minMs, maxMs: nowMs, seriesMax: 0 }, signal);
  const found = new Map<string, SeriesSource>();
  for (const matchers of readSelectors(form)) {
    for (const series of await select(matchers)) found.set(labelsKey(series.labels), series);
  }
  const buffer = new SampleBuffer();
  const byName = new Map<string, Metric[]>();
  for (const series of found.values()) {
    buffer.clear();
    series.read(buffer, minMs + 1, nowMs);
    const metric = newestOf(buffer, completeLabels(series.labels, deps.externalLabels()));
    if (metric === undefined) continue;
    const name = labelValue(series.labels, metricNameLabel);
    byName.set(name, [...(byName.get(name) ?? []), metric]);
  }
  return [...byName].sort(byText).map(([name, metrics]) => ({
    name,
    help: "",
    type: "unknown",
    unit: "",
    metrics,
  }));
}

function byText([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** A series of a server always says its instance, though it be empty, so that none is added. */
function completeLabels(labels: Labels, external: Labels): Labels {
  const own = dropLabels(labels, new Set([metricNameLabel]));
  return labelsOf([...labelPairs(external), ...labelPairs(own)]);
}

/** The last sample, unless the series has ended. */
function newestOf(buffer: SampleBuffer, labels: Labels): Metric | undefined {
  const row = buffer.count - 1;
  if (row < 0 || isStaleAt(buffer.values, row)) return undefined;
  const native = buffer.histograms?.[row];
  const times = { timestampMs: buffer.timestampsMs[row] ?? 0, startTimestampMs: 0 };
  if (native === undefined) {
    const value = buffer.values[row] ?? Number.NaN;
    return { labels, value: { kind: "number", value, exemplar: undefined }, ...times };
  }
  const { count, sum } = native;
  const value = { kind: "histogram", count, sum, buckets: [], native, exemplars: [] } as const;
  return { labels, value, ...times };
}
