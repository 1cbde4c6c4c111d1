/** How services find one another, and how the world outside finds them. */
import type { Service as KubernetesService, ServicePort } from "#api/core/v1";
import { podSelector, serviceObjectLabels } from "../labels.ts";
import { suffixedName } from "../names.ts";
import { deployLabels } from "../pod/template.ts";
import { innerPortsOf, isLoopback, type OuterPort, outerPortsOf, portName } from "../ports.ts";
import type { Conversion, StackService } from "../stack-service.ts";

export interface ServicePlan {
  readonly inner: readonly KubernetesService[];
  /** The one behind published ports. */
  readonly published: KubernetesService | undefined;
  /** The one behind ports that are published wherever there is room. */
  readonly anywhere: KubernetesService | undefined;
}

export function servicePlanOf(service: StackService, conversion: Conversion): ServicePlan {
  const outer = outerPortsOf(service, conversion).filter(
    ({ address, mode }) => mode === "ingress" && !isLoopback(address),
  );
  const isPublished = conversion.options.publish !== "forward";
  const numbered = outer.filter(({ published }) => published !== undefined);
  const others = outer.filter(({ published }) => published === undefined);
  return {
    inner: innerServices(service, conversion),
    published:
      isPublished && numbered.length > 0
        ? publishedService(service, numbered, conversion)
        : undefined,
    anywhere:
      isPublished && others.length > 0 ? anywhereService(service, others, conversion) : undefined,
  };
}

/**
 * The service under its own name and under its other names.
 *
 * Without ports it is headless: its name leads to all its pods, on every port. With ports it has an
 * address, and listens on the ports of its containers and, as aliases, on the published ones.
 */
function innerServices(
  service: StackService,
  conversion: Conversion,
): readonly KubernetesService[] {
  const ports = servicePorts(service, conversion);
  const isHeadless = isHeadlessService(service, ports.length);
  const names = conversion.aliases
    .filter(({ services }) => services[0] === service)
    .map(({ name, selector }) => ({ name, selector }));
  const own = {
    name: service.objectName,
    selector: podSelector(conversion.options, hostName(service)),
  };
  return [own, ...names].map(({ name, selector }) => ({
    metadata: metadataOf(service, name, conversion),
    spec: {
      selector,
      ...(isHeadless ? { clusterIP: "None" } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    },
  }));
}

/** Whose pods it lives in. */
function hostName({ name, host }: StackService): string {
  return host ?? name;
}

function isHeadlessService({ definition, extension, kompose }: StackService, portCount: number) {
  if (extension.internalServiceType === "Headless") return true;
  if (kompose.get("service.type") === "headless" || portCount === 0) return true;
  const isDirect = definition.deploy?.endpoint_mode === "dnsrr";
  return isDirect && extension.internalServiceType !== "ClusterIP";
}

function servicePorts(service: StackService, conversion: Conversion): readonly ServicePort[] {
  const inner = innerPortsOf(service, conversion);
  const outer = outerPortsOf(service, conversion);
  const appProtocols = new Map(outer.map((port) => [portName(port), port.appProtocol]));
  const own = inner.map((port): ServicePort => {
    const appProtocol = appProtocols.get(portName(port));
    return {
      name: portName(port),
      port: port.port,
      protocol: port.protocol,
      targetPort: port.port,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    };
  });
  const taken = new Set(inner.map(portName));
  const aliases = outer.flatMap((port): ServicePort[] => {
    if (port.published === undefined) return [];
    const alias = { port: port.published, protocol: port.protocol };
    if (taken.has(portName(alias))) return [];
    taken.add(portName(alias));
    return [{ name: portName(alias), ...alias, targetPort: port.port }];
  });
  return [...own, ...aliases];
}

function publishedService(
  service: StackService,
  ports: readonly OuterPort[],
  conversion: Conversion,
): KubernetesService {
  const { kompose } = service;
  const type = outerTypeOf(service, conversion);
  const policy = kompose.get("service.external-traffic-policy");
  return {
    metadata: metadataOf(service, suffixedName(service.objectName, "published"), conversion),
    spec: {
      type,
      selector: podSelector(conversion.options, hostName(service)),
      ports: ports.map((port) => publishedPort(port, type, service)),
      ...(policy === undefined
        ? {}
        : { externalTrafficPolicy: trafficPolicies.get(policy.toLowerCase()) ?? policy }),
    },
  };
}

const trafficPolicies: ReadonlyMap<string, string> = new Map([
  ["local", "Local"],
  ["cluster", "Cluster"],
]);

function outerTypeOf(
  { kompose }: StackService,
  { options }: Conversion,
): "LoadBalancer" | "NodePort" {
  const labelled = kompose.get("service.type")?.toLowerCase();
  if (labelled === "nodeport") return "NodePort";
  if (labelled === "loadbalancer") return "LoadBalancer";
  return options.publish === "nodeport" ? "NodePort" : "LoadBalancer";
}

/** Nodes give out ports of one range only; a published one outside of it is given out as they like. */
const nodePorts = { first: 30_000, last: 32_767 };

function publishedPort(
  { port, published = port, protocol }: OuterPort,
  type: "LoadBalancer" | "NodePort",
  { kompose }: StackService,
): ServicePort {
  const labelled = Number(kompose.get("service.nodeport.port") ?? 0);
  const wanted = labelled > 0 ? labelled : published;
  const isGiven = type === "NodePort" && wanted >= nodePorts.first && wanted <= nodePorts.last;
  return {
    name: portName({ port: published, protocol }),
    port: published,
    protocol,
    targetPort: port,
    ...(isGiven ? { nodePort: wanted } : {}),
  };
}

function anywhereService(
  service: StackService,
  ports: readonly OuterPort[],
  conversion: Conversion,
): KubernetesService {
  return {
    metadata: metadataOf(service, suffixedName(service.objectName, "random-ports"), conversion),
    spec: {
      type: "NodePort",
      selector: podSelector(conversion.options, hostName(service)),
      ports: ports.map(({ port, protocol }) => ({
        name: portName({ port, protocol }),
        port,
        protocol,
        targetPort: port,
      })),
    },
  };
}

function metadataOf(service: StackService, name: string, conversion: Conversion) {
  const own = deployLabels(service, conversion);
  const labels = { ...own, ...serviceObjectLabels(conversion.options, service.name) };
  return { name, namespace: conversion.options.namespace, labels };
}
