/**
 * What the machine's network looks like now, read once before planning. Everything here is observed,
 * never assumed, so that applying a plan again after a crash or a restart of the machine is safe.
 */

import type { Disk, Processes } from "#base";
import { type Cidr, parseCidr, parseIpv4 } from "../address.ts";
import { arrayOf, decodeJson, numberOf, recordOf, textOf } from "./json-facts.ts";
import { inNamespace } from "./step.ts";

export interface MachineNetworkFacts {
  /** Every link of the host's namespace, with its alias (empty when it has none). */
  readonly links: ReadonlyMap<string, string>;
  /** Ranges that the host's routes and addresses cover, the default route left out. */
  readonly ranges: readonly Cidr[];
  readonly rules: readonly RoutingRule[];
  /** MTU of the link that the default route uses, 1500 when there is none. */
  readonly egressMtu: number;
  readonly forwarding: "on" | "off";
  /** Names of the `wherry-*` nftables tables. */
  readonly tables: ReadonlySet<string>;
  /** Whether bridged packets pass nftables, which connections between pods of one node need. */
  readonly bridgeFilter: "loaded" | "absent";
  /** Paths that hold a mount; namespace handles among them. */
  readonly mounts: ReadonlySet<string>;
}

export interface RoutingRule {
  readonly priority: number;
  readonly table: string;
  /** `from 10.44.0.0/24`, `iif wherry0`, or both. */
  readonly selector: string;
}

/** What is observed inside a node's namespace. */
export interface NodeNetworkFacts {
  readonly links: ReadonlySet<string>;
}

export interface FactsDeps {
  readonly processes: Processes;
  readonly disk: Pick<Disk, "readFile" | "findFacts">;
}

/** The alias that marks a bridge as a cluster's own. */
export function aliasOf(cluster: string): string {
  return `wherry:${cluster}`;
}

export function isOurs(facts: MachineNetworkFacts, bridge: string, cluster: string): boolean {
  return facts.links.get(bridge) === aliasOf(cluster);
}

/** Reads the facts of the namespace that we run in. */
export async function readMachineFacts(deps: FactsDeps): Promise<MachineNetworkFacts> {
  const read = (program: string, args: readonly string[]) =>
    readOutput(deps, undefined, program, args);
  const [links, addresses, routes, rules, forwarding, tables, mounts, filter] = await Promise.all([
    read("ip", ["-j", "link", "show"]),
    read("ip", ["-j", "-4", "address", "show"]),
    read("ip", ["-j", "-4", "route", "show", "table", "all"]),
    read("ip", ["-j", "-4", "rule", "show"]),
    read("cat", ["/proc/sys/net/ipv4/ip_forward"]),
    read("nft", ["-j", "list", "tables"]),
    deps.disk.readFile("/proc/self/mountinfo"),
    deps.disk.findFacts("/proc/sys/net/bridge"),
  ]);
  const mtus = new Map(entriesOf(links).map((link) => [textOf(link["ifname"]), link["mtu"]]));
  const egress = entriesOf(routes).find((route) => textOf(route["dst"]) === "default");
  return {
    links: new Map(
      entriesOf(links).map((link) => [textOf(link["ifname"]), textOf(link["ifalias"])]),
    ),
    ranges: [...addressRanges(addresses), ...routeRanges(routes)],
    rules: entriesOf(rules).map(ruleOf),
    egressMtu: numberOf(mtus.get(textOf(egress?.["dev"]))) ?? 1_500,
    forwarding: forwarding.trim() === "0" ? "off" : "on",
    tables: tablesOf(tables),
    bridgeFilter: filter === undefined ? "absent" : "loaded",
    mounts: mountPointsOf(new TextDecoder().decode(mounts)),
  };
}

export async function readNodeFacts(
  deps: FactsDeps,
  namespacePath: string,
): Promise<NodeNetworkFacts> {
  const links = await readOutput(deps, namespacePath, "ip", ["-j", "link", "show"]);
  return { links: new Set(entriesOf(links).map((link) => textOf(link["ifname"]))) };
}

async function readOutput(
  deps: FactsDeps,
  namespace: string | undefined,
  program: string,
  args: readonly string[],
): Promise<string> {
  const command = inNamespace(namespace, program, args);
  const { exitCode, stdout, stderr } = await deps.processes.run(command.program, command.args);
  if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr.trim()}`);
  return stdout;
}

function entriesOf(json: string): readonly Readonly<Record<string, unknown>>[] {
  return arrayOf(decodeJson(json)).map(recordOf);
}

function addressRanges(json: string): Cidr[] {
  const addresses = entriesOf(json).flatMap((link) => arrayOf(link["addr_info"]).map(recordOf));
  return addresses.flatMap((address) => rangeOf(textOf(address["local"])));
}

function routeRanges(json: string): Cidr[] {
  return entriesOf(json).flatMap((route) => rangeOf(textOf(route["dst"])));
}

function rangeOf(text: string): Cidr[] {
  const address = parseIpv4(text);
  if (address !== undefined) return [{ base: address, prefixLength: 32 }];
  const cidr = parseCidr(text);
  return cidr === undefined || cidr.prefixLength === 0 ? [] : [cidr];
}

function ruleOf(rule: Readonly<Record<string, unknown>>): RoutingRule {
  const source = textOf(rule["src"]);
  const from = source === "all" ? [] : [`from ${source}/${numberOf(rule["srclen"]) ?? 32}`];
  const target = textOf(rule["dst"]);
  const to = target === "" ? [] : [`to ${target}/${numberOf(rule["dstlen"]) ?? 32}`];
  const iif = textOf(rule["iif"]);
  return {
    priority: numberOf(rule["priority"]) ?? 0,
    table: textOf(rule["table"]),
    selector: [...from, ...to, ...(iif === "" ? [] : [`iif ${iif}`])].join(" "),
  };
}

function tablesOf(json: string): ReadonlySet<string> {
  const entries = arrayOf(recordOf(decodeJson(json))["nftables"]).map(recordOf);
  const names = entries.map((entry) => textOf(recordOf(entry["table"])["name"]));
  return new Set(names.filter((name) => name.startsWith("wherry-")));
}

/** The mount points of `/proc/self/mountinfo`; its octal escapes (space, tab, …) are undone. */
function mountPointsOf(mountinfo: string): ReadonlySet<string> {
  const points = mountinfo.split("\n").map((line) => line.split(" ")[4] ?? "");
  return new Set(
    points.map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    ),
  );
}
