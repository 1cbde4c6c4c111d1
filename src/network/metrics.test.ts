import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkMetrics } from "./metrics.ts";

test("what was observed is exposed under upstream's names", () => {
  const metrics = new NetworkMetrics();
  metrics.synced("full", 3);
  metrics.failed();
  metrics.asked("udp");
  metrics.asked("udp");
  metrics.answered(0);
  metrics.answered(3);
  metrics.lookedUp("hit");
  const lines = metrics.format().split("\n");
  const samples = lines.filter((line) => !line.startsWith("#") && !/bucket|partial/.test(line));
  assert.deepEqual(samples, [
    "kubeproxy_sync_full_proxy_rules_duration_seconds_sum 0.003",
    "kubeproxy_sync_full_proxy_rules_duration_seconds_count 1",
    "kubeproxy_sync_proxy_rules_nftables_sync_failures_total 1",
    'coredns_dns_requests_total{proto="udp"} 2',
    'coredns_dns_responses_total{rcode="NOERROR"} 1',
    'coredns_dns_responses_total{rcode="NXDOMAIN"} 1',
    "coredns_cache_hits_total 1",
    "coredns_cache_misses_total 0",
    "",
  ]);
  const buckets = lines.filter((line) => /full.*bucket/.test(line)).slice(0, 3);
  assert.deepEqual(
    buckets.map((line) => line.replace(/.*bucket/, "")),
    ['{le="0.001"} 0', '{le="0.002"} 0', '{le="0.004"} 1'],
  );
});
