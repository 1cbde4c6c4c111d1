/**
 * The environment of a container: what its author listed, from where they said it comes, with
 * `$(NAME)` references expanded, on top of the variables that tell about Services.
 */

import { type Live, parseQuantity, quantityMillis, quantityUnits } from "#api";
import type { Container, EnvFromSource, EnvVar, Pod, Service } from "#api/core/v1";
import type { EnvValue } from "../runtime-config.ts";

/** What environment variables may refer to; absent objects are undefined. */
export interface EnvironmentSources {
  readonly findConfigMap: (name: string) => Readonly<Record<string, string>> | undefined;
  /** Values are decoded text. */
  readonly findSecret: (name: string) => Readonly<Record<string, string>> | undefined;
  readonly services: readonly Live<Service>[];
  readonly pod: PodFacts;
}

export interface PodFacts {
  readonly podIps: readonly string[];
  readonly hostIps: readonly string[];
  /** What `limits.cpu` and the like mean for a container without limits. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** A reference that cannot be resolved; reported as CreateContainerConfigError. */
export class ConfigError extends Error {}

export function environmentOf(
  pod: Live<Pod>,
  container: Container,
  sources: EnvironmentSources,
): readonly EnvValue[] {
  const values = new Map<string, string>();
  if (pod.spec.enableServiceLinks !== false) addServiceLinks(values, pod, sources.services);
  else addServiceLinks(values, pod, sources.services.filter(isApiService));
  for (const source of container.envFrom ?? []) {
    for (const [name, text] of listWhole(source, sources)) values.set(name, text);
  }
  for (const variable of container.env ?? []) {
    const text = resolve(variable, { pod, container, sources, values });
    if (text !== undefined) values.set(variable.name, text);
  }
  return [...values].map(([key, value]) => ({ key, value }));
}

/** All keys of a ConfigMap or Secret, with the prefix that the author gave. */
function listWhole(
  { prefix = "", configMapRef, secretRef }: EnvFromSource,
  sources: EnvironmentSources,
): readonly (readonly [string, string])[] {
  const [kind, ref, found] =
    configMapRef === undefined
      ? (["secret", secretRef, sources.findSecret(secretRef?.name ?? "")] as const)
      : (["configmap", configMapRef, sources.findConfigMap(configMapRef.name ?? "")] as const);
  if (found === undefined && ref?.optional !== true) {
    throw new ConfigError(`${kind} "${ref?.name ?? ""}" not found`);
  }
  return Object.entries(found ?? {}).map(([name, text]) => [prefix + name, text]);
}

interface Resolution {
  readonly pod: Live<Pod>;
  readonly container: Container;
  readonly sources: EnvironmentSources;
  readonly values: ReadonlyMap<string, string>;
}

/** The text of one variable; undefined for an optional reference to something absent. */
function resolve(variable: EnvVar, resolution: Resolution): string | undefined {
  const { valueFrom } = variable;
  if (valueFrom === undefined) return expand(variable.value ?? "", resolution.values);
  const { pod, container, sources } = resolution;
  if (valueFrom.fieldRef !== undefined) {
    return fieldText(pod, valueFrom.fieldRef.fieldPath, sources.pod);
  }
  if (valueFrom.resourceFieldRef !== undefined) {
    const { containerName = "", resource, divisor } = valueFrom.resourceFieldRef;
    const named = containerName === "" ? container : findContainer(pod, containerName);
    return resourceText(named, resource, { divisor, allocatable: sources.pod.allocatable });
  }
  if (valueFrom.configMapKeyRef !== undefined) {
    const { name = "", key, optional } = valueFrom.configMapKeyRef;
    return keyText("configmap", { name, key, optional }, sources.findConfigMap(name));
  }
  if (valueFrom.secretKeyRef !== undefined) {
    const { name = "", key, optional } = valueFrom.secretKeyRef;
    return keyText("secret", { name, key, optional }, sources.findSecret(name));
  }
  throw new ConfigError(`the source of environment variable ${variable.name} is not supported`);
}

function keyText(
  kind: "configmap" | "secret",
  ref: { readonly name: string; readonly key: string; readonly optional: boolean | undefined },
  found: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const text = found !== undefined && Object.hasOwn(found, ref.key) ? found[ref.key] : undefined;
  if (text !== undefined || ref.optional === true) return text;
  if (found === undefined) throw new ConfigError(`${kind} "${ref.name}" not found`);
  const what = kind === "secret" ? "Secret" : "ConfigMap";
  throw new ConfigError(`couldn't find key ${ref.key} in ${what} ${ref.name}`);
}

/** `$(NAME)` becomes the variable's text, `$$` a dollar; unknown names stay as they are. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^()$]*)\))/g, (whole, name: string | undefined) => {
    if (name === undefined) return "$";
    return values.get(name) ?? whole;
  });
}

/** The text behind a downward API path such as `metadata.labels['app']`. */
export function fieldText(pod: Live<Pod>, path: string, facts: PodFacts): string {
  const { metadata } = pod;
  const subscript = /^metadata\.(labels|annotations)\['([^']{1,400})'\]$/.exec(path);
  if (subscript !== null) {
    const map = subscript[1] === "labels" ? metadata.labels : metadata.annotations;
    return map?.[subscript[2] ?? ""] ?? "";
  }
  const read = fieldReaders.get(path);
  if (read === undefined) throw new ConfigError(`unsupported fieldPath: ${path}`);
  return read(pod, facts);
}

