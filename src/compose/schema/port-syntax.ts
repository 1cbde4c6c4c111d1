/** `[[address:]published:]target[/protocol]`, with ranges: the short syntax of `ports`. */
import { type ComposeNode, mapNode, scalarNode } from "../tree/node.ts";
import type { Problem } from "./shape.ts";

interface PortRange {
  readonly first: number;
  readonly last: number;
}

interface PortSpec {
  readonly target: PortRange;
  readonly published: PortRange | undefined;
  readonly address: string;
  readonly protocol: string;
}

/** What one item of `ports` stands for, in the long syntax; one entry per port of a range. */
export function expandPort(item: ComposeNode): readonly ComposeNode[] | Problem {
  const isShort =
    item.kind === "scalar" && (typeof item.value === "string" || typeof item.value === "number");
  if (!isShort) return [item];
  const spec = parsePort(String(item.value));
  return "problem" in spec ? spec : longPorts(spec, item);
}

function parsePort(text: string): PortSpec | Problem {
  const [, endpoints = "", protocol = "tcp"] = /^([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
  if (!/^(?:tcp|udp|sctp)$/i.test(protocol)) return { problem: `invalid proto: ${protocol}` };
  const parts = splitEndpoints(endpoints);
  if (parts.target === "") return { problem: `no port specified: ${text}<empty>` };
  const target = parseRange(parts.target);
  if (target === undefined) return { problem: `invalid containerPort: ${parts.target}` };
  const published = parseRange(parts.published);
  if (published === undefined && parts.published !== "") {
    return { problem: `invalid hostPort: ${parts.published}` };
  }
  if (parts.address !== "" && !isAddress(parts.address)) {
    return { problem: `invalid IP address: ${parts.address}` };
  }
  if (published !== undefined && !isCompatible(target, published)) {
    const ranges = `${parts.target} and ${parts.published}`;
    return { problem: `invalid ranges specified for container and host Ports: ${ranges}` };
  }
  return { target, published, address: parts.address, protocol: protocol.toLowerCase() };
}

/** The identity of a port: of two files that publish the same one, the later decides. */
export function portIdentity(item: ComposeNode): string {
  if (item.kind !== "map") return "";
  const at = (key: string, fallback: string) => {
    const value = item.entries.get(key)?.value;
    return value?.kind === "scalar" ? String(value.value) : fallback;
  };
  const outside = `${at("host_ip", "0.0.0.0")}:${at("published", "")}`;
  return `${outside}:${at("target", "")}/${at("protocol", "tcp")}`;
}

function splitEndpoints(endpoints: string) {
  const parts = endpoints.split(":");
  const target = parts.pop() ?? "";
  const published = parts.pop() ?? "";
  // The colons of an IPv6 address belong to it.
  return { target, published, address: parts.join(":").replace(/^\[(.*)\]$/, "$1") };
}

function parseRange(text: string): PortRange | undefined {
  const [, from = "", to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  const valid = from !== "" && first >= 0 && first <= last && last <= 65_535;
  return valid ? { first, last } : undefined;
}

function countOf({ first, last }: PortRange): number {
  return last - first + 1;
}

/** Any one of a range of published ports may lead to a single port inside. */
function isCompatible(target: PortRange, published: PortRange): boolean {
  return countOf(target) === countOf(published) || countOf(target) === 1;
}

function longPorts(spec: PortSpec, item: ComposeNode): readonly ComposeNode[] {
  return Array.from({ length: countOf(spec.target) }, (_, offset) => longPort(spec, item, offset));
}

function longPort(spec: PortSpec, item: ComposeNode, offset: number): ComposeNode {
  const value = (content: string | number) => scalarNode(content, item.place);
  const entries: [string, ComposeNode][] = [["mode", value("ingress")]];
  if (spec.address !== "") entries.push(["host_ip", value(spec.address)]);
  entries.push(["target", value(spec.target.first + offset)]);
  const published = publishedAt(spec, offset);
  if (published !== undefined) entries.push(["published", value(published)]);
  entries.push(["protocol", value(spec.protocol)]);
  return mapNode(entries, item.place);
}

function publishedAt({ target, published }: PortSpec, offset: number): string | undefined {
  if (published === undefined) return undefined;
  const isChoice = countOf(target) !== countOf(published);
  return isChoice ? `${published.first}-${published.last}` : String(published.first + offset);
}

/** An IPv4 or IPv6 address, as far as a shape can tell. */
export function isAddress(text: string): boolean {
  const quad = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (quad !== null) return quad.slice(1).every((part) => Number(part) <= 255);
  const isShortened = /^[0-9a-f:]*::[0-9a-f:.]*$/i.test(text);
  return isShortened || /^(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$/i.test(text);
}
