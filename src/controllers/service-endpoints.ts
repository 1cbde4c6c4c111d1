/** Which addresses answer for a Service, and on which ports. Pure; shared by both endpoint kinds. */

import { compareText } from "#base";
import {
  type CompiledLabelSelector,
  labelSelectorOf,
  type Live,
  matchesLabels,
  type ObjectKey,
} from "#api";
import type { Pod, Service, ServicePort } from "#api/core/v1";
import { type Informer, keyOfObject, type ObjectCache } from "#client";
import { isBeingDeleted, isReady, isTerminal } from "./pod-facts.ts";

export interface ResolvedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol: string | undefined;
}

/** One pod as seen by one Service. */
export interface ServiceEndpoint {
  readonly pod: Live<Pod>;
  readonly address: string;
  readonly ports: readonly ResolvedPort[];
  /** Takes new connections: serving, and not on its way out. */
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  /** Host name under the Service's own name, which headless Services give to their pods. */
  readonly hostname: string | undefined;
}

/** The selector of a Service; undefined for one whose endpoints somebody else keeps. */
export function selectorOfService(service: Live<Service>): CompiledLabelSelector | undefined {
  const { selector, type } = service.spec;
  if (type === "ExternalName" || selector === undefined) return undefined;
  return Object.keys(selector).length === 0 ? undefined : labelSelectorOf(selector);
}

/** All endpoints of a Service of one address family, in the order of their pods' names. */
export function endpointsOf(
  service: Live<Service>,
  pods: readonly Live<Pod>[],
  family: "IPv4" | "IPv6",
): readonly ServiceEndpoint[] {
  const selector = selectorOfService(service);
  if (selector === undefined) return [];
  return pods
    .filter((pod) => matchesLabels(selector, pod.metadata.labels) && !isTerminal(pod))
    .sort((left, right) => compareText(left.metadata.name, right.metadata.name))
    .flatMap((pod) => {
      const address = addressOf(pod, family);
      return address === undefined ? [] : [endpointOf(service, pod, address)];
    });
}

function endpointOf(service: Live<Service>, pod: Live<Pod>, address: string): ServiceEndpoint {
  const isServing = service.spec.publishNotReadyAddresses === true || isReady(pod);
  const isTerminating = isBeingDeleted(pod);
  const isAlwaysPublished = service.spec.publishNotReadyAddresses === true;
  const { hostname = "", subdomain } = pod.spec;
  return {
    pod,
    address,
    ports: (service.spec.ports ?? []).flatMap((port) => resolvePort(port, pod) ?? []),
    isReady: isServing && (isAlwaysPublished || !isTerminating),
    isServing,
    isTerminating,
    hostname: hostname !== "" && subdomain === service.metadata.name ? hostname : undefined,
  };
}

function addressOf(pod: Live<Pod>, family: "IPv4" | "IPv6"): string | undefined {
  const addresses = [...(pod.status.podIPs?.map(({ ip }) => ip) ?? []), pod.status.podIP];
  return addresses.find(
    (address) =>
      address !== undefined && address !== "" && address.includes(":") === (family === "IPv6"),
  );
}

/** The number behind a target port; undefined when the pod has no port of that name. */
function resolvePort(port: ServicePort, pod: Live<Pod>): ResolvedPort | undefined {
  const protocol = port.protocol ?? "TCP";
  const target = port.targetPort ?? port.port;
  const number =
    typeof target === "number"
      ? target === 0
        ? port.port
        : target
      : findNamedPort(pod, target, protocol);
  if (number === undefined) return undefined;
  return { name: port.name ?? "", port: number, protocol, appProtocol: port.appProtocol };
}

function findNamedPort(pod: Live<Pod>, name: string, protocol: string): number | undefined {
  const sidecars = (pod.spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === "Always",
  );
  for (const { ports = [] } of [...pod.spec.containers, ...sidecars]) {
    const found = ports.find((port) => port.name === name && (port.protocol ?? "TCP") === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

/** One text per set of ports: endpoints with equal texts can share a slice or subset. */
export function portsText(ports: readonly ResolvedPort[]): string {
  return JSON.stringify(ports);
}

/** Enqueues a Service when it changes or when a pod that it selects (or selected) does. */
export function feedServices(
  services: Informer<Service>,
  pods: Informer<Pod>,
  add: (key: ObjectKey) => void,
): readonly Disposable[] {
  return [
    services.onChange(({ before, after }) => {
      const service = after ?? before;
      if (service !== undefined) add(keyOfObject(service));
    }),
    pods.onChange(({ before, after }) => {
      const keys = new Set<Live<Service>>();
      for (const pod of [before, after]) {
        if (pod === undefined) continue;
        for (const service of servicesOf(services.cache, pod)) keys.add(service);
      }
      for (const service of keys) add(keyOfObject(service));
    }),
  ];
}

function servicesOf(services: ObjectCache<Service>, pod: Live<Pod>): readonly Live<Service>[] {
  return services.list(pod.metadata.namespace ?? "").filter((service) => {
    const selector = selectorOfService(service);
    return selector !== undefined && matchesLabels(selector, pod.metadata.labels);
  });
}
