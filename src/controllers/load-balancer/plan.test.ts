import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Node, Service } from "#api/core/v1";
import { ago } from "../testing.ts";
import { hasAddresses, planBalancer } from "./plan.ts";

// Nodes are their names and marks: "+" ready, "-" not ready, "!" ready but excluded. Services are
// their names and ports, oldest first; what the last of them gets is shown.
const rows: readonly (readonly [why: string, nodes: string, services: string, shown: string])[] = [
  ["every ready node answers", "a+ b+", "web:80", "10.44.0.1 10.44.0.2"],
  ["not those that are not ready", "a+ b-", "web:80", "10.44.0.1"],
  ["nor those that are taken out", "a! b+", "web:80", "10.44.0.2"],
  ["a port has one service", "a+", "old:80 web:80", "none"],
  ["other ports are free", "a+", "old:80 web:81", "10.44.0.1"],
  ["the agent keeps its port", "a+", "web:10250", "none"],
];

test("a balancer's addresses are those of the nodes", () => {
  for (const [why, nodes, services, shown] of rows) {
    const all = services
      .split(" ")
      .map((text, index, list) => serviceOf(text, list.length - index));
    const last = all.at(-1);
    assert.ok(last !== undefined);
    const plan = planBalancer(last, all, nodes.split(" ").map(nodeOf));
    assert.equal(plan?.map(({ ip }) => ip).join(" ") || "none", shown, why);
  }
});

test("other classes are left to others, and other types lose their addresses", () => {
  const nodes = [nodeOf("a+", 0)];
  const foreign = serviceOf("web:80", 1, { loadBalancerClass: "example.org/lb" });
  assert.equal(planBalancer(foreign, [foreign], nodes), undefined);
  const former = serviceOf("web:80", 1, { type: "ClusterIP" });
  assert.deepEqual(planBalancer(former, [former], nodes), []);
  assert.equal(hasAddresses(former, []), true);
});

function serviceOf(
  text: string,
  ageSeconds: number,
  spec: Live<Service>["spec"] = {},
): Live<Service> {
  const [name = "", port] = text.split(":");
  return {
    metadata: metadataOf(name, ageSeconds),
    spec: { type: "LoadBalancer", ports: [{ port: Number(port), protocol: "TCP" }], ...spec },
    status: {},
  };
}

function nodeOf(text: string, index: number): Live<Node> {
  const mark = text.slice(-1);
  const labels =
    mark === "!" ? { "node.kubernetes.io/exclude-from-external-load-balancers": "" } : {};
  return {
    metadata: { ...metadataOf(text.slice(0, -1), 60), labels },
    spec: {},
    status: {
      addresses: [{ type: "InternalIP", address: `10.44.0.${index + 1}` }],
      conditions: [{ type: "Ready", status: mark === "-" ? "False" : "True" }],
    },
  };
}

function metadataOf(name: string, ageSeconds: number) {
  return { name, uid: `uid-${name}`, resourceVersion: "1", creationTimestamp: ago(ageSeconds) };
}
