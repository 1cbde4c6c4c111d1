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

test("a change of endpoints is a change of elements, and shared chains stay", () => {
  const table = new RuleTable(node);
  set(table, "web", "10.43.0.7", "10.42.0.5");
  const [preparation = ""] = table.transactions();
  assert.match(
    preparation,
    /^add chain ip wherry-services pick-1\nadd rule ip wherry-services pick-1 /,
  );
  assert.deepEqual(
    take(table).filter((line) => !line.startsWith("add rule")),
    [
      "add chain pick-1",
      "add element services { tcp . 10.43.0.7 . 80 : goto pick-1 }",
      "add element endpoints { 0 . tcp . 10.43.0.7 . 80 : 10.42.0.5 . 8080 }",
      "add element cluster-ips { 10.43.0.7 }",
    ],
  );
  set(table, "web", "10.43.0.7", "10.42.0.6");
  assert.deepEqual(take(table), [
    "delete element endpoints { 0 . tcp . 10.43.0.7 . 80 }",
    "add element endpoints { 0 . tcp . 10.43.0.7 . 80 : 10.42.0.6 . 8080 }",
  ]);
  set(table, "web", "10.43.0.7", "");
  assert.deepEqual(take(table), [
    "delete element services { tcp . 10.43.0.7 . 80 }",
    "delete element endpoints { 0 . tcp . 10.43.0.7 . 80 }",
    "add element refused { tcp . 10.43.0.7 . 80 : goto refuse }",
  ]);
  set(table, "web", "10.43.0.7", "10.42.0.6");
  assert.equal(
    take(table).some((line) => line.includes("chain")),
    false,
    "pick-1 is there still",
  );
  table.replace("default/web", undefined);
  assert.deepEqual(take(table), [
    "delete element services { tcp . 10.43.0.7 . 80 }",
    "delete element endpoints { 0 . tcp . 10.43.0.7 . 80 }",
    "delete element cluster-ips { 10.43.0.7 }",
  ]);
});

test("new chains are there before packets are led to them, lost ones go after", () => {
  const table = new RuleTable(node);
  const sticky = { sessionAffinity: "ClientIP" };
  const replace = (endpoints: string) => {
    const ports = servicePortsOf(
      serviceOf("web", "10.43.0.7", sticky),
      [sliceOf("web", endpoints)],
      "a",
    );
    table.replace("default/web", planService(ports, node));
    const kinds = table
      .transactions()
      .map((text) =>
        [...new Set(text.split("\n").map((line) => line.split(" ip ")[0]?.trim()))].filter(
          (kind) => kind !== "",
        ),
      );
    table.settle();
    return kinds.map((each) => each.join(", "));
  };
  assert.deepEqual(replace("10.42.0.5"), ["add set, add chain, add rule", "add element"]);
  assert.deepEqual(replace("10.42.0.6"), [
    "add set, add chain, add rule",
    "flush chain, add rule, delete chain, delete set",
  ]);
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
  assert.equal(table.transactions().length, 1);
  set(table, "web", "10.43.0.7", "10.42.0.5");
  assert.deepEqual(table.transactions(), []);
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
  const text = table.transactions().join("");
  table.settle();
  return text
    .replaceAll("ip wherry-services ", "")
    .split("\n")
    .filter((line) => line !== "");
}
