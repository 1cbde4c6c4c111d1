/**
 * The cluster's zone: what DNS says of services, endpoints and pods. Pure lookups in the index.
 * Follows the specification "Kubernetes DNS-Based Service Discovery" 1.1; what that leaves open is as
 * CoreDNS does it.
 *
 *   <service>.<namespace>.svc.<zone>                       A, or CNAME of an ExternalName service
 *   _<port>._<protocol>.<service>.<namespace>.svc.<zone>   SRV
 *   <endpoint>.<service>.<namespace>.svc.<zone>            A
 *   <a-b-c-d>.<namespace>.pod.<zone>                       A
 *   <d>.<c>.<b>.<a>.in-addr.arpa                           PTR
 */

import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import { type Cidr, contains, parseCidr, parseIpv4 } from "../address.ts";
import type { NamedEndpoint, NamedPort, NameIndex } from "./name-index.ts";
import { queryTypes } from "./query.ts";
import type { DnsRecord, ZoneFacts } from "./records.ts";

export interface ZoneOptions {
  /** The cluster's domain. Default `cluster.local`. */
  readonly domain: string;
  /** Address of this server, for the zone's name server record. */
  readonly dnsAddress: string;
  readonly podRange: string;
  readonly serviceRange: string;
}

/** Records, no records of that type, no such name, somewhere else, or a name that is not ours. */
export type ZoneLookup =
  | {
      readonly kind: "found";
      readonly records: readonly DnsRecord[];
      readonly additional: readonly DnsRecord[];
    }
  | { readonly kind: "no-records" }
  | { readonly kind: "no-name" }
  | { readonly kind: "alias"; readonly record: DnsRecord; readonly target: string }
  | { readonly kind: "outside" };

/** How long clients may keep what we say, in seconds: CoreDNS' default for the cluster's names. */
const ttl = 5;

/** Of the schema that our names follow. */
const schemaVersion = "1.1.0";

export class Zone {
  readonly #index: NameIndex;
  readonly #domain: string;
  readonly #suffix: string;
  readonly #dnsAddress: string;
  readonly #ranges: readonly Cidr[];

