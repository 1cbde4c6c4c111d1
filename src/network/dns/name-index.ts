/** Services and endpoints by what DNS names say of them, kept up to date as they change. */

import type { Live } from "#api";
import type { Service } from "#api/core/v1";
import type { EndpointSlice } from "#api/discovery/v1";
import { type ServiceSources, ServiceView } from "../proxy/service-view.ts";

/** One address behind a headless service. */
export interface NamedEndpoint {
  readonly address: string;
  /** Its name below the service: its hostname, else its address with dashes. */
  readonly label: string;
  readonly ports: readonly NamedPort[];
}

export interface NamedPort {
  readonly name: string;
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string;
  readonly port: number;
}

export class NameIndex {
  readonly #view = new ServiceView();
  /** How many services each namespace has. */
  readonly #namespaces = new Map<string, number>();
  /** The services that use an address, as cluster IP or endpoint. */
  readonly #byAddress = new Map<string, Set<string>>();
  readonly #addressesOf = new Map<string, ReadonlySet<string>>();
  #generation = 0;

  follow(sources: ServiceSources): Disposable {
    const following = this.#view.follow(sources, () => this.#takeChanges());
    this.#takeChanges();
    return following;
  }

  /** Grows with every change: what was derived from an older one may be wrong. */
  get generation(): number {
    return this.#generation;
  }

  hasNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  findService(namespace: string, name: string): Live<Service> | undefined {
    return this.#view.find(`${namespace}/${name}`);
  }

  /** The endpoints of a service that are ready (or published regardless), each once. */
  endpointsOf(namespace: string, name: string): readonly NamedEndpoint[] {
    const found = new Map<string, NamedEndpoint>();
    for (const slice of this.#view.slicesOf(`${namespace}/${name}`)) {
      for (const endpoint of readyEndpoints(slice)) {
        const known = found.get(endpoint.address);
        const ports = known === undefined ? endpoint.ports : [...known.ports, ...endpoint.ports];
        found.set(endpoint.address, { ...endpoint, ports });
      }
    }
    return [...found.values()];
  }

  /** `namespace/name` of the services that an address belongs to. */
  servicesAt(address: string): Iterable<string> {
    return this.#byAddress.get(address) ?? [];
  }

  #takeChanges(): void {
    for (const key of this.#view.takeChanged()) {
      this.#generation++;
      this.#takeAddresses(key);
    }
  }

  #takeAddresses(key: string): void {
    const service = this.#view.find(key);
    const before = this.#addressesOf.get(key);
    const after = service === undefined ? undefined : this.#collectAddresses(key, service);
    for (const address of before ?? []) if (after?.has(address) !== true) this.#leave(address, key);
    for (const address of after ?? []) if (before?.has(address) !== true) this.#enter(address, key);
    const namespace = key.slice(0, key.indexOf("/"));
    const count =
      (this.#namespaces.get(namespace) ?? 0) +
      Number(after !== undefined) -
      Number(before !== undefined);
    if (count === 0) this.#namespaces.delete(namespace);
    else this.#namespaces.set(namespace, count);
    if (after === undefined) this.#addressesOf.delete(key);
    else this.#addressesOf.set(key, after);
  }

  #collectAddresses(key: string, service: Live<Service>): ReadonlySet<string> {
    const slices = this.#view.slicesOf(key);
    const endpoints = slices.flatMap((slice) => readyEndpoints(slice));
    const clusterIp = service.spec.clusterIP ?? "";
    return new Set([clusterIp, ...endpoints.map((endpoint) => endpoint.address)]);
  }

  #enter(address: string, key: string): void {
    const keys = this.#byAddress.get(address) ?? new Set<string>();
    keys.add(key);
    this.#byAddress.set(address, keys);
  }

  #leave(address: string, key: string): void {
    const keys = this.#byAddress.get(address);
    keys?.delete(key);
    if (keys?.size === 0) this.#byAddress.delete(address);
  }
}

function readyEndpoints(slice: Live<EndpointSlice>): readonly NamedEndpoint[] {
  if (slice.addressType !== "IPv4") return [];
  const ports = (slice.ports ?? []).flatMap(({ name = "", protocol = "TCP", port }) =>
    port === undefined ? [] : [{ name, protocol: protocol.toLowerCase(), port }],
  );
  return (slice.endpoints ?? []).flatMap((endpoint) => {
    const [address] = endpoint.addresses;
    if (address === undefined || endpoint.conditions?.ready === false) return [];
    return [{ address, label: endpoint.hostname ?? address.replaceAll(".", "-"), ports }];
  });
}
