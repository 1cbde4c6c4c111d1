/** PromQL for the control plane: asked of the cluster's monitoring engine, on loopback. */

import { isJsonObject, type JsonValue, listAt, textAt, valueAt } from "#api";
import { type Clock, describeError, type HttpTransport } from "#base";
import { collect } from "#http";
import {
  type PromQueries,
  QueriesUnavailable,
  type QueriedValue,
  QueryRefusal,
  type SeriesShape,
} from "#metricapis";

/** Figures of ten thousand pods take two megabytes. */
const answerBytesMax = 32 * 1024 * 1024;
const timeoutMs = 10_000;

interface MetricQueryDeps {
  readonly clock: Clock;
  /** To the engine. */
  readonly transport: HttpTransport;
}

/** Queries of the engine behind `transport`. */
export function metricQueries(deps: MetricQueryDeps): PromQueries {
  return {
    async query(text, signal) {
      const form = new URLSearchParams({ query: text, timeout: `${timeoutMs}ms` });
      return queriedValueOf(await ask(deps, { path: "query", form }, signal));
    },
    async shapes(selector, signal) {
      const form = new URLSearchParams({ "match[]": selector });
      return shapesOf(await ask(deps, { path: "series_shapes", form }, signal));
    },
    async check(text, signal) {
      await ask(deps, { path: "parse_query", form: new URLSearchParams({ query: text }) }, signal);
    },
  };
}

/** In a cluster without an engine. */
export const noMetricQueries: PromQueries = {
  query: () => Promise.reject(new QueriesUnavailable(withoutEngine())),
  shapes: () => Promise.reject(new QueriesUnavailable(withoutEngine())),
  check: () => Promise.reject(new QueriesUnavailable(withoutEngine())),
};

function withoutEngine(): string {
  return "this cluster runs without a monitoring engine";
}

interface Question {
  /** Below `/api/v1/`. */
  readonly path: string;
  readonly form: URLSearchParams;
}

/** The `data` of the answer. */
async function ask(
  { clock, transport }: MetricQueryDeps,
  { path, form }: Question,
  signal: AbortSignal,
): Promise<JsonValue | undefined> {
  const deadline = new AbortController();
  const late = new QueriesUnavailable(`no answer within ${timeoutMs / 1_000} s`);
  using _timer = clock.schedule(timeoutMs, () => deadline.abort(late));
  try {
    const either = AbortSignal.any([signal, deadline.signal]);
    return await exchange(transport, { path, form }, either);
  } catch (error) {
    if (signal.aborted || error instanceof QueryRefusal || error instanceof QueriesUnavailable) {
      throw error;
    }
    throw new QueriesUnavailable(describeError(error), { cause: error });
  }
}

async function exchange(
  transport: HttpTransport,
  { path, form }: Question,
  signal: AbortSignal,
): Promise<JsonValue | undefined> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new TextEncoder().encode(form.toString());
  const request = { method: "POST", target: `/api/v1/${path}`, headers, body };
  const response = await transport.send(request, signal);
  const tooLong = () => new QueryRefusal("the answer is too long");
  const bytes = await collect(response.body ?? new Uint8Array(), answerBytesMax, tooLong);
  const text = new TextDecoder().decode(bytes);
  if (response.status === 200) return valueAt(decode(text), "data");
  const isRefused = response.status === 400 || response.status === 422;
  if (!isRefused) throw new QueriesUnavailable(`${response.status} ${text.trim()}`);
  throw new QueryRefusal(textAt(decode(text), "error"));
}

function decode(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}

function queriedValueOf(data: JsonValue | undefined): QueriedValue {
  const type = textAt(data, "resultType");
  switch (type) {
    case "scalar":
      return { kind: "scalar", ...sampleOf(valueAt(data, "result")) };
    case "vector":
      return {
        kind: "vector",
        samples: listAt(data, "result").map((entry) => ({
          labels: labelsOf(valueAt(entry, "metric")),
          ...sampleOf(valueAt(entry, "value")),
        })),
      };
    default:
      return { kind: "other", type };
  }
}

/** `[seconds, "value"]`; a histogram has no such thing, and is no number. */
function sampleOf(pair: JsonValue | undefined): { readonly atMs: number; readonly value: number } {
  const [seconds, text] = listAt(pair);
  return {
    atMs: typeof seconds === "number" ? Math.round(seconds * 1_000) : 0,
    value: typeof text === "string" ? goNumberOf(text) : Number.NaN,
  };
}

const infinities: ReadonlyMap<string, number> = new Map([
  ["+Inf", Number.POSITIVE_INFINITY],
  ["-Inf", Number.NEGATIVE_INFINITY],
]);

function goNumberOf(text: string): number {
  return infinities.get(text) ?? Number(text);
}

function labelsOf(metric: JsonValue | undefined): ReadonlyMap<string, string> {
  const names = Object.keys(isJsonObject(metric) ? metric : {});
  return new Map(names.map((name) => [name, textAt(metric, name)]));
}

function shapesOf(data: JsonValue | undefined): readonly SeriesShape[] {
  return listAt(data).map((entry) => ({
    metric: textAt(entry, "metric"),
    labels: listAt(entry, "labels").map((label) => textAt(label)),
  }));
}
