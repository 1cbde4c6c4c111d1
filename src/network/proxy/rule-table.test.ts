import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceOf, sliceOf } from "../testing.ts";
import { RuleTable } from "./rule-table.ts";
import { servicePortsOf } from "./service-port.ts";
import { planService, type ProxyNode } from "./service-rules.ts";

const node: ProxyNode = {
  nodeName: "a",
  zone: undefined,
  nodeAddresses: ["10.44.0.2"],
  ownAddresses: [],
  podRange: "10.42.0.0/16",
  serviceRange: "10.43.0.0/16",
};

test("a change of endpoints is a change of elements, and chains come and go as needed", () => {
  const table = new RuleTable(node);
  set(table, "web", "10.43.0.7", "10.42.0.5");
  const rule =
    "meta l4proto { tcp, udp, sctp } dnat ip to meta mark . meta l4proto . ip daddr . th dport map @endpoints";
  assert.deepEqual(take(table), [
    "add chain pick-1",
    "add rule pick-1 meta mark set numgen random mod 1",
    `add rule pick-1 ${rule}`,
    "add element services { tcp . 10.43.0.7 . 80 : goto pick-1 }",
    "add element endpoints { 0 . tcp . 10.43.0.7 . 80 : 10.42.0.5 . 8080 }",
    "add element cluster-ips { 10.43.0.7 }",
  ]);
  set(table, "web", "10.43.0.7", "10.42.0.6");
  assert.deepEqual(take(table), [
    "delete element endpoints { 0 . tcp . 10.43.0.7 . 80 }",
    "add element endpoints { 0 . tcp . 10.43.0.7 . 80 : 10.42.0.6 . 8080 }",
  ]);
  set(table, "web", "10.43.0.7", "");
  assert.deepEqual(take(table), [
    "flush chain pick-1",
    "delete element services { tcp . 10.43.0.7 . 80 }",
    "delete element endpoints { 0 . tcp . 10.43.0.7 . 80 }",
    "add element refused { tcp . 10.43.0.7 . 80 : goto refuse }",
    "delete chain pick-1",
  ]);
  table.replace("default/web", undefined);
  assert.deepEqual(take(table), [
    "delete element refused { tcp . 10.43.0.7 . 80 }",
    "delete element cluster-ips { 10.43.0.7 }",
  ]);
});

test("what several services use stays until the last of them goes", () => {
  const table = new RuleTable(node);
  set(table, "web", "10.43.0.7", "10.42.0.5");
  set(table, "api", "10.43.0.8", "10.42.0.5");
  take(table);
  table.replace("default/web", undefined);
  assert.equal(
    take(table).some((line) => line.includes("pick-1")),
    false,
  );
  table.replace("default/api", undefined);
  assert.equal(take(table).includes("delete chain pick-1"), true);
});

test("the first to claim an address has it, and the second follows", () => {
  const table = new RuleTable(node);
  set(table, "web", "10.43.0.7", "10.42.0.5");
  set(table, "thief", "10.43.0.7", "10.42.0.6");
  assert.match(take(table).join("\n"), /: 10\.42\.0\.5 \. 8080/);
  table.replace("default/web", undefined);
  assert.deepEqual(take(table), [
    "delete element endpoints { 0 . tcp . 10.43.0.7 . 80 }",
    "add element endpoints { 0 . tcp . 10.43.0.7 . 80 : 10.42.0.6 . 8080 }",
  ]);
});

test("what was not applied is in the next transaction still, and changes back cancel out", () => {
  const table = new RuleTable(node);
  set(table, "web", "10.43.0.7", "10.42.0.5");
  take(table);
  set(table, "web", "10.43.0.7", "10.42.0.6");
  assert.notEqual(table.transaction(), undefined);
  set(table, "web", "10.43.0.7", "10.42.0.5");
  assert.equal(table.transaction(), undefined);
  assert.match(
    table.wholeTable(),
    /^add table ip wherry-services\ndelete table ip wherry-services\n/,
  );
});

function set(table: RuleTable, name: string, clusterIp: string, endpoints: string): void {
  const ports = servicePortsOf(serviceOf(name, clusterIp), [sliceOf(name, endpoints)], "a");
  table.replace(`default/${name}`, planService(ports, node));
}

function take(table: RuleTable): readonly string[] {
  const text = table.transaction() ?? "";
  table.settle();
  return text
    .replaceAll("ip wherry-services ", "")
    .split("\n")
    .filter((line) => line !== "");
}
