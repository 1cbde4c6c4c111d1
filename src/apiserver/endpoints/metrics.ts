/** `GET /metrics`: what the request path has done, in Prometheus' text format under upstream's names. */

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
  /** By the labels with the code, as they are written. */
  readonly #counts = new Map<string, number>();
  /** By the labels without the code. */
  readonly #durations = new Map<string, Histogram>();
  readonly #lifetimes = new Histogram(lifetimeBounds);

  /** A request came from who showed a certificate that holds so much longer. */
  observeCertificate(secondsLeft: number): void {
    this.#lifetimes.observe(secondsLeft);
  }

  observe({ code, ...kind }: RequestLabels, seconds: number): void {
    const counted = formatLabels({ ...kind, code });
    const count = this.#counts.get(counted) ?? 0;
    if (count === 0 && this.#counts.size >= seriesMax) return;
    this.#counts.set(counted, count + 1);
    const timed = formatLabels(kind);
    const durations = this.#durations.get(timed) ?? new Histogram(durationBounds);
    this.#durations.set(timed, durations);
    durations.observe(seconds);
  }

  format(): string {
    const lines = [
      "# HELP apiserver_request_total Requests by what they asked for and how they were answered.",
      "# TYPE apiserver_request_total counter",
    ];
    for (const [labels, count] of this.#counts) {
      lines.push(`apiserver_request_total{${labels}} ${count}`);
    }
    // Nothing of the time is others': the two are one, and rules ask for the second.
    for (const kind of ["duration", "sli_duration"]) {
      const name = `apiserver_request_${kind}_seconds`;
      lines.push(`# HELP ${name} Time until the answer began.`, `# TYPE ${name} histogram`);
      for (const [labels, series] of this.#durations) lines.push(...series.lines(name, labels));
    }
    const lifetime = "apiserver_client_certificate_expiration_seconds";
    lines.push(
      `# HELP ${lifetime} How long the certificates still hold by which requests were authenticated.`,
      `# TYPE ${lifetime} histogram`,
      ...this.#lifetimes.lines(lifetime, ""),
    );
    return `${lines.join("\n")}\n`;
  }
}

export function addMetrics(table: EndpointTable, metrics: RequestMetrics): void {
  const contentType = "text/plain; version=0.0.4; charset=utf-8";
  table.add("/metrics", () =>
    bytesResponse(200, contentType, new TextEncoder().encode(metrics.format())),
  );
}

function formatLabels(labels: Omit<RequestLabels, "code"> & { readonly code?: number }): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, "_")}"`)
    .join(",");
}
