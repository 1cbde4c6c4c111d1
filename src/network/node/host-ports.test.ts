import assert from "node:assert/strict";
import { test } from "node:test";
import { hostPortsTable, nodePortsOf } from "./host-ports.ts";

test("every node port is there once, whatever its protocol", () => {
  const serviceOf = (ports: readonly { nodePort?: number; protocol?: string }[]) => ({
    metadata: { namespace: "default", name: "web" },
    spec: { ports },
  });
  const services = [
    serviceOf([{ nodePort: 30_080 }, { nodePort: 30_053, protocol: "UDP" }]),
    serviceOf([{ protocol: "TCP" }, { nodePort: 30_080, protocol: "TCP" }]),
    { metadata: { namespace: "default", name: "outside" }, spec: {} },
  ];
  assert.deepEqual(nodePortsOf(services), ["tcp . 30080", "udp . 30053"]);
});

test("only ports that exist are taken from the machine", () => {
  const place = { cluster: "one", bridge: "wherry0", nodeAddress: "10.44.0.2" };
  const table = hostPortsTable(place, ["tcp . 30080"]);
  assert.match(
    table,
    /^add table ip wherry-one\.nodeports\ndelete table ip wherry-one\.nodeports\n/,
  );
  assert.match(table, /elements = \{ tcp \. 30080 \};/);
  assert.doesNotMatch(hostPortsTable(place, []), /elements/);
});
