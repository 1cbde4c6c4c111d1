/** Networks keep services apart; the cluster has one network, and policies that say who may talk. */
import type { NetworkPolicy, NetworkPolicyIngressRule } from "#api/networking/v1";
import type { ComposeProject } from "#compose";
import { podSelector, serviceObjectLabels, stackLabels } from "../labels.ts";
import { contentHash, isQualifiedName } from "../names.ts";
import type { StackOptions } from "../options.ts";
import { outerPortsOf } from "../ports.ts";
import type { Conversion, StackService } from "../stack-service.ts";

/** Labels of the pods of a service: the networks it is on, where that matters. */
export function networkLabels(
  service: StackService,
  conversion: Conversion,
): Readonly<Record<string, string>> {
  if (!conversion.isIsolating) return {};
  return Object.fromEntries(networksOf(service).map((network) => [networkKey(network), "true"]));
}

/** Who may talk to a service, when there are services that may not. */
export function networkPolicyOf(
  service: StackService,
  conversion: Conversion,
): NetworkPolicy | undefined {
  const isApart = service.host === undefined && networksOf(service).length > 0;
  return conversion.isIsolating && isApart ? policyOf(service, conversion) : undefined;
}

/** Whether a network is closed, or two services have none in common. */
export function isIsolating(
  project: ComposeProject,
  services: Iterable<StackService>,
  { isolation }: StackOptions,
): boolean {
  if (isolation === "none") return false;
  const connected = [...services].map(networksOf).filter((networks) => networks.length > 0);
  const isClosed = connected.flat().some((name) => project.networks.get(name)?.internal === true);
  const [first = []] = connected;
  const haveOneInCommon = first.some((name) => connected.every((all) => all.includes(name)));
  return isClosed || (connected.length > 1 && !haveOneInCommon && !isEveryPairConnected(connected));
}

function isEveryPairConnected(connected: readonly (readonly string[])[]): boolean {
  return connected.every((one) =>
    connected.every((other) => one.some((name) => other.includes(name))),
  );
}

function networksOf({ definition }: StackService): readonly string[] {
  return [...(definition.networks?.keys() ?? [])];
}

function networkKey(network: string): string {
  const key = `com.docker.compose.network.${network}`;
  return isQualifiedName(key) ? key : `com.docker.compose.network/${contentHash(network)}`;
}

function policyOf(service: StackService, conversion: Conversion): NetworkPolicy {
  const { options, project } = conversion;
  const networks = networksOf(service);
  const peers = networks.map((network) => ({
    podSelector: {
      matchLabels: { [stackLabels.stack]: options.stack, [networkKey(network)]: "true" },
    },
  }));
  const isClosed = networks.every((network) => project.networks.get(network)?.internal === true);
  const ingress: NetworkPolicyIngressRule[] = [{ from: peers }];
  const published = outerPortsOf(service, conversion);
  if (published.length > 0) {
    ingress.push({ ports: published.map(({ port, protocol }) => ({ port, protocol })) });
  }
  const names = [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ];
  return {
    metadata: {
      name: service.objectName,
      namespace: options.namespace,
      labels: serviceObjectLabels(options, service.name),
    },
    spec: {
      podSelector: { matchLabels: podSelector(options, service.name) },
      policyTypes: isClosed ? ["Ingress", "Egress"] : ["Ingress"],
      ingress,
      ...(isClosed ? { egress: [{ to: peers }, { ports: names }] } : {}),
    },
  };
}
