import { dns1123LabelProblems, dns1123SubdomainProblems, labelKeyProblems } from "#api";
import type { Service, ServicePort, ServiceSpec } from "#api/core/v1";
import { labelsProblems } from "../labels.ts";
import { portOrNameProblems, portProblems } from "../numbers.ts";
import { addressBlockProblems, addressFamily, addressProblems } from "../paths.ts";
import {
  choiceProblems,
  duplicate,
  forbiddenField,
  invalidFor,
  invalidValue,
  notSupported,
  optionalChoiceProblems,
  type Problems,
  required,
} from "../problems.ts";
import { protocols } from "../protocols.ts";
import { endpointAddressProblems } from "./endpoint-address.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

export function* serviceProblems({ spec = {} }: Service): Problems {
  const { ports = [], type = "" } = spec;
  if (ports.length === 0 && !isHeadless(spec) && type !== "ExternalName") {
    yield required("spec.ports");
  }
  yield* typeProblems(spec);
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    yield* portEntryProblems(at, port, ports.length > 1);
    const { name = "" } = port;
    if (name !== "" && names.has(name)) yield duplicate(`${at}.name`, name);
    names.add(name);
  }
  yield* labelsProblems("spec.selector", spec.selector);
  yield* affinityProblems(spec);
  yield* clusterAddressProblems(spec);
  for (const [index, address] of (spec.externalIPs ?? []).entries()) {
    yield* endpointAddressProblems(`spec.externalIPs[${index}]`, address);
  }
  yield* choiceProblems("spec.type", type, types);
  yield* repeatedPortProblems(spec);
  yield* balancerProblems(spec);
  yield* trafficProblems(spec);
}

export function* serviceChangeProblems(object: Service, current: Service): Problems {
  yield* addressChangeProblems(object.spec ?? {}, current.spec ?? {});
  const { loadBalancerClass, type } = object.spec ?? {};
  const before = current.spec ?? {};
  if (
    type === "LoadBalancer" &&
    before.type === "LoadBalancer" &&
    loadBalancerClass !== before.loadBalancerClass
  ) {
    yield invalidValue("spec.loadBalancerClass", loadBalancerClass, "may not change once set");
  }
  yield* serviceProblems(object);
}

/** Who leaves the address out keeps it; who lets one of the two places be means the other. */
function* addressChangeProblems(spec: ServiceSpec, before: ServiceSpec): Problems {
  if (spec.type === "ExternalName" || before.type === "ExternalName") return;
  const wanted = spec.clusterIP ?? spec.clusterIPs?.[0] ?? "";
  const held = before.clusterIP ?? "";
  if (wanted === "" || wanted === held) return;
  yield invalidValue("spec.clusterIPs[0]", [wanted], "may not change once set");
}

function isHeadless({ clusterIP, clusterIPs = [] }: ServiceSpec): boolean {
  return clusterIP === "None" || (clusterIPs.length === 1 && clusterIPs[0] === "None");
}

function* typeProblems(spec: ServiceSpec): Problems {
  const { type, externalName = "" } = spec;
  if (isHeadless(spec) && (type === "LoadBalancer" || type === "NodePort")) {
    const why = `may not be set to 'None' for ${type} services`;
    yield invalidValue("spec.clusterIPs[0]", "None", why);
  }
  if (type !== "ExternalName") return;
  const why = "may not be set for ExternalName services";
  if ((spec.clusterIP ?? "") !== "") yield forbiddenField("spec.clusterIPs", why);
  const name = externalName.replace(/\.$/, "");
  if (name === "") yield required("spec.externalName");
  else yield* invalidFor("spec.externalName", name, dns1123SubdomainProblems(name));
}

function* portEntryProblems(at: string, port: ServicePort, needsName: boolean): Problems {
  const { name = "", appProtocol } = port;
  if (name !== "") yield* invalidFor(`${at}.name`, name, dns1123LabelProblems(name));
  else if (needsName) yield required(`${at}.name`);
  yield* portProblems(`${at}.port`, port.port);
  yield* choiceProblems(`${at}.protocol`, port.protocol, protocols);
  yield* portOrNameProblems(`${at}.targetPort`, port.targetPort ?? port.port);
  if (appProtocol !== undefined) {
    yield* invalidFor(`${at}.appProtocol`, appProtocol, labelKeyProblems(appProtocol));
  }
}

const stickySecondsMax = 86_400;

