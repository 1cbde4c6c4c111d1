import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordingMeters, VirtualClock } from "#base/testing";
import { ProxyMetrics } from "./metrics.ts";

test("writing of service rules is told under kube-proxy's names", async () => {
  const clock = new VirtualClock(5_000);
  const meters = new RecordingMeters();
  const metrics = new ProxyMetrics(meters, clock);
  metrics.queued();
  await clock.advance(1_000);
  metrics.synced("full", 3);
  metrics.synced("partial", 1);
  metrics.failed();
  assert.deepEqual(meters.lines(), [
    "kubeproxy_sync_proxy_rules_duration_seconds 0.003 0.001",
    "kubeproxy_sync_full_proxy_rules_duration_seconds 0.003",
    "kubeproxy_sync_partial_proxy_rules_duration_seconds 0.001",
    "kubeproxy_sync_proxy_rules_nftables_sync_failures_total 1",
    "kubeproxy_sync_proxy_rules_last_timestamp_seconds 6",
    "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds 5",
  ]);
});
