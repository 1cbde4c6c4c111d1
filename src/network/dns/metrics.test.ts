import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordingMeters } from "#base/testing";
import { DnsMetrics } from "./metrics.ts";

/** A query for `web` of a type. */
function queryOf(type: number): Uint8Array {
  const header = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  return Uint8Array.of(...header, 3, 0x77, 0x65, 0x62, 0, type >> 8, type & 0xff, 0, 1);
}

test("queries and answers are told under CoreDNS' names", () => {
  const meters = new RecordingMeters();
  const metrics = new DnsMetrics(meters);
  const response = new Uint8Array(60);
  const exchange = { client: "10.42.0.5", query: queryOf(1), response, durationMs: 2 };
  metrics.answered({ ...exchange, transport: "udp" });
  metrics.answered({ ...exchange, transport: "udp", query: queryOf(28) });
  const denied = Uint8Array.of(0, 1, 0x81, 0x83);
  metrics.answered({
    ...exchange,
    transport: "tcp",
    client: "fd00::5",
    query: queryOf(999),
    response: denied,
  });
  metrics.lookedUp("hit");
  metrics.lookedUp("denial");
  metrics.lookedUp("miss");
  metrics.forwarded("192.0.2.1:53", 3, 7);
  metrics.forwarded("192.0.2.1:53", undefined, 9);
  const place = 'server="dns://:53",zone=".",view=""';
  assert.deepEqual(meters.lines(), [
    `coredns_dns_requests_total{${place},proto="udp",family="1",type="A"} 1`,
    `coredns_dns_requests_total{${place},proto="udp",family="1",type="AAAA"} 1`,
    `coredns_dns_requests_total{${place},proto="tcp",family="2",type="other"} 1`,
    `coredns_dns_responses_total{${place},rcode="NOERROR",plugin=""} 2`,
    `coredns_dns_responses_total{${place},rcode="NXDOMAIN",plugin=""} 1`,
    `coredns_dns_request_duration_seconds{${place}} 0.002 0.002 0.002`,
    `coredns_dns_request_size_bytes{${place},proto="udp"} 21 21`,
    `coredns_dns_request_size_bytes{${place},proto="tcp"} 21`,
    `coredns_dns_response_size_bytes{${place},proto="udp"} 60 60`,
    `coredns_dns_response_size_bytes{${place},proto="tcp"} 4`,
    'coredns_cache_hits_total{server="dns://:53",type="success",zones=".",view=""} 1',
    'coredns_cache_hits_total{server="dns://:53",type="denial",zones=".",view=""} 1',
    'coredns_cache_misses_total{server="dns://:53",zones=".",view=""} 1',
    'coredns_cache_requests_total{server="dns://:53",zones=".",view=""} 3',
    'coredns_proxy_request_duration_seconds{proxy_name="forward",to="192.0.2.1:53",rcode="NXDOMAIN"} 0.007',
    'coredns_proxy_request_duration_seconds{proxy_name="forward",to="192.0.2.1:53",rcode="SERVFAIL"} 0.009',
  ]);
});
