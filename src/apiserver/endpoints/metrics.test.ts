import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordingMeters } from "#base/testing";
import { kindOfRequest, RequestMetrics } from "./metrics.ts";

test("requests are counted by what they ask for, with how long they took", () => {
  const meters = new RecordingMeters();
  const metrics = new RequestMetrics(meters);
  const pods = { group: "", version: "v1", resource: "pods", subresource: "" };
  const kind = { verb: "GET", ...pods, scope: "resource" } as const;
  metrics.observe({ ...kind, code: 200 }, 0.03);
  metrics.observe({ ...kind, code: 504 }, 90);
  const labels =
    'verb="GET",group="",version="v1",resource="pods",subresource="",scope="resource",component="apiserver"';
  assert.deepEqual(meters.lines(), [
    `apiserver_request_total{${labels},code="200"} 1`,
    `apiserver_request_total{${labels},code="504"} 1`,
    `apiserver_request_duration_seconds{${labels}} 0.03 90`,
    `apiserver_request_sli_duration_seconds{${labels}} 0.03 90`,
    `apiserver_request_terminations_total{${labels},code="504"} 1`,
  ]);
});

test("requests that are being answered are counted by whether they change something", () => {
  const meters = new RecordingMeters();
  const metrics = new RequestMetrics(meters);
  metrics.begin("GET");
  metrics.begin("PATCH");
  metrics.begin("POST")();
  assert.deepEqual(meters.lines(), [
    'apiserver_current_inflight_requests{request_kind="readOnly"} 1',
    'apiserver_current_inflight_requests{request_kind="mutating"} 1',
  ]);
});

test("metrics call requests as upstream's do", () => {
  const cases = [
    ["get", "default", "web", "GET resource"],
    ["list", "default", "", "LIST namespace"],
    ["watch", "", "", "WATCH cluster"],
    ["create", "default", "", "POST resource"],
    ["update", "default", "web", "PUT resource"],
    ["deletecollection", "default", "", "DELETECOLLECTION namespace"],
  ] as const;
  for (const [asked, namespace, name, wanted] of cases) {
    const { verb, scope } = kindOfRequest({ verb: asked, namespace, name });
    assert.equal(`${verb} ${scope}`, wanted);
  }
});

test("the certificates behind requests are told by how long they still hold", () => {
  const meters = new RecordingMeters();
  const metrics = new RequestMetrics(meters);
  for (const secondsLeft of [-5, 3_000, 604_000]) metrics.observeCertificate(secondsLeft);
  assert.deepEqual(meters.lines(), [
    "apiserver_client_certificate_expiration_seconds -5 3000 604000",
  ]);
});