  constructor(index: NameIndex, options: ZoneOptions) {
    this.#index = index;
    this.#domain = options.domain;
    this.#suffix = `.${options.domain}`;
    this.#dnsAddress = options.dnsAddress;
    this.#ranges = [options.podRange, options.serviceRange].flatMap(
      (text) => parseCidr(text) ?? [],
    );
  }

  /** Looks up a lower-case name without its last dot. */
  lookup(name: string, type: number): ZoneLookup {
    if (name === this.#domain) return this.#apex(type);
    if (name.endsWith(this.#suffix)) {
      const labels = name.slice(0, -this.#suffix.length).split(".");
      return this.#inZone(name, labels, type);
    }
    if (name.endsWith(".in-addr.arpa")) return this.#reverse(name, type);
    return { kind: "outside" };
  }

  /** For the authority of negative answers. */
  authority(): DnsRecord {
    const zone: ZoneFacts = {
      primary: `ns.dns.${this.#domain}`,
      mailbox: `hostmaster.${this.#domain}`,
      serial: this.#index.generation,
      negativeTtl: ttl,
    };
    return { type: "SOA", name: this.#domain, ttl, zone };
  }

  #apex(type: number): ZoneLookup {
    if (type === queryTypes.soa) return found([this.authority()]);
    if (type !== queryTypes.ns) return { kind: "no-records" };
    const target = `ns.dns.${this.#domain}`;
    return found(
      [{ type: "NS", name: this.#domain, ttl, target }],
      [this.#addressRecord(target, this.#dnsAddress)],
    );
  }

  #inZone(name: string, labels: readonly string[], type: number): ZoneLookup {
    const last = labels.at(-1);
    if (last === "svc") return this.#inServices(name, labels.slice(0, -1), type);
    if (last === "pod") return this.#inPods(name, labels.slice(0, -1), type);
    if (name === `dns-version${this.#suffix}`) {
      if (type !== queryTypes.txt) return { kind: "no-records" };
      return found([{ type: "TXT", name, ttl, text: schemaVersion }]);
    }
    if (name === `dns${this.#suffix}`) return { kind: "no-records" };
    if (name !== `ns.dns${this.#suffix}`) return { kind: "no-name" };
    return this.#addresses(name, [this.#dnsAddress], type);
  }

  /** `labels` are those before `svc`. */
  #inServices(name: string, labels: readonly string[], type: number): ZoneLookup {
    const namespace = labels.at(-1);
    if (namespace === undefined) return { kind: "no-records" };
    if (!this.#index.hasNamespace(namespace)) return { kind: "no-name" };
    const serviceName = labels.at(-2);
    if (serviceName === undefined) return { kind: "no-records" };
    const service = this.#index.findService(namespace, serviceName);
    if (service === undefined) return { kind: "no-name" };
    const below = labels.slice(0, -2);
    if (service.spec.type === "ExternalName") return externalName(name, service, below);
    const place = `${serviceName}.${namespace}.svc${this.#suffix}`;
    const subject = { service, place, namespace, serviceName };
    const [first = "", second = "", ...rest] = below;
    if (rest.length > 0) return { kind: "no-name" };
    if (below.length === 0) return this.#ofService(name, subject, type);
    if (first.startsWith("_")) return this.#ofPort(name, subject, { first, second }, type);
    return second === "" ? this.#ofEndpoint(name, subject, first, type) : { kind: "no-name" };
  }

  #ofService(name: string, subject: Subject, type: number): ZoneLookup {
    const { service } = subject;
    if (type === queryTypes.srv) return this.#srv(name, subject, () => true);
    if (!isHeadless(service)) return this.#addresses(name, [service.spec.clusterIP ?? ""], type);
    const endpoints = this.#endpointsOf(subject);
    if (endpoints.length === 0) return { kind: "no-name" };
    return this.#addresses(
      name,
      endpoints.map((endpoint) => endpoint.address),
      type,
    );
  }

  /** `_port._protocol`, or `_protocol` alone, which only leads to the former. */
  #ofPort(
    name: string,
    subject: Subject,
    labels: { readonly first: string; readonly second: string },
    type: number,
  ): ZoneLookup {
    const { first, second } = labels;
    const onlyProtocol = second === "";
    const protocol = (onlyProtocol ? first : second).replace(/^_/, "");
    const portName = first.slice(1);
    const matches = (port: NamedPort) =>
      port.protocol === protocol && (onlyProtocol || port.name === portName);
    const lookup = this.#srv(name, subject, matches);
    if (lookup.kind !== "found") return { kind: "no-name" };
    return type === queryTypes.srv && !onlyProtocol ? lookup : { kind: "no-records" };
  }

  #ofEndpoint(name: string, subject: Subject, label: string, type: number): ZoneLookup {
    const endpoints = this.#endpointsOf(subject).filter((endpoint) => endpoint.label === label);
    if (endpoints.length === 0) return { kind: "no-name" };
    return this.#addresses(
      name,
      endpoints.map((endpoint) => endpoint.address),
      type,
    );
  }

  #srv(name: string, subject: Subject, matches: (port: NamedPort) => boolean): ZoneLookup {
    const targets = isHeadless(subject.service)
      ? this.#endpointsOf(subject).map((endpoint) => ({
          target: `${endpoint.label}.${subject.place}`,
          address: endpoint.address,
          ports: endpoint.ports,
        }))
      : [
          {
            target: subject.place,
            address: subject.service.spec.clusterIP ?? "",
            ports: portsOf(subject.service),
          },
        ];
    const pairs = targets.flatMap(({ ports, ...target }) =>
      ports.filter(matches).map((port) => ({ ...target, port: port.port })),
    );
    if (pairs.length === 0) return { kind: "no-name" };
    // Weights share 100 among the targets, as clients expect.
    const weight = Math.max(1, Math.floor(100 / pairs.length));
    const records = pairs.map(
      ({ target, port }): DnsRecord => ({
        type: "SRV",
        name,
        ttl,
        priority: 0,
        weight,
        port,
        target,
      }),
    );
    const addresses = new Map(pairs.map(({ target, address }) => [target, address]));
    const additional = Array.from(addresses, ([target, address]) =>
      this.#addressRecord(target, address),
    );
    return found(records, additional);
  }

  /** Any address of the pod range has a name, whether or not a pod is there: it says what it asks. */
  #inPods(name: string, labels: readonly string[], type: number): ZoneLookup {
    const [dashed, namespace] = labels.length === 2 ? labels : [undefined, labels.at(-1)];
    if (labels.length > 2) return { kind: "no-name" };
    if (namespace === undefined) return { kind: "no-records" };
    if (!this.#index.hasNamespace(namespace)) return { kind: "no-name" };
    if (dashed === undefined) return { kind: "no-records" };
    const address = dashed.replaceAll("-", ".");
    if (parseIpv4(address) === undefined) return { kind: "no-name" };
    return this.#addresses(name, [address], type);
  }

  #reverse(name: string, type: number): ZoneLookup {
    const address = name.slice(0, -".in-addr.arpa".length).split(".").toReversed().join(".");
    if (!this.#ranges.some((range) => contains(range, address))) return { kind: "outside" };
    const targets = [...this.#index.servicesAt(address)].flatMap((key) =>
      this.#nameAt(key, address),
    );
    if (targets.length === 0) return { kind: "no-name" };
    if (type !== queryTypes.ptr) return { kind: "no-records" };
    return found(targets.map((target): DnsRecord => ({ type: "PTR", name, ttl, target })));
  }

  #nameAt(key: string, address: string): readonly string[] {
    const [namespace = "", name = ""] = key.split("/");
    const place = `${name}.${namespace}.svc${this.#suffix}`;
    const service = this.#index.findService(namespace, name);
    if (service?.spec.clusterIP === address) return [place];
    const endpoints = this.#index.endpointsOf(namespace, name);
    return endpoints
      .filter((endpoint) => endpoint.address === address)
      .map((endpoint) => `${endpoint.label}.${place}`);
  }

  #endpointsOf(subject: Subject): readonly NamedEndpoint[] {
    return this.#index.endpointsOf(subject.namespace, subject.serviceName);
  }

  #addresses(name: string, addresses: readonly string[], type: number): ZoneLookup {
    if (type !== queryTypes.a && type !== queryTypes.any) return { kind: "no-records" };
    return found(addresses.map((address) => this.#addressRecord(name, address)));
  }

  #addressRecord(name: string, address: string): DnsRecord {
    return { type: "A", name, ttl, address };
  }
}