function* affinityProblems({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): Problems {
  yield* choiceProblems("spec.sessionAffinity", sessionAffinity, ["ClientIP", "None"]);
  const field = "spec.sessionAffinityConfig";
  if (sessionAffinity === "None" && sessionAffinityConfig !== undefined) {
    yield forbiddenField(field, "must not be set when session affinity is None");
  }
  if (sessionAffinity !== "ClientIP") return;
  const why = "when session affinity type is ClientIP";
  if (sessionAffinityConfig === undefined) return yield required(field, why);
  const { clientIP } = sessionAffinityConfig;
  if (clientIP === undefined) return yield required(`${field}.clientIP`, why);
  const { timeoutSeconds: seconds } = clientIP;
  const timeout = `${field}.clientIP.timeoutSeconds`;
  if (seconds === undefined) yield required(timeout, why);
  else if (seconds <= 0 || seconds > stickySecondsMax) {
    const bounds = `must be greater than 0 and less than ${stickySecondsMax}`;
    yield invalidValue(timeout, seconds, bounds);
  }
}

const familyPolicies = ["PreferDualStack", "RequireDualStack", "SingleStack"];

function* clusterAddressProblems(spec: ServiceSpec): Problems {
  if (spec.type === "ExternalName") return;
  const { ipFamilies = [], ipFamilyPolicy } = spec;
  const families = new Set<string>();
  for (const [index, family] of ipFamilies.entries()) {
    const field = `spec.ipFamilies[${index}]`;
    if (family !== "IPv4" && family !== "IPv6") yield notSupported(field, family, ["IPv4", "IPv6"]);
    if (families.has(family)) yield duplicate(field, family);
    families.add(family);
  }
  yield* optionalChoiceProblems("spec.ipFamilyPolicy", ipFamilyPolicy, familyPolicies);
  yield* addressListProblems(spec);
}

function* addressListProblems(spec: ServiceSpec): Problems {
  const { clusterIP = "", clusterIPs = [], ipFamilies = [] } = spec;
  const addresses = clusterIPs.length > 0 || clusterIP === "" ? clusterIPs : [clusterIP];
  for (const [index, address] of addresses.entries()) {
    const field = `spec.clusterIPs[${index}]`;
    if (address === "None") {
      if (addresses.length === 1) continue;
      yield invalidValue("spec.clusterIPs", addresses, "'None' must be the first and only value");
      continue;
    }
    yield* addressProblems(field, address);
    const family = ipFamilies[index];
    const actual = addressFamily(address);
    if (family === undefined || actual === undefined || family === actual) continue;
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    yield invalidValue(field, address, why);
  }
  if (addresses.length > 2) {
    yield invalidValue("spec.clusterIPs", addresses, "may only hold up to 2 values");
  }
}

/** A port stands once for each protocol, on the Service and on the nodes. */
function* repeatedPortProblems({ ports = [], type }: ServiceSpec): Problems {
  for (const [index, { nodePort = 0 }] of ports.entries()) {
    if (type !== "ClusterIP" || nodePort === 0) continue;
    const field = `spec.ports[${index}].nodePort`;
    yield forbiddenField(field, "may not be used when `type` is 'ClusterIP'");
  }
  const nodePorts = new Set<string>();
  for (const [index, { nodePort = 0, protocol = "" }] of ports.entries()) {
    if (nodePort === 0) continue;
    const key = `${protocol} ${nodePort}`;
    if (nodePorts.has(key)) yield duplicate(`spec.ports[${index}].nodePort`, nodePort);
    nodePorts.add(key);
  }
  const seen = new Set<string>();
  for (const [index, { port, protocol = "" }] of ports.entries()) {
    const key = `${protocol} ${port}`;
    if (seen.has(key)) yield duplicate(`spec.ports[${index}]`, internalPort(protocol, port));
    seen.add(key);
  }
}

function internalPort(protocol: string, port: number): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ["Name", ""],
    ["Protocol", protocol],
    ["AppProtocol", undefined],
    ["Port", port],
    ["TargetPort", 0],
    ["NodePort", 0],
  ]);
}

function* balancerProblems(spec: ServiceSpec): Problems {
  const isBalancer = spec.type === "LoadBalancer";
  const why = "may only be used when `type` is 'LoadBalancer'";
  const { loadBalancerSourceRanges: ranges = [], loadBalancerClass } = spec;
  // Upstream writes this name with a capital.
  const field = "spec.LoadBalancerSourceRanges";
  if (ranges.length > 0 && !isBalancer) yield forbiddenField(field, why);
  for (const [index, range] of ranges.entries()) {
    yield* addressBlockProblems(`${field}[${index}]`, range.trim());
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer) {
    yield forbiddenField("spec.allocateLoadBalancerNodePorts", why);
  }
  if (loadBalancerClass === undefined) return;
  if (!isBalancer) yield forbiddenField("spec.loadBalancerClass", why);
  else {
    const reasons = labelKeyProblems(loadBalancerClass);
    yield* invalidFor("spec.loadBalancerClass", loadBalancerClass, reasons);
  }
}

const distributions = ["PreferClose", "PreferSameNode", "PreferSameZone"];
const internally = "spec.internalTrafficPolicy";

function* trafficProblems(spec: ServiceSpec): Problems {
  const { type, externalIPs = [], externalTrafficPolicy = "", healthCheckNodePort = 0 } = spec;
  const field = "spec.externalTrafficPolicy";
  const isExternal =
    type === "LoadBalancer" ||
    type === "NodePort" ||
    (type === "ClusterIP" && externalIPs.length > 0);
  if (isExternal) yield* choiceProblems(field, externalTrafficPolicy, ["Cluster", "Local"]);
  else if (externalTrafficPolicy !== "") {
    const why = "may only be set for externally-accessible services";
    yield invalidValue(field, externalTrafficPolicy, why);
  }
  const isChecked = type === "LoadBalancer" && externalTrafficPolicy === "Local";
  if (healthCheckNodePort !== 0) {
    const health = "spec.healthCheckNodePort";
    const why =
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    if (isChecked) yield* portProblems(health, healthCheckNodePort);
    else yield invalidValue(health, healthCheckNodePort, why);
  }
  const { internalTrafficPolicy, trafficDistribution } = spec;
  if (type !== "ExternalName") {
    yield* choiceProblems(internally, internalTrafficPolicy, ["Cluster", "Local"]);
  }
  yield* optionalChoiceProblems("spec.trafficDistribution", trafficDistribution, distributions);
}
