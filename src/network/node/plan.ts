/**
 * Plans the links, addresses, routes and tables of a cluster's nodes on one machine. Pure: from what
 * is wanted and what is there to the steps between them.
 *
 * Two rules decide the order of the steps:
 *  1. In a node's namespace the unreachable routes come before any link is up, so that a packet for
 *     the pod or service range never leaves by the default route.
 *  2. Forwarding comes last, when everything that it would obey is in place.
 */

import { formatCidr } from "../address.ts";
import type { ClusterNetwork, ClusterNetworkOptions, NodeNetwork } from "./cluster-network.ts";
import {
  aliasOf,
  type MachineNetworkFacts,
  type NodeNetworkFacts,
  type RoutingRule,
} from "./facts.ts";
import type { Step } from "./step.ts";

/** Worse than any other route to the same range, so that it only catches what nothing else does. */
const lastMetric = 4_278_198_272;

/**
 * Where the machine itself looks up pods and services: behind what nodes of any cluster look up,
 * before the main table with its default route. The ranges may be the same in several clusters; the
 * one that came first has the machine's own packets, and none of them ever leaves it.
 */
const machineRulePriority = 32_700;

/**
 * Ends the name of an empty table that says: forwarding was off before the clusters of this machine.
 * Every cluster has the mark, so that the last one to go turns it off again.
 */
const forwardingMark = ".forwarding";

/** What the cluster needs in the host's namespace. Nothing in the main routing table changes. */
export function planHost(network: ClusterNetwork, facts: MachineNetworkFacts): readonly Step[] {
  const { bridge, cluster, hostAddress, table, podRange, serviceRange } = network;
  const mtu = facts.egressMtu;
  const subnet = formatCidr(network.subnet);
  const addBridge = facts.links.has(bridge)
    ? []
    : [
        `link add name ${bridge} mtu ${mtu} type bridge`,
        `link set ${bridge} alias ${aliasOf(cluster)}`,
      ];
  const rules = [
    { selector: `from ${subnet}`, priority: table },
    { selector: `iif ${bridge}`, priority: table },
    { selector: `to ${podRange}`, priority: machineRulePriority },
    { selector: `to ${serviceRange}`, priority: machineRulePriority },
  ].filter(({ selector }) => !hasRule(facts.rules, selector, table));
  const lines = [
    ...addBridge,
    `route replace unreachable ${podRange} metric ${lastMetric} table ${table}`,
    `route replace unreachable ${serviceRange} metric ${lastMetric} table ${table}`,
    ...rules.map(
      ({ selector, priority }) => `rule add ${selector} lookup ${table} priority ${priority}`,
    ),
    `address replace ${hostAddress}/${network.subnet.prefixLength} dev ${bridge}`,
    `link set ${bridge} up`,
  ];
  return [
    ...(facts.bridgeFilter === "loaded" ? [] : [{ kind: "module", name: "br_netfilter" } as const]),
    { kind: "ip", namespace: undefined, lines },
    { kind: "nft", namespace: undefined, text: hostTableText(network, facts) },
    ...(facts.forwarding === "on" ? [] : [forwardingOf(undefined, "on")]),
  ];
}

/** What one node needs; `inside` is undefined while its namespace does not exist. */
export function planNode(
  network: ClusterNetwork,
  node: NodeNetwork,
  facts: MachineNetworkFacts,
  inside: NodeNetworkFacts | undefined,
): readonly Step[] {
  const { namespacePath: namespace, hostLink, address } = node;
  const mtu = facts.egressMtu;
  const peer = `peer name eth0 mtu ${mtu} netns ${namespace}`;
  const addLink = inside?.links.has("eth0")
    ? []
    : [`link add name ${hostLink} mtu ${mtu} type veth ${peer}`];
  const addServices = inside?.links.has("services0") ? [] : ["link add name services0 type bridge"];
  return [
    ...(inside === undefined ? [{ kind: "namespace", path: namespace } as const] : []),
    { kind: "settings", namespace, values: nodeSettings },
    {
      kind: "ip",
      namespace,
      lines: [
        `route replace unreachable ${network.podRange} metric ${lastMetric}`,
        `route replace unreachable ${network.serviceRange} metric ${lastMetric}`,
        "link set lo up",
        ...addServices,
        `address replace ${network.dnsAddress}/32 dev services0`,
        "link set services0 up",
      ],
    },
    {
      kind: "ip",
      namespace: undefined,
      lines: [...addLink, `link set ${hostLink} master ${network.bridge} up`],
    },
    {
      kind: "ip",
      namespace,
      lines: [
        `address replace ${address}/${network.subnet.prefixLength} dev eth0`,
        "link set eth0 up",
        // Programs of the node itself look a route up before their packets meet the service maps.
        `route replace ${network.serviceRange} dev services0 src ${address}`,
        `route replace default via ${network.hostAddress} src ${address}`,
      ],
    },
    { kind: "nft", namespace, text: nodeTableText(network) },
    forwardingOf(namespace, "on"),
  ];
}

