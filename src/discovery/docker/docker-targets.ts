import type { Labels } from "#series";
import { joinHostPort, metaLabels, sanitizeLabelName, targetOf } from "../target-group.ts";
import type {
  DockerContainer,
  DockerNetwork,
  DockerPort,
  NetworkAttachment,
} from "./decode-engine.ts";

export interface DockerTargetOptions {
  /** For containers that expose no port. */
  readonly port: number;
  /** The address of containers that use the machine's own network. */
  readonly hostNetworkingHost: string;
  readonly matchFirstNetwork: boolean;
}

/** A target for each network and TCP port of each container. */
export function dockerTargets(
  containers: readonly DockerContainer[],
  networks: readonly DockerNetwork[],
  options: DockerTargetOptions,
): readonly Labels[] {
  const byId = new Map(containers.map((container) => [container.id, container]));
  const networkLabels = new Map(networks.map((network) => [network.id, labelsOfNetwork(network)]));
  return containers.flatMap((container) => {
    const [name] = container.names;
    if (name === undefined) return [];
    const own = labelsOfContainer(container, name);
    return chosenNetworks(container, byId, options).flatMap((attachment) => {
      const shared = [...own, ...(networkLabels.get(attachment.networkId) ?? [])];
      return networkTargets({ container, attachment, shared }, options);
    });
  });
}

type LabelPairs = readonly (readonly [string, string])[];

function networkTargets(
  {
    container,
    attachment,
    shared,
  }: {
    readonly container: DockerContainer;
    readonly attachment: NetworkAttachment;
    readonly shared: LabelPairs;
  },
  options: DockerTargetOptions,
): readonly Labels[] {
  const ip = attachment.address === "" ? attachment.address6 : attachment.address;
  const own = [...shared, ...metaLabels("docker_network_", { ip })];
  const ports = container.ports.filter(({ type }) => type === "tcp");
  if (ports.length > 0) {
    return ports.map((port) =>
      targetOf(joinHostPort(ip, port.privatePort), [...own, ...labelsOfPort(port)]),
    );
  }
  const isOnHost = container.networkMode === "host";
  return [targetOf(isOnHost ? options.hostNetworkingHost : joinHostPort(ip, options.port), own)];
}

/** A container may use the networks of another one, whose name is its network mode. */
function chosenNetworks(
  container: DockerContainer,
  byId: ReadonlyMap<string, DockerContainer>,
  { matchFirstNetwork }: DockerTargetOptions,
): readonly NetworkAttachment[] {
  let from: DockerContainer | undefined = container;
  const seen = new Set<DockerContainer>();
  while (from !== undefined && from.networks.length === 0 && !seen.has(from)) {
    seen.add(from);
    const other: string | undefined = /^container:(.*)$/.exec(from.networkMode)?.[1];
    from = other === undefined ? undefined : byId.get(other);
  }
  const networks = from?.networks ?? [];
  const sorted = [...networks].sort((left, right) => (left.name < right.name ? -1 : 1));
  return matchFirstNetwork ? sorted.slice(0, 1) : sorted;
}

function labelsOfContainer(container: DockerContainer, name: string): LabelPairs {
  return metaLabels("docker_container_", {
    id: container.id,
    name,
    network_mode: container.networkMode,
    image: container.image,
    image_id: container.imageId,
    ...prefixed("label_", container.labels),
  });
}

function labelsOfNetwork(network: DockerNetwork): LabelPairs {
  return metaLabels("docker_network_", {
    id: network.id,
    name: network.name,
    scope: network.scope,
    internal: network.internal,
    ingress: network.ingress,
    ...prefixed("label_", network.labels),
  });
}

function labelsOfPort({ privatePort, publicPort, ip }: DockerPort): LabelPairs {
  return metaLabels("docker_port_", {
    private: privatePort,
    public: publicPort === 0 ? undefined : publicPort,
    public_ip: publicPort === 0 ? undefined : ip,
  });
}

function prefixed(
  prefix: string,
  values: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(values, ([name, value]) => [prefix + sanitizeLabelName(name), value]),
  );
}
