/**
 * The nftables state that one service asks for. Pure; `rule-table.ts` merges and applies it.
 *
 * Where other proxies write a chain for each service and endpoint, here a service is one element of
 * the map `services`, and each endpoint one element of the map `endpoints`:
 *
 *   services    tcp . 10.43.0.7 . 80      : goto pick-2
 *   endpoints   0 . tcp . 10.43.0.7 . 80  : 10.42.0.5 . 8080
 *               1 . tcp . 10.43.0.7 . 80  : 10.42.1.9 . 8080
 *
 * `pick-2` draws a number below 2 and looks the rest up, the same for every service with two
 * endpoints. A packet costs the same with ten services or ten thousand, and so does a change.
 * Only session affinity, which few use, takes chains and sets of its own.
 */

import type { Endpoint, EndpointChoice, NodePlace } from "./endpoint-choice.ts";
import { chooseEndpoints } from "./endpoint-choice.ts";
import type { ServicePort } from "./service-port.ts";

/** Named things and their content: a set's declaration, a chain's rules, an element's value. */
export interface ServiceRules {
  /** Name of a set to its declaration. */
  readonly sets: ReadonlyMap<string, string>;
  /** Name of a chain to its rules, one a line; the service's own. */
  readonly chains: ReadonlyMap<string, string>;
  /** The same of chains that services share, which therefore stay when one lets go of them. */
  readonly sharedChains: ReadonlyMap<string, string>;
  /** Map or set to its elements: key to value, empty for sets. */
  readonly elements: ReadonlyMap<ElementMap, ReadonlyMap<string, string>>;
  /** UDP frontends as `address:port`, each with the endpoints its packets may go to. */
  readonly datagramFrontends: ReadonlyMap<string, ReadonlySet<string>>;
}

export type ElementMap = (typeof elementMaps)[number];

/** In the order in which elements must be deleted: what refers to chains first. */
export const elementMaps = [
  "services",
  "refused",
  "firewalled",
  "endpoints",
  "local-endpoints",
  "cluster-ips",
  "hairpins",
] as const;

/** What of the node decides the rules. */
export interface ProxyNode extends NodePlace {
  /** Where node ports are answered: the node's InternalIP. */
  readonly nodeAddresses: readonly string[];
  /** Addresses of the service range that this node answers by itself, as the DNS address. */
  readonly ownAddresses: readonly string[];
  readonly podRange: string;
  readonly serviceRange: string;
}

/** Marks the connections whose sender must not be seen by the endpoint. */
export const masqueradeMark = "0x4000";

/** What a packet is looked up by. */
export const frontendKey = "meta l4proto . ip daddr . th dport";

export function planService(ports: readonly ServicePort[], node: ProxyNode): ServiceRules {
  const rules = emptyRules();
  for (const port of ports) {
    if (!node.ownAddresses.includes(port.clusterIp)) addServicePort(rules, port, node);
  }
  return rules;
}

interface RulesInProgress extends ServiceRules {
  readonly sets: Map<string, string>;
  readonly chains: Map<string, string>;
  readonly sharedChains: Map<string, string>;
  readonly elements: Map<ElementMap, Map<string, string>>;
  readonly datagramFrontends: Map<string, ReadonlySet<string>>;
}

function emptyRules(): RulesInProgress {
  return {
    sets: new Map(),
    chains: new Map(),
    sharedChains: new Map(),
    elements: new Map(elementMaps.map((name) => [name, new Map()])),
    datagramFrontends: new Map(),
  };
}

/** One address on which a service port is offered. */
interface Frontend {
  readonly address: string;
  readonly port: number;
  readonly kind: "cluster" | "external" | "balancer";
}

function addServicePort(rules: RulesInProgress, port: ServicePort, node: ProxyNode): void {
  const frontends = frontendsOf(port, node);
  const external = frontends.some((frontend) => frontend.kind !== "cluster");
  const choice = chooseEndpoints(
    port.endpoints,
    {
      // Even with an external policy of Local, pods and the node itself use the whole cluster.
      cluster: port.internalPolicy === "Cluster" || external,
      local: port.internalPolicy === "Local" || (external && port.externalPolicy === "Local"),
    },
    node,
  );
  const routes = new RoutePlan(rules, port, choice, node);
  put(rules, "cluster-ips", port.clusterIp, "");
  for (const frontend of frontends) addFrontend(rules, port, routes, frontend);
  for (const endpoint of [...choice.cluster, ...choice.local]) {
    // A pod that is balanced to itself must see another sender than itself.
    if (endpoint.local) put(rules, "hairpins", `${endpoint.address} . ${endpoint.address}`, "");
  }
}

