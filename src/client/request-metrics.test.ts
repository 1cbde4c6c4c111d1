import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpTransport } from "#base";
import { RecordingMeters, VirtualClock } from "#base/testing";
import { ClientRequestMetrics } from "./request-metrics.ts";

test("requests are counted by method and answer, and measured unless they watch", async () => {
  const clock = new VirtualClock();
  const meters = new RecordingMeters();
  const transport: HttpTransport = {
    send: async ({ target }) => {
      if (target === "/broken") throw new Error("connection refused");
      clock.schedule(500, () => {});
      await clock.advance(500);
      const status = target === "/none" ? 404 : 200;
      return { status, headers: {}, body: new Uint8Array(300) };
    },
    upgrade: () => Promise.reject(new Error("not asked for")),
  };
  const observed = new ClientRequestMetrics(meters, clock).observe(transport, "host:1");
  const { signal } = new AbortController();
  const ask = async (method: string, target: string, body?: Uint8Array) => {
    await observed.send({ method, target, headers: {}, body }, signal).catch(() => {});
  };
  await ask("GET", "/pods");
  await ask("GET", "/pods?watch=true");
  await ask("GET", "/none");
  await ask("POST", "/pods", new Uint8Array(70));
  await ask("GET", "/broken");
  assert.deepEqual(
    meters.lines().map((line) => line.replace(/,?host="host:1"/, "")),
    [
      'rest_client_requests_total{code="200",method="GET"} 2',
      'rest_client_requests_total{code="404",method="GET"} 1',
      'rest_client_requests_total{code="200",method="POST"} 1',
      'rest_client_requests_total{code="<error>",method="GET"} 1',
      'rest_client_request_duration_seconds{verb="GET"} 0.5 0.5 0',
      'rest_client_request_duration_seconds{verb="POST"} 0.5',
      'rest_client_request_size_bytes{verb="GET"} 0 0 0',
      'rest_client_request_size_bytes{verb="POST"} 70',
      'rest_client_response_size_bytes{verb="GET"} 300 300 300',
      'rest_client_response_size_bytes{verb="POST"} 300',
    ],
  );
});

test("a request that its client gave up is no error", async () => {
  const meters = new RecordingMeters();
  const left = new AbortController();
  const transport: HttpTransport = {
    send: () => {
      left.abort();
      return Promise.reject(left.signal.reason);
    },
    upgrade: () => Promise.reject(new Error("not asked for")),
  };
  const metrics = new ClientRequestMetrics(meters, new VirtualClock());
  const request = { method: "GET", target: "/pods", headers: {}, body: undefined };
  await assert.rejects(metrics.observe(transport, "host:1").send(request, left.signal));
  assert.deepEqual(meters.lines("rest_client_requests"), []);
});
