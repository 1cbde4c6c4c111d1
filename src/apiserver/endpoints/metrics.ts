/** `GET /metrics`: what the request path has done, under upstream's names. */

import type { Counter, Gauge, HistogramMetric, Meters, MetricVector } from "#base";
import { findHeader } from "#http";
import type { EndpointTable } from "./endpoints.ts";
import { bytesResponse } from "../respond/render.ts";

/** What tells one kind of request from another; all of it is bounded by what is served. */
export interface RequestLabels {
  /** As upstream's metrics have it: `GET`, `LIST`, `POST`. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** What was asked for: one object, those of a namespace, or all of them. */
  readonly scope: RequestScope;
  readonly code: number;
}

export type RequestScope = "resource" | "namespace" | "cluster";

const metricVerbs: ReadonlyMap<string, string> = new Map([
  ["create", "POST"],
  ["update", "PUT"],
]);

/** How metrics call a request's verb and scope, by upstream's rules. */
export function kindOfRequest(target: {
  readonly verb: string;
  readonly name: string;
  readonly namespace: string;
}): { readonly verb: string; readonly scope: RequestScope } {
  const { verb, name, namespace } = target;
  const isOne = name !== "" || verb === "create";
  return {
    verb: metricVerbs.get(verb) ?? verb.toUpperCase(),
    scope: isOne ? "resource" : namespace === "" ? "cluster" : "namespace",
  };
}

const durationBounds = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
  60,
];
const lifetimeBounds = [
  0, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800, 2_592_000, 7_776_000,
  15_552_000, 31_104_000,
];
/** Nobody may fill our memory by asking for names that do not exist. */
const seriesMax = 5_000;

/** What the series of one kind of request are kept by. */
interface KindSeries {
  readonly durations: HistogramMetric;
  readonly sliDurations: HistogramMetric;
  /** By the status code. */
  readonly counts: Map<number, Counter>;
}

const kindLabels = ["verb", "group", "version", "resource", "subresource", "scope"];

/** Counts requests, how long they took, and how long the certificates behind them hold. */
export class RequestMetrics {
  readonly #counts: MetricVector<Counter>;
  readonly #durations: MetricVector<HistogramMetric>;
  readonly #sliDurations: MetricVector<HistogramMetric>;
  readonly #terminations: MetricVector<Counter>;
  readonly #lifetimes: HistogramMetric;
  readonly #inFlight: MetricVector<Gauge>;
  /** By the labels without the code: one look-up a request. */
  readonly #kinds = new Map<string, KindSeries>();
  #countSeries = 0;

  constructor(meters: Meters) {
    this.#counts = meters.counter({
      name: "apiserver_request_total",
      help: "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
      labelNames: [...kindLabels, "component", "code"],
    });
    // Nothing of the time is others': the two are one, and rules ask for the second.
    this.#durations = meters.histogram({
      name: "apiserver_request_duration_seconds",
      help: "Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.",
      labelNames: [...kindLabels, "component"],
      buckets: durationBounds,
    });
    this.#sliDurations = meters.histogram({
      name: "apiserver_request_sli_duration_seconds",
      help: "Response latency distribution (not counting webhook duration and priority & fairness queue wait times) in seconds for each verb, group, version, resource, subresource, scope and component.",
      labelNames: [...kindLabels, "component"],
      buckets: durationBounds,
    });
    this.#terminations = meters.counter({
      name: "apiserver_request_terminations_total",
      help: "Number of requests which apiserver terminated in self-defense.",
      labelNames: [...kindLabels, "component", "code"],
    });
    this.#lifetimes = meters
      .histogram({
        name: "apiserver_client_certificate_expiration_seconds",
        help: "Distribution of the remaining lifetime on the certificate used to authenticate a request.",
        buckets: lifetimeBounds,
      })
      .with();
    this.#inFlight = meters.gauge({
      name: "apiserver_current_inflight_requests",
      help: "Number of requests that are being answered now, by whether they change something.",
      labelNames: ["request_kind"],
    });
  }

  /** A request came from who showed a certificate that holds so much longer. */
  observeCertificate(secondsLeft: number): void {
    this.#lifetimes.observe(secondsLeft);
  }

  /** A request is being answered until the function is called that this returns. */
  begin(method: string): () => void {
    const isReading = method === "GET" || method === "HEAD";
    const gauge = this.#inFlight.with(isReading ? "readOnly" : "mutating");
    gauge.add(1);
    return () => gauge.add(-1);
  }

  observe({ code, ...kind }: RequestLabels, seconds: number): void {
    const labels = labelValues(kind);
    const series = this.#seriesOf(labels);
    let count = series.counts.get(code);
    if (count === undefined) {
      if (this.#countSeries >= seriesMax) return;
      this.#countSeries++;
      count = this.#counts.with(...labels, String(code));
      series.counts.set(code, count);
    }
    count.add();
    series.durations.observe(seconds);
    series.sliDurations.observe(seconds);
    if (code === timedOut) this.#terminations.with(...labels, String(code)).add();
  }

  #seriesOf(labels: readonly string[]): KindSeries {
    const key = labels.join("/");
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const series = {
      durations: this.#durations.with(...labels),
      sliDurations: this.#sliDurations.with(...labels),
      counts: new Map<number, Counter>(),
    };
    this.#kinds.set(key, series);
    return series;
  }
}

/** What the server answers for requests that it gave up. */
const timedOut = 504;

function labelValues(kind: Omit<RequestLabels, "code">): readonly string[] {
  const { verb, group, version, resource, subresource, scope } = kind;
  return [verb, group, version, resource, subresource, scope, "apiserver"];
}

/** What `/metrics` answers, in the format that the `Accept` header asks for. */
export type MetricsPage = (accept: string) => {
  readonly contentType: string;
  readonly body: Uint8Array;
};

/** Serves each page at its path. */
export function addMetrics(table: EndpointTable, pages: ReadonlyMap<string, MetricsPage>): void {
  for (const [path, page] of pages) {
    table.add(path, ({ headers }) => {
      const { contentType, body } = page(findHeader(headers, "accept") ?? "");
      return bytesResponse(200, contentType, body);
    });
  }
}
