import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceOf, sliceOf } from "../testing.ts";
import { formatHealthAnswer, healthAnswerOf, healthPortOf } from "./health-answer.ts";
import { servicePortsOf } from "./service-port.ts";

const spec = {
  type: "LoadBalancer",
  externalTrafficPolicy: "Local",
  healthCheckNodePort: 32_000,
};

test("a node is healthy for a service when it has a ready endpoint", () => {
  const answer = (endpoints: string) => {
    const service = serviceOf("web", "10.43.0.7", spec);
    return healthAnswerOf(service, servicePortsOf(service, [sliceOf("web", endpoints)], "a"));
  };
  assert.equal(answer("10.42.0.5@a 10.42.0.6@a 10.42.1.7@b").localEndpoints, 2);
  assert.equal(answer("10.42.0.5@a- 10.42.1.7@b").status, 503);
  assert.equal(
    formatHealthAnswer(answer("10.42.0.5@a")),
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Content-Type-Options: nosniff\r\n" +
      "X-Load-Balancing-Endpoint-Weight: 1\r\nContent-Length: 94\r\nConnection: close\r\n\r\n" +
      '{"service":{"namespace":"default","name":"web"},"localEndpoints":1,"serviceProxyHealthy":true}',
  );
});

test("only a load balancer with local traffic has a health port", () => {
  assert.equal(healthPortOf(serviceOf("web", "10.43.0.7", spec)), 32_000);
  assert.equal(
    healthPortOf(serviceOf("web", "10.43.0.7", { ...spec, type: "NodePort" })),
    undefined,
  );
  const cluster = { ...spec, externalTrafficPolicy: "Cluster" };
  assert.equal(healthPortOf(serviceOf("web", "10.43.0.7", cluster)), undefined);
});
