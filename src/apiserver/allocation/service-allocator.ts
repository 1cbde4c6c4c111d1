/**
 * Gives Services their addresses and node ports. An address is held by its IPAddress object, as
 * upstream; a port by a key that only this server knows.
 */

import { asJsonObject, type FieldError, formatTime, invalid, type JsonObject } from "#api";
import { type Service, service } from "#api/core/v1";
import { ipAddress } from "#api/networking/v1";
import { type Clock, type Random, uuid } from "#base";
import type { Store } from "#store";
import { decodedAs } from "../objects/decode-stored.ts";
import { encodeStored } from "../objects/object-content.ts";
import { storeKeyOf } from "../objects/stored-object.ts";
import { type Catalog, storeRoot } from "../registry/catalog.ts";
import {
  addressRangeOf,
  candidates,
  contains,
  formatAddress,
  type NumberRange,
  parseAddress,
  portRangeOf,
} from "./address-range.ts";
import type { Allocation, Allocator, Claim } from "./claims.ts";
import { addressOf, nodePortsOf, serviceNeeds, withAddress } from "./service-needs.ts";

export interface ServiceAllocatorDeps {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly random: Random;
}

const nodePortPrefix = `${storeRoot}allocations/nodeports/`;
const nodePortMin = 30_000;
const nodePortMax = 32_767;

export function serviceAllocator(deps: ServiceAllocatorDeps, network: string): Allocator {
  return new ServiceAllocator(deps, network);
}

class ServiceAllocator implements Allocator {
  readonly #deps: ServiceAllocatorDeps;
  readonly #network: string;
  readonly #addresses: NumberRange;
  readonly #ports = portRangeOf(nodePortMin, nodePortMax);

  constructor(deps: ServiceAllocatorDeps, network: string) {
    this.#deps = deps;
    this.#network = network;
    this.#addresses = addressRangeOf(network);
  }

