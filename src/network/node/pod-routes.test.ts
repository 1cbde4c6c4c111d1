import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePodRoutes, planPodRoutes, podRoutesOf } from "./pod-routes.ts";

const parse = (text: string) =>
  text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [podCidr = "", via = ""] = word.split(">");
      return { podCidr, via };
    });

test("routes are added, moved and removed, and left alone when they are right", () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "10.42.1.0/24>10.44.0.3",
      "",
      ["route replace 10.42.1.0/24 via 10.44.0.3 proto 143 table main"],
    ],
    ["10.42.1.0/24>10.44.0.3", "10.42.1.0/24>10.44.0.3", []],
    [
      "10.42.1.0/24>10.44.0.4",
      "10.42.1.0/24>10.44.0.3",
      ["route replace 10.42.1.0/24 via 10.44.0.4 proto 143 table main"],
    ],
    ["", "10.42.1.0/24>10.44.0.3", ["route del 10.42.1.0/24 proto 143 table main"]],
  ];
  for (const [desired, current, expected] of rows) {
    assert.deepEqual(planPodRoutes(parse(desired), parse(current), "main"), expected);
  }
});

test("a node's own pods, and nodes without addresses, need no route", () => {
  const nodeOf = (name: string, podCIDR?: string, address?: string) => ({
    metadata: { name },
    spec: { podCIDR },
    status: { addresses: address === undefined ? [] : [{ type: "InternalIP", address }] },
  });
  const nodes = [
    nodeOf("c", "10.42.2.0/24", "10.44.0.4"),
    nodeOf("a", "10.42.0.0/24", "10.44.0.2"),
    nodeOf("b", "10.42.1.0/24", "10.44.0.3"),
    nodeOf("fresh", undefined, "10.44.0.5"),
    nodeOf("odd", "10.42.3.0/24; reboot", "10.44.0.6"),
    nodeOf("lost", "10.42.4.0/24"),
  ];
  assert.deepEqual(podRoutesOf(nodes, "a"), parse("10.42.1.0/24>10.44.0.3 10.42.2.0/24>10.44.0.4"));
  assert.equal(podRoutesOf(nodes, undefined).length, 3);
});

test("the kernel's list is read back", () => {
  const json = '[{"dst":"10.42.1.0/24","gateway":"10.44.0.3","dev":"eth0","flags":[]}]';
  assert.deepEqual(parsePodRoutes(json), parse("10.42.1.0/24>10.44.0.3"));
  assert.deepEqual(parsePodRoutes(""), []);
});