function frontendsOf(port: ServicePort, node: ProxyNode): readonly Frontend[] {
  const outer = (address: string, kind: "external" | "balancer"): Frontend => ({
    address,
    port: port.port,
    kind,
  });
  return [
    { address: port.clusterIp, port: port.port, kind: "cluster" },
    ...port.externalIps.map((address) => outer(address, "external")),
    ...port.balancerIps.map((address) => outer(address, "balancer")),
    ...(port.nodePort === 0 ? [] : node.nodeAddresses).map(
      (address): Frontend => ({ address, port: port.nodePort, kind: "external" }),
    ),
  ];
}

function addFrontend(
  rules: RulesInProgress,
  port: ServicePort,
  routes: RoutePlan,
  frontend: Frontend,
): void {
  const key = `${port.protocol} . ${frontend.address} . ${frontend.port}`;
  const route = frontend.kind === "cluster" ? routes.internal() : routes.external();
  if (route.chain !== undefined) put(rules, "services", key, `goto ${route.chain}`);
  if (route.unserved !== undefined) put(rules, "refused", key, `goto ${route.unserved}`);
  if (frontend.kind === "balancer") addFirewall(rules, port, key);
  const targets: readonly (readonly [ElementMap, readonly Endpoint[]])[] =
    port.affinitySeconds > 0 || route.chain === undefined
      ? []
      : [
          ["endpoints", route.cluster],
          ["local-endpoints", route.local],
        ];
  for (const [map, endpoints] of targets) {
    for (const [index, { address, port: target }] of endpoints.entries()) {
      put(rules, map, `${index} . ${key}`, `${address} . ${target}`);
    }
  }
  if (port.protocol === "udp") {
    const addresses = [...route.cluster, ...route.local].map((endpoint) => endpoint.address);
    rules.datagramFrontends.set(`${frontend.address}:${frontend.port}`, new Set(addresses));
  }
}

function addFirewall(rules: RulesInProgress, port: ServicePort, key: string): void {
  const { balancerSources } = port;
  if (balancerSources === undefined) return;
  const chain = `firewall/${port.id}`;
  const allowed =
    balancerSources.length === 0 ? [] : [`ip saddr { ${balancerSources.join(", ")} } return`];
  rules.chains.set(chain, [...allowed, "drop"].join("\n"));
  put(rules, "firewalled", key, `goto ${chain}`);
}

/** Where the packets for a frontend go. */
interface Route {
  /** Chain that picks an endpoint; undefined when there is none to pick. */
  readonly chain: string | undefined;
  /** Chain for what no endpoint takes; undefined when one always does. */
  readonly unserved: "refuse" | "discard" | undefined;
  /** The endpoints that the chain picks from, by the map they are in. */
  readonly cluster: readonly Endpoint[];
  readonly local: readonly Endpoint[];
}

/** Names the chains of one service port, and writes those that are not there yet. */
class RoutePlan {
  readonly #rules: RulesInProgress;
  readonly #port: ServicePort;
  readonly #choice: EndpointChoice;
  readonly #node: ProxyNode;

  constructor(rules: RulesInProgress, port: ServicePort, choice: EndpointChoice, node: ProxyNode) {
    this.#rules = rules;
    this.#port = port;
    this.#choice = choice;
    this.#node = node;
  }

