/** The pods of a service, and of those that live in its pods. */
import { pullSecretName } from "../objects/pull-secret.ts";
import type { Container, PodSpec, PodTemplateSpec, Volume } from "#api/core/v1";
import { annotationsOf, labelsOf } from "../attributes/object-labels.ts";
import { podSelector, serviceObjectLabels } from "../labels.ts";
import { contentHash, isQualifiedName } from "../names.ts";
import { networkLabels } from "../objects/network-policies.ts";
import { aliasLabels } from "../objects/aliases.ts";
import type { Conversion, StackService } from "../stack-service.ts";
import { containerOf } from "./container.ts";
import { initContainersOf } from "./hooks.ts";
import { mountsOf } from "./mounts.ts";
import { namespacesOf } from "./namespaces.ts";
import { placementOf } from "./placement.ts";
import { podSecurityOf } from "./security.ts";

export interface PodPlan {
  readonly template: PodTemplateSpec;
  /** Names in the file of the volumes that outlive the pods. */
  readonly volumes: readonly string[];
}

/** `restartPolicy` is left out for workloads that know only one. */
export function podPlanOf(
  service: StackService,
  restartPolicy: "Always" | "OnFailure" | "Never",
  conversion: Conversion,
): PodPlan {
  const members = [service, ...guestsOf(service, conversion)];
  const parts = members.map((member) => {
    const { mounted, volumes } = mountsOf(member, conversion);
    const container = containerOf(member, mounted, conversion);
    return { mounted, volumes, container };
  });
  const volumes = [...new Set(parts.flatMap((part) => part.volumes))];
  const shared = volumes.filter((volume) => isShared(volume, service, conversion));
  const together = shared.map(volumeLabel);
  const spec = podSpecOf(service, {
    containers: parts.map(({ container }) => container),
    volumes: distinctVolumes(parts.flatMap(({ mounted }) => mounted.map(({ volume }) => volume))),
    restartPolicy,
    together,
    conversion,
  });
  return { template: { metadata: podMetadata(members, together, conversion), spec }, volumes };
}

/** The services that live in the pods of this one. */
function guestsOf(host: StackService, { services }: Conversion): readonly StackService[] {
  return [...services.values()].filter((service) => service.host === host.name);
}

interface PodParts {
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly together: readonly string[];
  readonly conversion: Conversion;
}

/** What Compose waits before it stops a container by force. */
const stopGraceSeconds = 10;

function podSpecOf(service: StackService, parts: PodParts): PodSpec {
  const { definition, extension, kompose } = service;
  const { containers, volumes, restartPolicy, together, conversion } = parts;
  const grace = definition.stop_grace_period;
  const securityContext = podSecurityOf(service, conversion);
  const initContainers = initContainersOf(service, conversion).map((container) => ({
    ...container,
    ...withMounts(containers[0]),
  }));
  const pullSecret =
    extension.pullSecret ?? kompose.get("image-pull-secret") ?? pullSecretName(conversion.options);
  const account = extension.serviceAccount ?? kompose.get("serviceaccount-name");
  const needsSystem = containers.some(({ lifecycle }) => lifecycle?.stopSignal !== undefined);
  return {
    ...(initContainers.length > 0 ? { initContainers } : {}),
    containers,
    restartPolicy,
    terminationGracePeriodSeconds: grace === undefined ? stopGraceSeconds : Math.ceil(grace / 1000),
    ...(needsSystem ? { os: { name: "linux" } } : {}),
    ...(account === undefined ? {} : { serviceAccountName: account }),
    ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
    ...(definition.runtime === undefined ? {} : { runtimeClassName: definition.runtime }),
    ...namespacesOf(service, conversion),
    ...(Object.keys(securityContext).length > 0 ? { securityContext } : {}),
    ...placementOf(service, together, conversion),
    ...(volumes.length > 0 ? { volumes } : {}),
    // Compose sets no variables for other services, and some images stumble over them.
    enableServiceLinks: false,
  };
}

/** What prepares a service sees its files. */
function withMounts(container: Container | undefined): Pick<Container, "volumeMounts"> {
  const { volumeMounts } = container ?? {};
  return volumeMounts === undefined ? {} : { volumeMounts };
}

function podMetadata(
  members: readonly StackService[],
  together: readonly string[],
  conversion: Conversion,
) {
  const [host] = members;
  const name = host?.name ?? "";
  const annotations = members.reduce(
    (all, member) => ({ ...all, ...podAnnotations(member, conversion) }),
    {},
  );
  const labels = {
    ...deployLabels(host, conversion),
    ...members.reduce((all, member) => ({ ...all, ...aliasLabels(member, conversion) }), {}),
    ...(host === undefined ? {} : networkLabels(host, conversion)),
    ...Object.fromEntries(together.map((label) => [label, "true"])),
    ...serviceObjectLabels(conversion.options, name),
    ...podSelector(conversion.options, name),
  };
  return { labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
}

/** Compose's labels are for people and programs that look at containers, as annotations are. */
function podAnnotations({ definition, path }: StackService, { report }: Conversion) {
  return {
    ...annotationsOf(definition.labels, [...path, "labels"], report),
    ...annotationsOf(definition.annotations, [...path, "annotations"], report),
  };
}

/** Labels of the service as such: on its objects and its pods. */
export function deployLabels(service: StackService | undefined, { report }: Conversion) {
  if (service === undefined) return {};
  return labelsOf(service.definition.deploy?.labels, [...service.path, "deploy", "labels"], report);
}

/** Pods that share a volume run on one node, because most volumes are on one node only. */
function isShared(volume: string, service: StackService, conversion: Conversion): boolean {
  const definition = conversion.project.volumes.get(volume);
  const mode = definition?.driver_opts?.get("access_mode") ?? "";
  if (mode.endsWith("Many")) return false;
  const users = [...conversion.services.values()].filter(({ definition: { volumes = [] } }) =>
    volumes.some(({ type, source }) => type === "volume" && source === volume),
  );
  const { deploy, scale } = service.definition;
  const replicas = scale ?? deploy?.replicas ?? 1;
  const isOnAllNodes = deploy?.mode === "global";
  return !isOnAllNodes && (users.length > 1 || replicas > 1);
}

function volumeLabel(volume: string): string {
  const label = `com.docker.compose.volume.${volume}`;
  return isQualifiedName(label) ? label : `com.docker.compose.volume/${contentHash(volume)}`;
}

function distinctVolumes(volumes: readonly Volume[]): readonly Volume[] {
  return [...new Map(volumes.map((volume) => [volume.name, volume])).values()];
}
