import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterRanges, findClusterNetwork, nodeNetworkOf } from "./cluster-network.ts";
import type { MachineNetworkFacts } from "./facts.ts";
import { planHost, planNode, planRemoval } from "./plan.ts";
import { commandsOf, type Step } from "./step.ts";
import { parseCidr } from "../address.ts";

const options = { ...clusterRanges, cluster: "one", namespaceDirectory: "/run/one" };

test("a cluster takes the first slot that nothing on the machine uses", () => {
  const rows: readonly (readonly [string, Partial<MachineNetworkFacts>, string])[] = [
    ["nothing there", {}, "wherry0 10.44.0.1"],
    ["our own bridge", { links: new Map([["wherry5", "wherry:one"]]) }, "wherry5 10.44.5.1"],
    ["another's bridge", { links: new Map([["wherry0", "wherry:two"]]) }, "wherry1 10.44.1.1"],
    ["a route to all of 10", { ranges: rangesOf("10.0.0.0/8") }, "wherry64 172.29.0.1"],
    ["an address of it", { ranges: rangesOf("10.44.0.9/32") }, "wherry1 10.44.1.1"],
    ["routes to everything", { ranges: rangesOf("0.0.0.0/1 128.0.0.0/1") }, "none"],
  ];
  for (const [why, facts, expected] of rows) {
    const network = findClusterNetwork(options, factsOf(facts));
    const shown = network === undefined ? "none" : `${network.bridge} ${network.hostAddress}`;
    assert.equal(shown, expected, why);
  }
});

test("the unreachable routes of a node come before its links, forwarding comes last", () => {
  const network = findClusterNetwork(options, factsOf({}));
  assert.ok(network !== undefined);
  const node = nodeNetworkOf(network, "a", 0);
  assert.deepEqual(show(planNode(network, node, factsOf({}), undefined)), [
    "mkdir -p -m 700 /run/one",
    "touch /run/one/a.net",
    "unshare --net=/run/one/a.net true",
    "in a: sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.bridge.bridge-nf-call-iptables=1",
    "in a: ip route replace unreachable 10.42.0.0/16 metric 4278198272",
    "in a: ip route replace unreachable 10.43.0.0/16 metric 4278198272",
    "in a: ip link set lo up",
    "in a: ip link add name services0 type bridge",
    "in a: ip address replace 10.43.0.10/32 dev services0",
    "in a: ip link set services0 up",
    "ip link add name wherry0n0 mtu 1400 type veth peer name eth0 mtu 1400 netns /run/one/a.net",
    "ip link set wherry0n0 master wherry0 up",
    "in a: ip address replace 10.44.0.2/24 dev eth0",
    "in a: ip link set eth0 up",
    "in a: ip route replace 10.43.0.0/16 dev services0 src 10.44.0.2",
    "in a: ip route replace default via 10.44.0.1 src 10.44.0.2",
    "in a: nft table ip wherry-node",
    "in a: sysctl -q -w net.ipv4.ip_forward=1",
  ]);
});

test("the machine's own packets to pods and services go by the cluster's table", () => {
  const network = findClusterNetwork(options, factsOf({}));
  assert.ok(network !== undefined);
  const rules = show(planHost(network, factsOf({}))).filter((line) => line.startsWith("ip rule"));
  assert.deepEqual(rules, [
    "ip rule add from 10.44.0.0/24 lookup 10430 priority 10430",
    "ip rule add iif wherry0 lookup 10430 priority 10430",
    "ip rule add to 10.42.0.0/16 lookup 10430 priority 32700",
    "ip rule add to 10.43.0.0/16 lookup 10430 priority 32700",
  ]);
});

test("what is there already is not made again", () => {
  const network = findClusterNetwork(options, factsOf({}));
  assert.ok(network !== undefined);
  const facts = factsOf({
    links: new Map([["wherry0", "wherry:one"]]),
    rules: [
      { priority: 10_430, table: "10430", selector: "from 10.44.0.0/24" },
      { priority: 10_430, table: "10430", selector: "iif wherry0" },
      { priority: 32_700, table: "10430", selector: "to 10.42.0.0/16" },
      { priority: 32_700, table: "10430", selector: "to 10.43.0.0/16" },
    ],
    forwarding: "on",
  });
  assert.deepEqual(show(planHost(network, facts)), [
    "ip route replace unreachable 10.42.0.0/16 metric 4278198272 table 10430",
    "ip route replace unreachable 10.43.0.0/16 metric 4278198272 table 10430",
    "ip address replace 10.44.0.1/24 dev wherry0",
    "ip link set wherry0 up",
    "nft table ip wherry-one",
  ]);
  const inside = { links: new Set(["lo", "eth0", "services0"]) };
  const again = show(planNode(network, nodeNetworkOf(network, "a", 0), facts, inside));
  assert.deepEqual(
    again.filter((line) => / add |unshare/.test(line)),
    [],
  );
});

test("removal takes what carries the cluster's mark and nothing else", () => {
  const facts = factsOf({
    links: new Map([
      ["eth0", ""],
      ["wherry0", "wherry:one"],
      ["wherry0n0", ""],
      ["wherry0n12", ""],
      ["wherry1", "wherry:one-more"],
      ["wherry1n0", ""],
    ]),
    rules: [
      { priority: 10_430, table: "10430", selector: "iif wherry0" },
      { priority: 32_700, table: "10430", selector: "to 10.42.0.0/16" },
      { priority: 32_700, table: "10431", selector: "to 10.42.0.0/16" },
      { priority: 10_431, table: "10431", selector: "iif wherry1" },
    ],
    tables: new Set(["wherry-one", "wherry-one.forwarding", "wherry-one-more"]),
    mounts: new Set(["/", "/run/one/a.net", "/run/one-more/a.net"]),
  });
  assert.deepEqual(show(planRemoval(options, facts)), [
    "ip rule del iif wherry0 lookup 10430 priority 10430",
    "ip rule del to 10.42.0.0/16 lookup 10430 priority 32700",
    "ip route flush table 10430",
    "ip link del wherry0n0",
    "ip link del wherry0n12",
    "ip link del wherry0",
    "nft delete table ip wherry-one",
    "nft delete table ip wherry-one.forwarding",
    "umount /run/one/a.net",
    "rm -f /run/one/a.net",
    "rmdir --ignore-fail-on-non-empty /run/one",
  ]);
});

function factsOf(facts: Partial<MachineNetworkFacts>): MachineNetworkFacts {
  return {
    links: new Map(),
    ranges: [],
    rules: [],
    egressMtu: 1_400,
    forwarding: "off",
    tables: new Set(),
    bridgeFilter: "loaded",
    mounts: new Set(),
    ...facts,
  };
}

function rangesOf(text: string) {
  return text.split(" ").flatMap((range) => parseCidr(range) ?? []);
}

/** One line for each change: batches are spread, tables are named by their first line of content. */
function show(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(commandsOf).flatMap(({ program, args, input }) => {
    const [first = "", ...rest] = args;
    const node = /^--net=\/run\/one\/(\w+)\.net$/.exec(first)?.[1];
    const inside = program === "nsenter" ? `in ${node}: ` : "";
    const words = program === "nsenter" ? rest : [program, ...args];
    if (input === undefined) return [inside + words.join(" ")];
    const lines = input.split("\n").filter((line) => line !== "");
    if (words[0] === "ip") return lines.map((line) => `${inside}ip ${line}`);
    const own = lines.filter((line) => /^(?:table|delete)/.test(line));
    return [`${inside}nft ${(own.at(-1) ?? "").replace(" {", "")}`];
  });
}
