/** Where the traffic of Services goes: Endpoints and EndpointSlices. */

import { dns1123LabelProblems, dns1123SubdomainProblems, labelKeyProblems } from "#api";
import type { EndpointAddress, Endpoints, EndpointSubset } from "#api/core/v1";
import type { Endpoint, EndpointSlice } from "#api/discovery/v1";
import { fixedProblems } from "../immutable.ts";
import { portProblems } from "../numbers.ts";
import { addressFamily, addressProblems } from "../paths.ts";
import {
  choiceProblems,
  duplicate,
  invalidFor,
  invalidValue,
  type Problems,
  required,
  tooMany,
} from "../problems.ts";
import { protocols } from "../protocols.ts";
import { endpointAddressProblems } from "./endpoint-address.ts";

export function* endpointsProblems({ subsets = [] }: Endpoints): Problems {
  for (const [index, subset] of subsets.entries()) {
    yield* subsetProblems(`subsets[${index}]`, subset);
  }
}

function* subsetProblems(at: string, subset: EndpointSubset): Problems {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    yield required(at, "must specify `addresses` or `notReadyAddresses`");
  }
  for (const [list, members] of [
    ["addresses", addresses],
    ["notReadyAddresses", notReadyAddresses],
  ] as const) {
    for (const [index, address] of members.entries()) {
      yield* addressEntryProblems(`${at}.${list}[${index}]`, address);
    }
  }
  for (const [index, port] of ports.entries()) {
    const field = `${at}.ports[${index}]`;
    const { name = "" } = port;
    if (name !== "") yield* invalidFor(`${field}.name`, name, dns1123LabelProblems(name));
    else if (ports.length > 1) yield required(`${field}.name`);
    yield* portProblems(`${field}.port`, port.port);
    yield* choiceProblems(`${field}.protocol`, port.protocol, protocols);
  }
}

function* addressEntryProblems(at: string, address: EndpointAddress): Problems {
  const { ip, hostname = "", nodeName } = address;
  yield* endpointAddressProblems(`${at}.ip`, ip);
  if (hostname !== "") {
    yield* invalidFor(`${at}.hostname`, hostname, dns1123LabelProblems(hostname));
  }
  if (nodeName !== undefined) {
    yield* invalidFor(`${at}.nodeName`, nodeName, dns1123SubdomainProblems(nodeName));
  }
}

const endpointCountMax = 1_000;
const portCountMax = 20_000;
const addressCountMax = 100;

export function* endpointSliceProblems(slice: EndpointSlice): Problems {
  yield* choiceProblems("addressType", slice.addressType, ["FQDN", "IPv4", "IPv6"]);
  yield* slicePortsProblems(slice.ports ?? []);
  const { endpoints = [] } = slice;
  if (endpoints.length > endpointCountMax) {
    return yield tooMany("endpoints", endpoints.length, endpointCountMax);
  }
  for (const [index, endpoint] of endpoints.entries()) {
    yield* endpointProblems(`endpoints[${index}]`, endpoint, slice.addressType);
  }
}

export function* endpointSliceChangeProblems(
  slice: EndpointSlice,
  current: EndpointSlice,
): Problems {
  yield* endpointSliceProblems(slice);
  yield* fixedProblems("addressType", slice.addressType, current.addressType);
}

function* slicePortsProblems(ports: NonNullable<EndpointSlice["ports"]>): Problems {
  if (ports.length > portCountMax) return yield tooMany("ports", ports.length, portCountMax);
  const names = new Set<string>();
  for (const [index, { name = "", protocol, appProtocol }] of ports.entries()) {
    const at = `ports[${index}]`;
    if (name !== "") yield* invalidFor(`${at}.name`, name, dns1123LabelProblems(name));
    if (names.has(name)) yield duplicate(`${at}.name`, name);
    names.add(name);
    yield* choiceProblems(`${at}.protocol`, protocol, protocols);
    if (appProtocol !== undefined) {
      yield* invalidFor(`${at}.appProtocol`, appProtocol, labelKeyProblems(appProtocol));
    }
  }
}

function* endpointProblems(at: string, endpoint: Endpoint, addressType: string): Problems {
  const { addresses, nodeName, hostname } = endpoint;
  const field = `${at}.addresses`;
  if (addresses.length === 0) yield required(field, "must contain at least 1 address");
  if (addresses.length > addressCountMax) yield tooMany(field, addresses.length, addressCountMax);
  for (const [index, address] of addresses.entries()) {
    yield* sliceAddressProblems(`${field}[${index}]`, address, addressType);
  }
  if (nodeName !== undefined) {
    yield* invalidFor(`${at}.nodeName`, nodeName, dns1123SubdomainProblems(nodeName));
  }
  if (hostname !== undefined) {
    yield* invalidFor(`${at}.hostname`, hostname, dns1123LabelProblems(hostname));
  }
}

function* sliceAddressProblems(field: string, address: string, addressType: string): Problems {
  if (addressType === "FQDN") {
    return yield* invalidFor(field, address, dns1123SubdomainProblems(address));
  }
  if (addressType !== "IPv4" && addressType !== "IPv6") return;
  const family = addressFamily(address);
  if (family === undefined) return yield* addressProblems(field, address);
  if (family !== addressType) {
    yield invalidValue(field, address, `must be an ${addressType} address`);
  } else yield* endpointAddressProblems(field, address);
}
