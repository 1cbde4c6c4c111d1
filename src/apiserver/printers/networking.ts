import {
  type Ingress,
  ingress,
  ingressClass,
  type IPAddress,
  ipAddress,
  networkPolicy,
  serviceCIDR,
} from "#api/networking/v1";
import { ageColumn, column, nameColumn, nameOf, printerOf } from "./column.ts";
import { ingressAddresses } from "./service.ts";
import { orNone, selectorText } from "./text.ts";

const hostsShownMax = 3;
const defaultClassAnnotation = "ingressclass.kubernetes.io/is-default-class";

export const ingressPrinter = printerOf(ingress, [
  nameColumn,
  column("Class", "Class that says who serves the ingress.", ({ spec }) =>
    orNone(spec?.ingressClassName),
  ),
  column("Hosts", "Host names that requests are matched with.", hostsOf),
  column("Address", "Addresses at which the ingress is reached.", ({ status }) =>
    ingressAddresses(status?.loadBalancer).join(","),
  ),
  column("Ports", "Ports on which the ingress listens.", ({ spec }) =>
    (spec?.tls ?? []).length > 0 ? "80, 443" : "80",
  ),
  ageColumn,
]);

export const ingressClassPrinter = printerOf(ingressClass, [
  {
    ...nameColumn,
    cellOf: (object) => {
      const isDefault = object.metadata?.annotations?.[defaultClassAnnotation] === "true";
      return isDefault ? `${nameOf(object)} (default)` : nameOf(object);
    },
  },
  column("Controller", "Controller that serves the class.", ({ spec }) => spec?.controller ?? ""),
  column("Parameters", "Object with more settings of the class.", ({ spec }) => {
    const parameters = spec?.parameters;
    if (parameters === undefined) return "<none>";
    const { apiGroup, kind, name } = parameters;
    return apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`;
  }),
  ageColumn,
]);

export const networkPolicyPrinter = printerOf(networkPolicy, [
  nameColumn,
  column("Pod-Selector", "Which pods the policy is about.", ({ spec }) =>
    selectorText(spec?.podSelector ?? {}),
  ),
  ageColumn,
]);

export const serviceCidrPrinter = printerOf(serviceCIDR, [
  nameColumn,
  column("CIDRs", "Ranges of addresses for services.", ({ spec }) => (spec?.cidrs ?? []).join(",")),
  ageColumn,
]);

export const ipAddressPrinter = printerOf(ipAddress, [
  nameColumn,
  column("ParentRef", "Object that the address is given to.", parentOf),
]);

function hostsOf({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const hosts: string[] = [];
  let isCut = false;
  for (const { host = "" } of rules) {
    if (hosts.length === hostsShownMax) isCut = true;
    else if (host !== "") hosts.push(host);
  }
  if (hosts.length === 0) return "*";
  const text = hosts.join(",");
  return isCut ? `${text} + ${rules.length - hostsShownMax} more...` : text;
}

function parentOf({ spec }: IPAddress): string {
  if (spec?.parentRef === undefined) return "<none>";
  const { group = "", resource, namespace = "", name } = spec.parentRef;
  const kind = (group === "" ? resource : `${resource}.${group}`).toLowerCase();
  return namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