  /** Of the cluster IP. */
  internal(): Route {
    const { cluster, local, any } = this.#choice;
    if (this.#port.internalPolicy === "Cluster") {
      if (cluster.length === 0) return unservedRoute("refuse");
      return { chain: this.#pick("cluster"), unserved: undefined, cluster, local: [] };
    }
    if (local.length === 0) return unservedRoute(any ? "discard" : "refuse");
    return { chain: this.#pick("local"), unserved: undefined, cluster: [], local };
  }

  /** Of node ports, external addresses and load balancers. */
  external(): Route {
    const { cluster, local, any } = this.#choice;
    if (!any || cluster.length === 0) return unservedRoute("refuse");
    if (this.#port.externalPolicy === "Cluster") {
      return { chain: this.#masquerade(), unserved: undefined, cluster, local: [] };
    }
    const unserved = local.length === 0 ? "discard" : undefined;
    return { chain: this.#preserveSource(), unserved, cluster, local };
  }

  /** A chain that goes to one of the listed endpoints. */
  #pick(list: "cluster" | "local"): string {
    const endpoints = this.#choice[list];
    if (this.#port.affinitySeconds > 0) return this.#stick(list, endpoints);
    const count = endpoints.length;
    const [name, map] =
      list === "cluster"
        ? [`pick-${count}`, "endpoints"]
        : [`pick-local-${count}`, "local-endpoints"];
    const toEndpoint = `meta l4proto { tcp, udp, sctp } dnat ip to meta mark . ${frontendKey} map @${map}`;
    return this.#sharedChain(name, [
      `meta mark set numgen random mod ${count}`,
      toEndpoint,
      // A packet may have read the number of endpoints before a change and look the endpoint up after
      // it. There is always a first one.
      "meta mark set 0",
      toEndpoint,
    ]);
  }

  /** The same, with the sender hidden, so that the answer comes back through this node. */
  #masquerade(): string {
    const target = this.#pick("cluster");
    return this.#chainLike(target, `masquerade/${target}`, [
      `ct mark set ct mark or ${masqueradeMark}`,
      `goto ${target}`,
    ]);
  }

  /**
   * External traffic to endpoints of this node only, which see the sender. Pods and the node itself
   * did not come through a balancer that chose this node: they get any endpoint of the cluster.
   */
  #preserveSource(): string {
    const anywhere = this.#pick("cluster");
    const hidden = this.#masquerade();
    const here = this.#choice.local.length === 0 ? undefined : this.#pick("local");
    const name = `external/${anywhere}/${here ?? "none"}`;
    return this.#chainLike(anywhere, name, [
      `ip saddr ${this.#node.podRange} goto ${anywhere}`,
      `fib saddr type local goto ${hidden}`,
      ...(here === undefined ? [] : [`goto ${here}`]),
    ]);
  }

  /** Session affinity: a set for each endpoint remembers its clients for the timeout. */
  #stick(list: "cluster" | "local", endpoints: readonly Endpoint[]): string {
    const { id, affinitySeconds, protocol } = this.#port;
    const targets = endpoints.map(({ address, port }) => {
      const name = `${id}/${address}/${port}`;
      // Part of the name, because a set keeps the timeout that it was made with.
      const clients = `clients/${name}/${affinitySeconds}`;
      this.#rules.sets.set(
        clients,
        `type ipv4_addr; flags dynamic,timeout; timeout ${affinitySeconds}s;`,
      );
      const chain = this.#chain(`endpoint/${name}`, [
        `update @${clients} { ip saddr }`,
        `meta l4proto ${protocol} dnat to ${address}:${port}`,
      ]);
      return { clients, chain };
    });
    const verdicts = targets.map(({ chain }, index) => `${index} : goto ${chain}`);
    return this.#chain(`sticky-${list}/${id}`, [
      ...targets.map(({ clients, chain }) => `ip saddr @${clients} goto ${chain}`),
      `numgen random mod ${targets.length} vmap { ${verdicts.join(", ")} }`,
    ]);
  }

  #chain(name: string, lines: readonly string[]): string {
    this.#rules.chains.set(name, lines.join("\n"));
    return name;
  }

  #sharedChain(name: string, lines: readonly string[]): string {
    this.#rules.sharedChains.set(name, lines.join("\n"));
    return name;
  }

  /** A chain in front of `target` is the service's own if that one is. */
  #chainLike(target: string, name: string, lines: readonly string[]): string {
    const isOwn = this.#rules.chains.has(target);
    return isOwn ? this.#chain(name, lines) : this.#sharedChain(name, lines);
  }
}

function unservedRoute(unserved: "refuse" | "discard"): Route {
  return { chain: undefined, unserved, cluster: [], local: [] };
}

function put(rules: RulesInProgress, map: ElementMap, key: string, value: string): void {
  rules.elements.get(map)?.set(key, value);
}
