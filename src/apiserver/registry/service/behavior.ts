import { type ServicePort, type ServiceSpec, service } from "#api/core/v1";
import { type BehaviorEntry, defineBehavior } from "../behavior.ts";

export const serviceBehavior: BehaviorEntry = defineBehavior(service, {
  prepareForUpdate: (object, current) => ({
    ...object,
    ...(object.spec === undefined
      ? {}
      : { spec: withoutLeftovers(object.spec, current.spec ?? {}) }),
  }),
});

/**
 * Forgets what the server or a default once filled in for a type that the Service no longer has, so
 * that whoever changes the type need not know it all. What the client changed stays, to be judged.
 * Upstream's `dropTypeDependentFields`.
 */
function withoutLeftovers(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  const ends = (has: (spec: ServiceSpec) => boolean) => has(before) && !has(spec);
  const dropped = new Set<string>();
  const forget = (...names: readonly (keyof ServiceSpec)[]) => {
    for (const name of names) if (isSame(spec[name], before[name])) dropped.add(name);
  };
  if (ends(hasAddress)) forget("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy");
  if (ends(hasAddress)) forget("internalTrafficPolicy");
  if (ends(isBalancer)) forget("allocateLoadBalancerNodePorts", "loadBalancerClass");
  if (ends(isHealthChecked)) forget("healthCheckNodePort");
  if (ends(isExternal)) forget("externalTrafficPolicy");
  const kept = Object.entries(spec).filter(([name]) => !dropped.has(name));
  const result: ServiceSpec = Object.fromEntries(kept);
  if (!ends(hasNodePorts) || !isSame(nodePortsOf(spec), nodePortsOf(before))) return result;
  return { ...result, ports: spec.ports?.map(withoutNodePort) };
}

function hasAddress({ type }: ServiceSpec): boolean {
  return type !== "ExternalName";
}

function isBalancer({ type }: ServiceSpec): boolean {
  return type === "LoadBalancer";
}

function isHealthChecked({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}

function isExternal({ type, externalIPs = [] }: ServiceSpec): boolean {
  if (type === "ClusterIP") return externalIPs.length > 0;
  return type === "NodePort" || type === "LoadBalancer";
}

function hasNodePorts({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return (
    type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false)
  );
}

function nodePortsOf({ ports = [] }: ServiceSpec): readonly number[] {
  return ports.map(({ nodePort = 0 }) => nodePort).sort((left, right) => left - right);
}

function withoutNodePort({ nodePort: _nodePort, ...port }: ServicePort): ServicePort {
  return port;
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