  async allocate(object: JsonObject, current: JsonObject | undefined): Promise<Allocation> {
    const before = current === undefined ? undefined : decodedAs(service, current);
    const needs = serviceNeeds(decodedAs(service, object), before);
    this.#checkWishes(needs.service);
    const isAddressChosen = needs.address === "wanted";
    const addressed = isAddressChosen
      ? withAddress(needs.service, await this.#freeAddress(needs.service))
      : needs.service;
    const chosenPorts = new Set<number>();
    const whole = await this.#withPorts(addressed, needs, chosenPorts);

    const held = new Set(before === undefined ? [] : this.#keysOf(before));
    const claims = [
      ...this.#addressClaims(whole, isAddressChosen),
      ...this.#portClaims(whole, chosenPorts),
    ].filter(({ key }) => !held.has(key));
    const keys = new Set(this.#keysOf(whole));
    const released = [...held].filter((key) => !keys.has(key));
    return { object: asJsonObject(whole), claims, released };
  }

  held(object: JsonObject): readonly string[] {
    return this.#keysOf(decodedAs(service, object));
  }

  #keysOf(object: Service): readonly string[] {
    const address = addressOf(object);
    const ports = nodePortsOf(object).map(portKey);
    return address === undefined ? ports : [this.#addressKey(address), ...ports];
  }

  #addressKey(address: string): string {
    return storeKeyOf(this.#deps.catalog.get(ipAddress), { namespace: "", name: address });
  }

  #checkWishes(object: Service): void {
    const errors: FieldError[] = [];
    const address = addressOf(object);
    if (address !== undefined && !this.#isOurs(address)) {
      errors.push(
        this.#addressRefusal(
          address,
          `provided IP (${address}) is not in the valid range. The range of valid IPs is ${this.#network}`,
        ),
      );
    }
    for (const [index, { nodePort = 0 }] of (object.spec?.ports ?? []).entries()) {
      if (nodePort === 0 || contains(this.#ports, nodePort)) continue;
      const why = `provided port is not in the valid range. The range of valid ports is ${nodePortMin}-${nodePortMax}`;
      errors.push(portRefusal(index, nodePort, why));
    }
    if (errors.length === 0) return;
    throw invalid({ group: "", name: "Service" }, object.metadata?.name ?? "", errors);
  }

  #isOurs(address: string): boolean {
    const number = parseAddress(address);
    return number !== undefined && contains(this.#addresses, number);
  }

  async #freeAddress(object: Service): Promise<string> {
    for (const candidate of candidates(this.#addresses, this.#deps.random)) {
      const address = formatAddress(candidate);
      if ((await this.#deps.store.find(this.#addressKey(address))) === undefined) return address;
    }
    throw exhausted(object, "spec.clusterIPs", "range is full");
  }

  async #withPorts(
    object: Service,
    needs: Pick<ReturnType<typeof serviceNeeds>, "nodePorts" | "healthPort">,
    chosen: Set<number>,
  ): Promise<Service> {
    if (needs.nodePorts === "unused" && needs.healthPort !== "wanted") return object;
    const ports = [];
    for (const port of object.spec?.ports ?? []) {
      const isOpen = needs.nodePorts === "wanted" && (port.nodePort ?? 0) === 0;
      ports.push(isOpen ? { ...port, nodePort: await this.#freePort(object, chosen) } : port);
    }
    const spec = { ...object.spec, ports };
    if (needs.healthPort !== "wanted") return { ...object, spec };
    const healthCheckNodePort = await this.#freePort(object, chosen);
    return { ...object, spec: { ...spec, healthCheckNodePort } };
  }

  async #freePort(object: Service, chosen: Set<number>): Promise<number> {
    const own = new Set(nodePortsOf(object));
    for (const port of candidates(this.#ports, this.#deps.random)) {
      if (chosen.has(port) || own.has(port)) continue;
      if ((await this.#deps.store.find(portKey(port))) !== undefined) continue;
      chosen.add(port);
      return port;
    }
    throw exhausted(object, "spec.ports", "range is full");
  }

  #addressClaims(object: Service, isChosen: boolean): readonly Claim[] {
    const address = addressOf(object);
    if (address === undefined) return [];
    const why = `failed to allocate IP ${address}: provided IP is already allocated`;
    const refusal = isChosen ? undefined : this.#addressRefusal(address, why);
    return [
      { key: this.#addressKey(address), value: this.#addressBytes(object, address), refusal },
    ];
  }

  #portClaims(object: Service, chosen: ReadonlySet<number>): readonly Claim[] {
    const { name = "", namespace = "" } = object.metadata ?? {};
    const value = new TextEncoder().encode(`${namespace}/${name}`);
    const ports = object.spec?.ports ?? [];
    return nodePortsOf(object).map((port) => {
      const index = ports.findIndex(({ nodePort }) => nodePort === port);
      const refusal = portRefusal(index, port, "provided port is already allocated");
      return { key: portKey(port), value, refusal: chosen.has(port) ? undefined : refusal };
    });
  }

  #addressBytes(object: Service, address: string): Uint8Array {
    const { name, namespace } = object.metadata ?? {};
    const held = {
      apiVersion: "networking.k8s.io/v1",
      kind: "IPAddress",
      metadata: {
        name: address,
        uid: uuid(this.#deps.random),
        creationTimestamp: formatTime(this.#deps.clock.nowMs()),
        labels: {
          "ipaddress.kubernetes.io/ip-family": "IPv4",
          "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
        },
      },
      spec: { parentRef: { resource: "services", namespace, name } },
    };
    return encodeStored(this.#deps.catalog.get(ipAddress), asJsonObject(held));
  }

  #addressRefusal(address: string, why: string): FieldError {
    const message = `Invalid value: ${JSON.stringify([address])}: ${why}`;
    return { field: "spec.clusterIPs", reason: "FieldValueInvalid", message };
  }
}

function portKey(port: number): string {
  return `${nodePortPrefix}${port}`;
}

function portRefusal(index: number, port: number, why: string): FieldError {
  const field = index < 0 ? "spec.healthCheckNodePort" : `spec.ports[${index}].nodePort`;
  return { field, reason: "FieldValueInvalid", message: `Invalid value: ${port}: ${why}` };
}

function exhausted(object: Service, field: string, why: string): Error {
  const message = `Internal error: failed to allocate: ${why}`;
  const error = { field, reason: "FieldValueInvalid", message } as const;
  return invalid({ group: "", name: "Service" }, object.metadata?.name ?? "", [error]);
}