const fieldReaders: ReadonlyMap<string, (pod: Live<Pod>, facts: PodFacts) => string> = new Map([
  ["metadata.name", ({ metadata }) => metadata.name],
  ["metadata.namespace", ({ metadata }) => metadata.namespace ?? ""],
  ["metadata.uid", ({ metadata }) => metadata.uid],
  ["metadata.labels", ({ metadata }) => formatMap(metadata.labels)],
  ["metadata.annotations", ({ metadata }) => formatMap(metadata.annotations)],
  ["spec.nodeName", ({ spec }) => spec.nodeName ?? ""],
  ["spec.serviceAccountName", ({ spec }) => spec.serviceAccountName ?? ""],
  ["status.hostIP", (_pod, { hostIps }) => hostIps[0] ?? ""],
  ["status.hostIPs", (_pod, { hostIps }) => hostIps.join(",")],
  ["status.podIP", (_pod, { podIps }) => podIps[0] ?? ""],
  ["status.podIPs", (_pod, { podIps }) => podIps.join(",")],
]);

/** One `key="value"` a line, sorted, as downward API files have it. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, text]) => `${name}=${JSON.stringify(text)}`)
    .join("\n");
}

/** The text behind `limits.cpu` and the like, in whole divisors, rounded up. */
export function resourceText(
  container: Container,
  resource: string,
  facts: {
    readonly divisor: string | undefined;
    readonly allocatable: Readonly<Record<string, string>>;
  },
): string {
  const [group = "", ...rest] = resource.split(".");
  const name = rest.join(".");
  const { limits, requests } = container.resources ?? {};
  const own = group === "requests" ? requests?.[name] : limits?.[name];
  const text = own ?? (group === "limits" ? facts.allocatable[name] : undefined) ?? "0";
  const divisor = facts.divisor === undefined || facts.divisor === "0" ? "1" : facts.divisor;
  if (name === "cpu") {
    const millis = quantityMillis(parseQuantity(text));
    return String(Math.ceil(millis / quantityMillis(parseQuantity(divisor))));
  }
  const units = quantityUnits(parseQuantity(text));
  return String(Math.ceil(units / quantityUnits(parseQuantity(divisor))));
}

function findContainer({ spec }: Live<Pod>, name: string): Container {
  const found = [...(spec.initContainers ?? []), ...spec.containers].find(
    (container) => container.name === name,
  );
  if (found === undefined) throw new ConfigError(`container ${name} not found`);
  return found;
}

function isApiService({ metadata }: Live<Service>): boolean {
  return metadata.namespace === "default" && metadata.name === "kubernetes";
}

/** Variables in the style of Docker links, for the Services of the pod's namespace. */
function addServiceLinks(
  values: Map<string, string>,
  pod: Live<Pod>,
  services: readonly Live<Service>[],
): void {
  for (const service of services) {
    const isSeen = isApiService(service) || service.metadata.namespace === pod.metadata.namespace;
    const { clusterIP = "", ports = [] } = service.spec;
    if (!isSeen || clusterIP === "" || clusterIP === "None") continue;
    addServiceLink(values, service.metadata.name, clusterIP, ports);
  }
}

function addServiceLink(
  values: Map<string, string>,
  serviceName: string,
  address: string,
  ports: readonly {
    readonly name?: string | undefined;
    readonly port: number;
    readonly protocol?: string | undefined;
  }[],
): void {
  const prefix = serviceName.toUpperCase().replaceAll("-", "_");
  const host = address.includes(":") ? `[${address}]` : address;
  values.set(`${prefix}_SERVICE_HOST`, address);
  for (const [index, { name = "", port, protocol = "TCP" }] of ports.entries()) {
    if (index === 0) values.set(`${prefix}_SERVICE_PORT`, String(port));
    if (name !== "") {
      values.set(`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll("-", "_")}`, String(port));
    }
    const transport = protocol.toLowerCase();
    const url = `${transport}://${host}:${port}`;
    if (index === 0) values.set(`${prefix}_PORT`, url);
    const portPrefix = `${prefix}_PORT_${port}_${protocol}`;
    values.set(portPrefix, url);
    values.set(`${portPrefix}_PROTO`, transport);
    values.set(`${portPrefix}_PORT`, String(port));
    values.set(`${portPrefix}_ADDR`, address);
  }
}