interface Subject {
  readonly service: Live<Service>;
  /** The service's whole name. */
  readonly place: string;
  readonly namespace: string;
  readonly serviceName: string;
}

function found(records: readonly DnsRecord[], additional: readonly DnsRecord[] = []): ZoneLookup {
  return { kind: "found", records, additional };
}

function externalName(name: string, service: Live<Service>, below: readonly string[]): ZoneLookup {
  if (below.length > 0) return { kind: "no-name" };
  const target = (service.spec.externalName ?? "").toLowerCase().replace(/\.$/, "");
  if (!isWritableName(target)) return { kind: "no-records" };
  return { kind: "alias", record: { type: "CNAME", name, ttl, target }, target };
}

/** Whether a name can stand in a message: labels of 1 to 63 plain bytes, 253 in all. */
export function isWritableName(name: string): boolean {
  if (name.length > 253) return false;
  return name.split(".").every((label) => /^[\x21-\x5b\x5d-\x7e]{1,63}$/.test(label));
}

function isHeadless(service: Live<Service>): boolean {
  return parseIpv4(service.spec.clusterIP ?? "") === undefined;
}

function portsOf(service: Live<Service>): readonly NamedPort[] {
  return (service.spec.ports ?? []).map(({ name = "", protocol = "TCP", port }) => ({
    name,
    protocol: protocol.toLowerCase(),
    port,
  }));
}
