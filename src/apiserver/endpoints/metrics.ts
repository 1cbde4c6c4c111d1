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

const durationBounds = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 4, 6, 10, 20, 30, 60,
];
const lifetimeBounds = [
  0, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800, 2_592_000, 7_776_000,
  15_552_000, 31_104_000,
];
/** Nobody may fill our memory by asking for names that do not exist. */
const seriesMax = 5_000;

class Histogram {
  /** Upper ends of the buckets, ascending. */
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  get count(): number {
    return this.#count;
  }

  observe(value: number): void {
    this.#count++;
    this.#sum += value;
    const index = this.#bounds.findIndex((bound) => value <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  lines(name: string, labels: string): readonly string[] {
    const others = labels === "" ? "" : `${labels},`;
    const all = labels === "" ? "" : `{${labels}}`;
    let below = 0;
    const buckets = this.#bounds.map((bound, index) => {
      below += this.#counts[index] ?? 0;
      return `${name}_bucket{${others}le="${bound}"} ${below}`;
    });
    return [
      ...buckets,
      `${name}_bucket{${others}le="+Inf"} ${this.#count}`,
      `${name}_sum${all} ${this.#sum}`,
      `${name}_count${all} ${this.#count}`,
    ];
  }
}

/** Counts requests, how long they took, and how long the certificates behind them hold. */
export class RequestMetrics {
  readonly #series = new Map<string, Histogram>();
  readonly #lifetimes = new Histogram(lifetimeBounds);

  /** A request came from who showed a certificate that holds so much longer. */
  observeCertificate(secondsLeft: number): void {
    this.#lifetimes.observe(secondsLeft);
  }

  observe(labels: RequestLabels, seconds: number): void {
    const name = formatLabels(labels);
    const series = this.#series.get(name) ?? this.#added(name);
    series?.observe(seconds);
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
    for (const [labels, series] of this.#series) lines.push(...series.lines(name, labels));
    const lifetime = "apiserver_client_certificate_expiration_seconds";
    lines.push(
      `# HELP ${lifetime} How long the certificates still hold by which requests were authenticated.`,
      `# TYPE ${lifetime} histogram`,
      ...this.#lifetimes.lines(lifetime, ""),
    );
    return `${lines.join("\n")}\n`;
  }

  #added(name: string): Histogram | undefined {
    if (this.#series.size >= seriesMax) return undefined;
    const made = new Histogram(durationBounds);
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

function formatLabels(labels: RequestLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, "_")}"`)
    .join(",");
}
