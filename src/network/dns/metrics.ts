/** What the DNS server tells about itself, under CoreDNS' names, so that its dashboards fit. */
import {
  type Counter,
  exponentialBuckets,
  type HistogramMetric,
  type Meters,
  type MetricVector,
} from "#base";
import type { DnsExchange, DnsObserver } from "./observer.ts";
import { findQueryType } from "./query.ts";

/** As CoreDNS calls a server of all names on the usual port. */
const server = "dns://:53";
const zone = ".";
const view = "";
const place = ["server", "zone", "view"];
const cachePlace = ["server", "zones", "view"];

const timeBuckets = exponentialBuckets(0.00025, 2, 16);
const sizeBuckets = [
  0, 100, 200, 300, 400, 511, 1_023, 2_047, 4_095, 8_291, 16e3, 32e3, 48e3, 64e3,
];

/** Others are told as `other`, so that no client can make series. */
const typeNames: ReadonlyMap<number, string> = new Map([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [33, "SRV"],
  [43, "DS"],
  [46, "RRSIG"],
  [47, "NSEC"],
  [48, "DNSKEY"],
  [50, "NSEC3"],
  [65, "HTTPS"],
  [251, "IXFR"],
  [252, "AXFR"],
  [255, "ANY"],
]);

const responseCodeNames = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

export class DnsMetrics implements DnsObserver {
  readonly #requests: MetricVector<Counter>;
  readonly #responses: MetricVector<Counter>;
  readonly #durations: HistogramMetric;
  readonly #sizes: Readonly<Record<"request" | "response", MetricVector<HistogramMetric>>>;
  readonly #lookups: Counter;
  readonly #results: Readonly<Record<"hit" | "denial" | "miss", Counter>>;
  readonly #forwards: MetricVector<HistogramMetric>;

  constructor(meters: Meters) {
    this.#requests = meters.counter({
      name: "coredns_dns_requests_total",
      help: "Counter of DNS requests made per zone, protocol and family.",
      labelNames: [...place, "proto", "family", "type"],
    });
    this.#responses = meters.counter({
      name: "coredns_dns_responses_total",
      help: "Counter of response status codes.",
      labelNames: [...place, "rcode", "plugin"],
    });
    this.#durations = meters
      .histogram({
        name: "coredns_dns_request_duration_seconds",
        help: "Histogram of the time (in seconds) each request took per zone.",
        labelNames: place,
        buckets: timeBuckets,
      })
      .with(server, zone, view);
    const sizes = (what: string, help: string) =>
      meters.histogram({
        name: `coredns_dns_${what}_size_bytes`,
        help,
        labelNames: [...place, "proto"],
        buckets: sizeBuckets,
      });
    this.#sizes = {
      request: sizes("request", "Size of the request in bytes."),
      response: sizes("response", "Size of the returned response in bytes."),
    };
    const cached = (name: string, help: string, labelNames: readonly string[]) =>
      meters.counter({ name: `coredns_cache_${name}_total`, help, labelNames });
    const hitLabels = ["server", "type", "zones", "view"];
    const hits = cached("hits", "The count of cache hits.", hitLabels);
    const misses = cached(
      "misses",
      "The count of cache misses. Deprecated, derive misses from cache hits/requests counters.",
      cachePlace,
    );
    this.#lookups = cached("requests", "The count of cache requests.", cachePlace).with(
      server,
      zone,
      view,
    );
    this.#results = {
      hit: hits.with(server, "success", zone, view),
      denial: hits.with(server, "denial", zone, view),
      miss: misses.with(server, zone, view),
    };
    this.#forwards = meters.histogram({
      name: "coredns_proxy_request_duration_seconds",
      help: "Histogram of the time each request took.",
      labelNames: ["proxy_name", "to", "rcode"],
      buckets: timeBuckets,
    });
  }

  answered({ transport, client, query, response, durationMs }: DnsExchange): void {
    const family = client.includes(":") ? "2" : "1";
    const type = typeNames.get(findQueryType(query) ?? 0) ?? "other";
    this.#requests.with(server, zone, view, transport, family, type).add();
    this.#responses.with(server, zone, view, codeName((response[3] ?? 0) & 0x0f), "").add();
    this.#durations.observe(durationMs / 1_000);
    this.#sizes.request.with(server, zone, view, transport).observe(query.length);
    this.#sizes.response.with(server, zone, view, transport).observe(response.length);
  }

  lookedUp(result: "hit" | "denial" | "miss"): void {
    this.#lookups.add();
    this.#results[result].add();
  }

  forwarded(to: string, responseCode: number | undefined, durationMs: number): void {
    const rcode = responseCode === undefined ? "SERVFAIL" : codeName(responseCode);
    this.#forwards.with("forward", to, rcode).observe(durationMs / 1_000);
  }
}

function codeName(code: number): string {
  return responseCodeNames[code] ?? String(code);
}
