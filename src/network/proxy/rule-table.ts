/**
 * The proxy's nftables table: what it should hold, and the transactions that bring it there.
 *
 * Pure bookkeeping: `replace` says what a service wants now; `transactions` gives the texts for
 * `nft -f -` that turn what was applied last into that, touching nothing that stays; `wholeTable`
 * gives the text that replaces everything. nftables takes each as one atomic step.
 */

import { Claims, type NameChange } from "./claims.ts";
import {
  type ElementMap,
  elementMaps,
  frontendKey,
  masqueradeMark,
  type ProxyNode,
  type ServiceRules,
} from "./service-rules.ts";

export const proxyTable = "wherry-services";

/** Elements in one `add element` line: long enough to be fast, short enough for nft's parser. */
const elementsPerLine = 1_000;

export class RuleTable {
  readonly #node: ProxyNode;
  readonly #services = new Map<string, ServiceRules>();
  readonly #sets = new Claims();
  readonly #chains = new Claims();
  readonly #sharedChains = new Claims();
  /** Shared chains that the kernel has, wanted or not: they are few, and come back soon. */
  readonly #kept = new Set<string>();
  readonly #elements: ReadonlyMap<ElementMap, Claims> = new Map(
    elementMaps.map((name) => [name, new Claims()]),
  );

  constructor(node: ProxyNode) {
    this.#node = node;
  }

  /** Takes what `service` wants from now on: undefined when it is gone. */
  replace(service: string, rules: ServiceRules | undefined): void {
    const before = this.#services.get(service);
    replaceClaims(this.#sets, service, before?.sets, rules?.sets);
    replaceClaims(this.#chains, service, before?.chains, rules?.chains);
    replaceClaims(this.#sharedChains, service, before?.sharedChains, rules?.sharedChains);
    for (const [name, claims] of this.#elements) {
      replaceClaims(claims, service, before?.elements.get(name), rules?.elements.get(name));
    }
    if (rules === undefined) this.#services.delete(service);
    else this.#services.set(service, rules);
  }

  find(service: string): ServiceRules | undefined {
    return this.#services.get(service);
  }

  services(): Iterable<string> {
    return this.#services.keys();
  }

  /**
   * The change since `settle` as texts to be applied in order, none when there is no change.
   *
   * New chains are a transaction of their own, before the one that leads packets to them: a packet on
   * its way through the rules may see the elements of the new state and the chains of the old one.
   */
  transactions(): readonly string[] {
    const sets = this.#sets.changes();
    const chains = this.#chains.changes();
    const shared = added(this.#sharedChains.changes()).filter(({ name }) => !this.#kept.has(name));
    const preparation = [...addSets(sets), ...addChains([...shared, ...added(chains)])];
    const switchOver = [
      ...removed(chains).map(({ name }) => `flush chain ip ${proxyTable} ${name}`),
      ...removed(chains).flatMap(ruleLines),
      ...this.#elementLines((claims) => claims.changes()),
      ...gone(chains).map(({ name }) => `delete chain ip ${proxyTable} ${name}`),
      ...gone(sets).map(({ name }) => `delete set ip ${proxyTable} ${name}`),
    ];
    return [preparation, switchOver]
      .filter((lines) => lines.length > 0)
      .map((lines) => `${lines.join("\n")}\n`);
  }

  /** Replaces the table, whatever it holds now. */
  wholeTable(): string {
    this.#kept.clear();
    const chains = [...this.#sharedChains.all(), ...this.#chains.all()];
    const lines = [
      ...addSets(this.#sets.all()),
      ...addChains(chains),
      ...this.#elementLines((claims) => claims.all()),
    ];
    return `${skeleton(this.#node)}${lines.join("\n")}\n`;
  }

  /** The last texts were applied. */
  settle(): void {
    for (const { name } of this.#sharedChains.all()) this.#kept.add(name);
    const claims = [this.#sets, this.#chains, this.#sharedChains, ...this.#elements.values()];
    for (const each of claims) each.settle();
  }

  /** What refers to chains goes before what is referred to by it comes. */
  #elementLines(changesOf: (claims: Claims) => readonly NameChange[]): readonly string[] {
    const changes = [...this.#elements].map(([map, claims]) => [map, changesOf(claims)] as const);
    return [
      ...changes.flatMap(([map, ofMap]) => deleteLines(map, ofMap)),
      ...changes.flatMap(([map, ofMap]) => addLines(map, ofMap)),
    ];
  }
}

function addSets(changes: readonly NameChange[]): readonly string[] {
  return added(changes).map(({ name, after }) => `add set ip ${proxyTable} ${name} { ${after} }`);
}

/** All chains before their rules, which lead from one to another. */
function addChains(changes: readonly NameChange[]): readonly string[] {
  return [
    ...changes.map(({ name }) => `add chain ip ${proxyTable} ${name}`),
    ...changes.flatMap(ruleLines),
  ];
}

function replaceClaims(
  claims: Claims,
  owner: string,
  before: ReadonlyMap<string, string> | undefined,
  after: ReadonlyMap<string, string> | undefined,
): void {
  for (const name of before?.keys() ?? []) {
    if (after?.has(name) !== true) claims.release(name, owner);
  }
  for (const [name, value] of after ?? []) {
    if (before?.get(name) !== value) claims.claim(name, owner, value);
  }
}

/** New names, and those whose content changes. */
function added(changes: readonly NameChange[]): readonly NameChange[] {
  return changes.filter((change) => change.after !== undefined && change.before === undefined);
}

/** Names whose present content goes: lost ones, and those that get another. */
function removed(changes: readonly NameChange[]): readonly NameChange[] {
  return changes.filter((change) => change.before !== undefined);
}

function gone(changes: readonly NameChange[]): readonly NameChange[] {
  return changes.filter((change) => change.after === undefined);
}

function ruleLines({ name, after }: NameChange): readonly string[] {
  const rules = after === undefined ? [] : after.split("\n");
  return rules.map((rule) => `add rule ip ${proxyTable} ${name} ${rule}`);
}

function deleteLines(map: ElementMap, changes: readonly NameChange[]): readonly string[] {
  const keys = removed(changes).map(({ name }) => name);
  return inLines(keys).map((part) => `delete element ip ${proxyTable} ${map} { ${part} }`);
}

function addLines(map: ElementMap, changes: readonly NameChange[]): readonly string[] {
  const elements = changes.flatMap(({ name, after }) => {
    if (after === undefined) return [];
    return [after === "" ? name : `${name} : ${after}`];
  });
  return inLines(elements).map((part) => `add element ip ${proxyTable} ${map} { ${part} }`);
}

function inLines(elements: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < elements.length; start += elementsPerLine) {
    lines.push(elements.slice(start, start + elementsPerLine).join(", "));
  }
  return lines;
}

/**
 * The table without any service.
 *
 * A new connection passes `firewall`, then `dispatch` (its destination becomes an endpoint), then the
 * routing decision, then `refuse-unserved`, which sees only what `dispatch` had no endpoint for, and
 * at last `hide-sender`. The later packets of a connection take none of these.
 */
function skeleton(node: ProxyNode): string {
  const frontend = "inet_proto . ipv4_addr . inet_service";
  // Named types rather than `typeof`: nft 1.0.6 cannot read every `typeof` back from the kernel.
  const endpoint = `type mark . ${frontend} : ipv4_addr . inet_service`;
  return `add table ip ${proxyTable}
delete table ip ${proxyTable}
table ip ${proxyTable} {
  map services { type ${frontend} : verdict; }
  map refused { type ${frontend} : verdict; }
  map firewalled { type ${frontend} : verdict; }
  map endpoints { ${endpoint}; }
  map local-endpoints { ${endpoint}; }
  set cluster-ips { type ipv4_addr; }
  set hairpins { type ipv4_addr . ipv4_addr; }

  chain dispatch {
    ip daddr @cluster-ips ip saddr != ${node.podRange} ct mark set ct mark or ${masqueradeMark}
    ${frontendKey} vmap @services
  }
  chain discard { drop; }
  chain refuse { reject; }
  chain refuse-unserved {
    ct state != new return
    ${frontendKey} vmap @refused
    fib daddr type local return
    ip daddr @cluster-ips reject
    ip daddr ${node.serviceRange} drop
  }
  chain firewall {
    type filter hook prerouting priority -110; policy accept;
    ct state new ${frontendKey} vmap @firewalled
  }
  chain dispatch-incoming {
    type nat hook prerouting priority -100; policy accept;
    jump dispatch
  }
  chain dispatch-outgoing {
    type nat hook output priority -100; policy accept;
    jump dispatch
  }
  chain refuse-local {
    type filter hook input priority 0; policy accept;
    jump refuse-unserved
  }
  chain refuse-forwarded {
    type filter hook forward priority 0; policy accept;
    jump refuse-unserved
  }
  chain refuse-outgoing {
    type filter hook output priority 0; policy accept;
    jump refuse-unserved
  }
  chain hide-sender {
    type nat hook postrouting priority 100; policy accept;
    ip saddr . ip daddr @hairpins masquerade
    ct mark and ${masqueradeMark} != 0x0 masquerade fully-random
  }
}
`;
}