/** Takes everything away that carries the cluster's mark, also what another run left half done. */
export function planRemoval(
  options: Pick<ClusterNetworkOptions, "cluster" | "namespaceDirectory">,
  facts: MachineNetworkFacts,
): readonly Step[] {
  const { cluster, namespaceDirectory } = options;
  const namespaces = [...facts.mounts].filter((path) => isHandleIn(namespaceDirectory, path));
  const bridges = [...facts.links].filter(([, alias]) => alias === aliasOf(cluster));
  const lines = bridges.flatMap(([bridge]) => removeBridgeLines(bridge, facts));
  const own = [...facts.tables].filter((name) => isTableOf(cluster, name));
  const restore = own.some(isForwardingMark) && own.length === facts.tables.size;
  return [
    ...(restore ? [forwardingOf(undefined, "off")] : []),
    ...(lines.length === 0 ? [] : [{ kind: "ip", namespace: undefined, lines } as const]),
    ...own.map(
      (name) => ({ kind: "nft", namespace: undefined, text: `delete table ip ${name}\n` }) as const,
    ),
    ...namespaces.map((path) => ({ kind: "remove-namespace", path }) as const),
    ...(namespaces.length === 0
      ? []
      : [{ kind: "remove-directory", path: namespaceDirectory } as const]),
  ];
}

/**
 * Settings of a node's namespace. Bridged packets must pass nftables: an answer between two pods of
 * one node would otherwise cross the bridge without having its service address put back.
 */
const nodeSettings: readonly (readonly [string, string])[] = [
  ["net.ipv4.conf.all.rp_filter", "0"],
  ["net.ipv4.conf.default.rp_filter", "0"],
  ["net.bridge.bridge-nf-call-iptables", "1"],
];

function forwardingOf(namespace: string | undefined, state: "on" | "off"): Step {
  const value = state === "on" ? "1" : "0";
  return { kind: "settings", namespace, values: [["net.ipv4.ip_forward", value]] };
}

function hasRule(rules: readonly RoutingRule[], selector: string, table: number): boolean {
  return rules.some((rule) => rule.selector === selector && rule.table === String(table));
}

/** Nodes reach what the machine reaches, under the machine's address. */
function hostTableText(network: ClusterNetwork, facts: MachineNetworkFacts): string {
  const marked = facts.forwarding === "off" || [...facts.tables].some(isForwardingMark);
  const mark = marked ? `add table ip ${network.hostTable}${forwardingMark}\n` : "";
  const table = tableText(
    network.hostTable,
    `  chain egress {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${formatCidr(network.subnet)} oifname != "${network.bridge}" masquerade
  }
`,
  );
  return mark + table;
}

/** Pods reach what the node reaches, under the node's address; other pods see their own. */
function nodeTableText(network: ClusterNetwork): string {
  const { podRange } = network;
  return tableText(
    "wherry-node",
    `  chain egress {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${podRange} ip daddr != ${podRange} oifname "eth0" masquerade
  }
`,
  );
}

/** Replaces a table as a whole, whether it exists or not, in one transaction. */
function tableText(name: string, body: string): string {
  return `add table ip ${name}\ndelete table ip ${name}\ntable ip ${name} {\n${body}}\n`;
}

/** A cluster's tables are `wherry-<cluster>` and that with a suffix after a dot, which no name has. */
function isTableOf(cluster: string, table: string): boolean {
  return table === `wherry-${cluster}` || table.startsWith(`wherry-${cluster}.`);
}

function isForwardingMark(table: string): boolean {
  return table.endsWith(forwardingMark);
}

/** A handle is a file right inside the cluster's directory, as `nodeNetworkOf` names it. */
function isHandleIn(directory: string, path: string): boolean {
  return path.startsWith(`${directory}/`) && path.endsWith(".net");
}

function removeBridgeLines(bridge: string, facts: MachineNetworkFacts): readonly string[] {
  const table = facts.rules.find((rule) => rule.selector === `iif ${bridge}`)?.table;
  const rules = facts.rules.filter((rule) => table !== undefined && rule.table === table);
  const links = [...facts.links.keys()].filter((name) =>
    /^n\d+$/.test(name.startsWith(bridge) ? name.slice(bridge.length) : ""),
  );
  return [
    ...rules.map((rule) => `rule del ${rule.selector} lookup ${table} priority ${rule.priority}`),
    ...(table === undefined ? [] : [`route flush table ${table}`]),
    ...links.map((name) => `link del ${name}`),
    `link del ${bridge}`,
  ];
}
