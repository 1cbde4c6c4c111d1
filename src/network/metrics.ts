/**
 * What a node's network tells about itself, in Prometheus' text format. Names are kube-proxy's and
 * CoreDNS', so that dashboards for either find what they look for.
 */

import type { DnsObserver } from "./dns/observer.ts";
import type { ProxyObserver } from "./proxy/run.ts";

/** Upper bounds in seconds, as kube-proxy has them. */
const syncBuckets: readonly number[] = Array.from({ length: 15 }, (_, power) => 0.001 * 2 ** power);

export class NetworkMetrics implements ProxyObserver, DnsObserver {
  readonly #syncs = { full: new Histogram(syncBuckets), partial: new Histogram(syncBuckets) };
  readonly #requests = new Map<string, number>();
  readonly #responses = new Map<string, number>();
  readonly #lookups = { hit: 0, miss: 0 };
  #syncFailures = 0;

  synced(kind: "full" | "partial", durationMs: number): void {
    this.#syncs[kind].observe(durationMs / 1_000);
  }

  failed(): void {
    this.#syncFailures++;
  }

  asked(transport: "udp" | "tcp"): void {
    countUp(this.#requests, transport);
  }

  answered(responseCode: number): void {
    countUp(this.#responses, responseCodeNames.get(responseCode) ?? String(responseCode));
  }

  lookedUp(result: "hit" | "miss"): void {
    this.#lookups[result]++;
  }

  /** The exposition of all of them, for the agent's `/metrics`. */
  format(): string {
    return [
      ...this.#syncs.full.format(
        "kubeproxy_sync_full_proxy_rules_duration_seconds",
        "Time to write all service rules.",
      ),
      ...this.#syncs.partial.format(
        "kubeproxy_sync_partial_proxy_rules_duration_seconds",
        "Time to write the service rules that changed.",
      ),
      ...counter(
        "kubeproxy_sync_proxy_rules_nftables_sync_failures_total",
        "Transactions that nftables refused.",
        [["", this.#syncFailures]],
      ),
      ...counter(
        "coredns_dns_requests_total",
        "DNS queries received.",
        Array.from(this.#requests, ([proto, count]) => [`{proto="${proto}"}`, count]),
      ),
      ...counter(
        "coredns_dns_responses_total",
        "DNS responses sent.",
        Array.from(this.#responses, ([rcode, count]) => [`{rcode="${rcode}"}`, count]),
      ),
      ...counter("coredns_cache_hits_total", "Upstream answers found in the cache.", [
        ["", this.#lookups.hit],
      ]),
      ...counter("coredns_cache_misses_total", "Upstream answers that had to be asked for.", [
        ["", this.#lookups.miss],
      ]),
      "",
    ].join("\n");
  }
}

const responseCodeNames: ReadonlyMap<number, string> = new Map([
  [0, "NOERROR"],
  [1, "FORMERR"],
  [2, "SERVFAIL"],
  [3, "NXDOMAIN"],
  [4, "NOTIMP"],
  [5, "REFUSED"],
]);

class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count++;
    for (const [index, bound] of this.#bounds.entries()) {
      if (value <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    }
  }

  format(name: string, help: string): readonly string[] {
    const buckets = this.#bounds.map(
      (bound, index) => `${name}_bucket{le="${bound}"} ${this.#counts[index]}`,
    );
    return [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} histogram`,
      ...buckets,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ];
  }
}

function counter(
  name: string,
  help: string,
  samples: readonly (readonly [labels: string, value: number])[],
): readonly string[] {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...lines];
}

function countUp(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
