/** `GET /metrics`: what the request path has done, in Prometheus' text format under upstream's names. */

import type { EndpointTable } from "./endpoints.ts";
import { bytesResponse } from "../respond/render.ts";

/** What tells one kind of request from another; all of it is bounded by what is served. */
export interface RequestLabels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly code: number;
}

interface Series {
  count: number;
  seconds: number;
  readonly buckets: number[];
}

const bucketSeconds = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 4, 6, 10, 20, 30, 60,
];
/** Nobody may fill our memory by asking for names that do not exist. */
const seriesMax = 5_000;

/** Counts requests and how long they took. */
export class RequestMetrics {
  readonly #series = new Map<string, Series>();

  observe(labels: RequestLabels, seconds: number): void {
    const name = formatLabels(labels);
    const series = this.#series.get(name) ?? this.#added(name);
    if (series === undefined) return;
    series.count++;
    series.seconds += seconds;
    const index = bucketSeconds.findIndex((bound) => seconds <= bound);
    if (index >= 0) series.buckets[index] = (series.buckets[index] ?? 0) + 1;
  }

  format(): string {
    const lines = [
      "# HELP apiserver_request_total Requests by what they asked for and how they were answered.",
      "# TYPE apiserver_request_total counter",
    ];
    for (const [labels, { count }] of this.#series) {
      lines.push(`apiserver_request_total{${labels}} ${count}`);
    }
    const name = "apiserver_request_duration_seconds";
    lines.push(`# HELP ${name} Time until the answer began.`, `# TYPE ${name} histogram`);
    for (const [labels, series] of this.#series) lines.push(...durationLines(name, labels, series));
    return `${lines.join("\n")}\n`;
  }

  #added(name: string): Series | undefined {
    if (this.#series.size >= seriesMax) return undefined;
    const made = { count: 0, seconds: 0, buckets: bucketSeconds.map(() => 0) };
    this.#series.set(name, made);
    return made;
  }
}

export function addMetrics(table: EndpointTable, metrics: RequestMetrics): void {
  const contentType = "text/plain; version=0.0.4; charset=utf-8";
  table.add("/metrics", () =>
    bytesResponse(200, contentType, new TextEncoder().encode(metrics.format())),
  );
}

function durationLines(name: string, labels: string, series: Series): readonly string[] {
  let below = 0;
  const buckets = bucketSeconds.map((bound, index) => {
    below += series.buckets[index] ?? 0;
    return `${name}_bucket{${labels},le="${bound}"} ${below}`;
  });
  return [
    ...buckets,
    `${name}_bucket{${labels},le="+Inf"} ${series.count}`,
    `${name}_sum{${labels}} ${series.seconds}`,
    `${name}_count{${labels}} ${series.count}`,
  ];
}

function formatLabels(labels: RequestLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, "_")}"`)
    .join(",");
}
