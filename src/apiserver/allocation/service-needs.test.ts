import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service } from "#api/core/v1";
import { serviceNeeds } from "./service-needs.ts";

// A Service is "Type address port/nodePort,…", with "-" for no address and 0 for no node port.
// What it needs: "+ip" an address, "+ports" node ports where there are none, "+health" a health port.
const cases: readonly (readonly [before: string, wanted: string, want: string])[] = [
  ["", "ClusterIP - 80/0", "ClusterIP - 80/0 +ip"],
  ["", "ClusterIP 10.43.0.9 80/0", "ClusterIP 10.43.0.9 80/0"],
  ["", "ClusterIP None 80/0", "ClusterIP None 80/0"],
  ["", "NodePort - 80/0", "NodePort - 80/0 +ip +ports"],
  ["", "LoadBalancer - 80/30000", "LoadBalancer - 80/30000 +ip +ports"],
  ["", "ExternalName - 80/0", "ExternalName - 80/0"],
  ["ClusterIP 10.43.0.9 80/0", "ClusterIP - 80/0", "ClusterIP 10.43.0.9 80/0"],
  ["ClusterIP 10.43.0.9 80/0", "NodePort - 80/0", "NodePort 10.43.0.9 80/0 +ports"],
  [
    "NodePort 10.43.0.9 80/30001",
    "NodePort - 80/0,81/0",
    "NodePort 10.43.0.9 80/30001,81/0 +ports",
  ],
  ["NodePort 10.43.0.9 80/30001", "ClusterIP - 80/30001", "ClusterIP 10.43.0.9 80/0"],
  ["NodePort 10.43.0.9 80/30001", "ClusterIP - 80/30002", "ClusterIP 10.43.0.9 80/30002"],
  ["ClusterIP 10.43.0.9 80/0", "ExternalName - 80/0", "ExternalName - 80/0"],
  ["ExternalName - 80/0", "ClusterIP - 80/0", "ClusterIP - 80/0 +ip"],
  ["", "LoadBalancer/Local - 80/0", "LoadBalancer/Local - 80/0 +ip +ports +health"],
];

for (const [before, wanted, want] of cases) {
  test(`${before === "" ? "a new Service" : before} as ${wanted} becomes ${want}`, () => {
    const needs = serviceNeeds(parse(wanted), before === "" ? undefined : parse(before));
    const marks = [
      show(needs.service),
      needs.address === "wanted" ? "+ip" : "",
      needs.nodePorts === "wanted" ? "+ports" : "",
      needs.healthPort === "wanted" ? "+health" : "",
    ];
    assert.equal(marks.filter((mark) => mark !== "").join(" "), want);
  });
}

function parse(text: string): Service {
  const [kind = "", address = "", ports = ""] = text.split(" ");
  const [type = "", policy] = kind.split("/");
  return {
    spec: {
      type,
      ...(policy === undefined ? {} : { externalTrafficPolicy: policy }),
      ...(address === "-" ? {} : { clusterIP: address }),
      ports: ports.split(",").map((port) => {
        const [number = 0, nodePort = 0] = port.split("/").map(Number);
        return nodePort === 0 ? { port: number } : { port: number, nodePort };
      }),
    },
  };
}

function show({ spec = {} }: Service): string {
  const { type = "", externalTrafficPolicy: policy, clusterIP = "-", ports = [] } = spec;
  const shown = ports.map(({ port, nodePort = 0 }) => `${port}/${nodePort}`).join(",");
  return `${type}${policy === undefined ? "" : `/${policy}`} ${clusterIP} ${shown}`;
}
