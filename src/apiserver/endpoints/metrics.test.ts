import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOfRequest, RequestMetrics } from "./metrics.ts";

test("requests are counted by what they ask for, with how long they took", () => {
  const metrics = new RequestMetrics();
  const pods = { group: "", version: "v1", resource: "pods", subresource: "" };
  const kind = { verb: "GET", ...pods, scope: "resource" } as const;
  metrics.observe({ ...kind, code: 200 }, 0.03);
  metrics.observe({ ...kind, code: 404 }, 90);
  const labels = 'verb="GET",group="",version="v1",resource="pods",subresource="",scope="resource"';
  const timed = (name: string) => [
    `${name}_bucket{${labels},le="0.05"} 1`,
    `${name}_bucket{${labels},le="60"} 1`,
    `${name}_sum{${labels}} 90.03`,
    `${name}_count{${labels}} 2`,
  ];
  assert.deepEqual(
    linesWith(metrics, "apiserver_request").filter((line) => !/le="(?!0.05|60)/.test(line)),
    [
      `apiserver_request_total{${labels},code="200"} 1`,
      `apiserver_request_total{${labels},code="404"} 1`,
      ...timed("apiserver_request_duration_seconds"),
      ...timed("apiserver_request_sli_duration_seconds"),
    ],
  );
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
  const metrics = new RequestMetrics();
  for (const secondsLeft of [-5, 3_000, 604_000]) metrics.observeCertificate(secondsLeft);
  const name = "apiserver_client_certificate_expiration_seconds";
  assert.deepEqual(
    linesWith(metrics, name).filter((line) => !/le="(?!0"|3600|604800|\+Inf)/.test(line)),
    [
      `${name}_bucket{le="0"} 1`,
      `${name}_bucket{le="3600"} 2`,
      `${name}_bucket{le="604800"} 3`,
      `${name}_bucket{le="+Inf"} 3`,
      `${name}_sum 606995`,
      `${name}_count 3`,
    ],
  );
});

function linesWith(metrics: RequestMetrics, start: string): readonly string[] {
  return metrics
    .format()
    .split("\n")
    .filter((line) => line.startsWith(start));
}
