/**
 * What a load balancer reads on a service's `healthCheckNodePort` to find the nodes that have an
 * endpoint: kube-proxy's answer (pkg/proxy/healthcheck).
 */

import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { ServicePort } from "./service-port.ts";

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly localEndpoints: number;
  readonly body: string;
}

/** The port that a service's health is asked on; undefined when it has none. */
export function healthPortOf(service: Live<Service>): number | undefined {
  const { type, externalTrafficPolicy, healthCheckNodePort = 0 } = service.spec;
  const wanted = type === "LoadBalancer" && externalTrafficPolicy === "Local";
  return wanted && healthCheckNodePort !== 0 ? healthCheckNodePort : undefined;
}

/** Counts the ready endpoints of this node; one that serves several ports counts once. */
export function healthAnswerOf(
  service: Live<Service>,
  ports: readonly ServicePort[],
): HealthAnswer {
  const ready = ports.flatMap((port) =>
    port.endpoints.filter((endpoint) => endpoint.local && endpoint.ready),
  );
  const localEndpoints = new Set(ready.map((endpoint) => endpoint.address)).size;
  const { namespace = "", name } = service.metadata;
  const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: true };
  return {
    status: localEndpoints > 0 ? 200 : 503,
    localEndpoints,
    body: JSON.stringify(body),
  };
}

/** The whole response, for a connection that ends with it. */
export function formatHealthAnswer(answer: HealthAnswer): string {
  const reason = answer.status === 200 ? "OK" : "Service Unavailable";
  const headers = [
    `HTTP/1.1 ${answer.status} ${reason}`,
    "Content-Type: application/json",
    "X-Content-Type-Options: nosniff",
    `X-Load-Balancing-Endpoint-Weight: ${answer.localEndpoints}`,
    `Content-Length: ${answer.body.length}`,
    "Connection: close",
  ];
  return `${headers.join("\r\n")}\r\n\r\n${answer.body}`;
}
