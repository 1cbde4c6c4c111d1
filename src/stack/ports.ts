/** The ports of a service: those in its containers, and those outside. */
import type { Path, Service } from "#compose";
import type { PublishedPort } from "./plan.ts";
import type { Conversion, StackService } from "./stack-service.ts";

export type Protocol = "TCP" | "UDP" | "SCTP";

export interface InnerPort {
  readonly port: number;
  readonly protocol: Protocol;
}

/** A port of `ports`, with numbers for text. */
export interface OuterPort extends InnerPort {
  readonly published: number | undefined;
  readonly address: string | undefined;
  readonly mode: "ingress" | "host";
  readonly appProtocol: string | undefined;
  readonly path: Path;
}

type PortUse = NonNullable<Service["ports"]>[number];

/** How many ports a range in `expose` may have. */
const rangeMax = 1_000;

export function outerPortsOf({ definition, path }: StackService, conversion: Conversion) {
  return (definition.ports ?? []).map((use, index): OuterPort => {
    const at = [...path, "ports", index];
    return {
      port: use.target,
      protocol: protocolOf(use.protocol),
      published: publishedOf(use, at, conversion),
      address: use.host_ip,
      mode: use.mode ?? "ingress",
      appProtocol: use.app_protocol,
      path: at,
    };
  });
}

function publishedOf({ published }: PortUse, at: Path, { report }: Conversion) {
  if (published === undefined || published === "") return undefined;
  const [first = "", last] = published.split("-");
  if (last !== undefined && last !== first) {
    report.lose([...at, "published"], "changed", `of the range, ${first} is published`);
  }
  return Number(first) === 0 ? undefined : Number(first);
}

/** What other services reach: the ports of `expose` and the inner ends of `ports`, each once. */
export function innerPortsOf(service: StackService, conversion: Conversion): readonly InnerPort[] {
  const { definition, path } = service;
  const exposed = (definition.expose ?? []).flatMap((spec, index) =>
    parseExposed(spec, [...path, "expose", index], conversion),
  );
  return distinctPorts([...outerPortsOf(service, conversion), ...exposed]);
}

function parseExposed(spec: string, at: Path, { report }: Conversion): readonly InnerPort[] {
  const [, from = "", to = from, protocol = "tcp"] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(spec) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === "" || first < 1 || last < first || last > 65_535 || last - first >= rangeMax) {
    report.reject(at, `invalid port: ${spec}`);
    return [];
  }
  return Array.from({ length: last - first + 1 }, (_, offset) => ({
    port: first + offset,
    protocol: protocolOf(protocol),
  }));
}

function distinctPorts(ports: readonly InnerPort[]): readonly InnerPort[] {
  const distinct = new Map(
    ports.map(({ port, protocol }) => [portName({ port, protocol }), { port, protocol }]),
  );
  return [...distinct.values()];
}

/** `8080-tcp` */
export function portName({ port, protocol }: InnerPort): string {
  return `${port}-${protocol.toLowerCase()}`;
}

function protocolOf(protocol: string | undefined): Protocol {
  if (protocol === "udp" || protocol === "UDP") return "UDP";
  return protocol?.toLowerCase() === "sctp" ? "SCTP" : "TCP";
}

/** Whether only this machine is to reach it. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:127\.|::1$)/.test(address);
}

/** Rejects two services that publish the same port, of which only one could have it. */
export function checkPublishedPorts(conversion: Conversion): void {
  const owners = new Map<string, OuterPort & { readonly service: string }>();
  for (const service of conversion.services.values()) {
    for (const port of outerPortsOf(service, conversion)) {
      if (port.published === undefined) continue;
      const key = `${isLoopback(port.address)} ${port.published} ${port.protocol}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, { ...port, service: service.name });
      else if (owner.service !== service.name || owner.address === port.address) {
        const both = `services "${owner.service}" and "${service.name}"`;
        const message =
          owner.service === service.name
            ? `port ${port.published} is published twice`
            : `port ${port.published} is published by both ${both}`;
        conversion.report.reject(port.path, message);
      }
    }
  }
}

/** What somebody who deploys the stack can reach, and through what. */
export function publishedPortsOf(
  service: StackService,
  through: string | undefined,
  conversion: Conversion,
): readonly PublishedPort[] {
  return outerPortsOf(service, conversion).map((port) => ({
    address: port.address,
    published: port.published,
    target: port.port,
    protocol: port.protocol,
    through: isLoopback(port.address) || port.mode === "host" ? undefined : through,
  }));
}
