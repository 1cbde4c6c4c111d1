import { compareText } from "#base";
import { type Endpoints, endpoints, type Service, service } from "#api/core/v1";
import { type EndpointSlice, endpointSlice } from "#api/discovery/v1";
import { ageColumn, column, nameColumn, printerOf, wide } from "./column.ts";
import { firstOf, labelsText, orNone } from "./text.ts";

const shownMax = 3;

export const servicePrinter = printerOf(service, [
  nameColumn,
  column("Type", "How the service is exposed.", ({ spec }) => spec?.type ?? ""),
  column(
    "Cluster-IP",
    "Address inside the cluster.",
    ({ spec }) => spec?.clusterIPs?.[0] ?? "<none>",
  ),
  column("External-IP", "Addresses outside the cluster.", externalAddresses),
  column("Port(s)", "Ports, with the port on every node where there is one.", portsOf),
  ageColumn,
  wide(
    column("Selector", "Labels of the pods behind the service.", ({ spec }) =>
      labelsText(spec?.selector),
    ),
  ),
]);

export const endpointsPrinter = printerOf(endpoints, [
  nameColumn,
  column("Endpoints", "Addresses and ports behind the service.", (object) => {
    const all = (object.subsets ?? []).flatMap(addressesOf);
    return object.subsets === undefined ? "<none>" : firstOf(all, shownMax, ",");
  }),
  ageColumn,
]);

export const endpointSlicePrinter = printerOf(endpointSlice, [
  nameColumn,
  column("AddressType", "What kind of addresses these are.", ({ addressType }) => addressType),
  column("Ports", "Ports of every endpoint.", slicePorts),
  column("Endpoints", "Addresses of the endpoints.", ({ endpoints: all }) =>
    listOrUnset((all ?? []).flatMap(({ addresses }) => addresses ?? [])),
  ),
  ageColumn,
]);

function externalAddresses({ spec, status }: Service): string {
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ClusterIP":
    case "NodePort":
      return orNone(external.join(","));
    case "LoadBalancer": {
      const all = [...ingressAddresses(status?.loadBalancer), ...external];
      return all.length === 0 ? "<pending>" : all.join(",");
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return "<unknown>";
  }
}

interface LoadBalancer {
  readonly ingress?:
    | readonly { readonly ip?: string | undefined; readonly hostname?: string | undefined }[]
    | undefined;
}

/** The addresses or else names at which a load balancer is reached, sorted, each once. */
export function ingressAddresses(loadBalancer: LoadBalancer | undefined): readonly string[] {
  const points = loadBalancer?.ingress ?? [];
  const addresses = points.map(({ ip = "", hostname = "" }) => (ip === "" ? hostname : ip));
  return [...new Set(addresses)].filter((address) => address !== "").sort(compareText);
}

function portsOf({ spec }: Service): string {
  const ports = (spec?.ports ?? []).map(({ port, nodePort = 0, protocol = "" }) =>
    nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return orNone(ports.join(","));
}

type EndpointSubset = NonNullable<Endpoints["subsets"]>[number];

function addressesOf({ addresses = [], ports = [] }: EndpointSubset): readonly string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${hostText(ip)}:${port}`));
}

function hostText(ip: string): string {
  return ip.includes(":") ? `[${ip}]` : ip;
}

function slicePorts({ ports }: EndpointSlice): string {
  return listOrUnset((ports ?? []).map(({ port, name }) => String(port ?? name ?? "*")));
}

function listOrUnset(items: readonly string[]): string {
  const text = firstOf(items, shownMax, ",");
  return text === "" ? "<unset>" : text;
}
