import type { Container, Pod, Volume } from "#api/core/v1";

/** A resource whose objects a node may see for the sake of its pods. */
export type ReferencedResource =
  | "configmaps"
  | "persistentvolumeclaims"
  | "resourceclaims"
  | "secrets"
  | "serviceaccounts";

/** An object that a pod needs, in the pod's own namespace. */
export interface PodReference {
  readonly resource: ReferencedResource;
  readonly name: string;
}

/** A node makes these pods from its own files; they open nothing for it. */
const mirrorAnnotation = "kubernetes.io/config.mirror";

/** Everything that whoever runs the pod has to read. Pure. */
export function referencesOf(pod: Pod): readonly PodReference[] {
  const { metadata, spec, status } = pod;
  if (spec === undefined || metadata?.annotations?.[mirrorAnnotation] !== undefined) return [];
  const { initContainers = [], containers, ephemeralContainers = [], volumes = [] } = spec;
  const claims = [
    ...(spec.resourceClaims ?? []).map(({ resourceClaimName }) => resourceClaimName),
    ...(status?.resourceClaimStatuses ?? []).map(({ resourceClaimName }) => resourceClaimName),
  ];
  return [
    ...named("serviceaccounts", spec.serviceAccountName),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }) => named("secrets", name)),
    ...[...initContainers, ...containers, ...ephemeralContainers].flatMap(containerReferences),
    ...volumes.flatMap((volume) => volumeReferences(volume, metadata?.name ?? "")),
    ...claims.flatMap((name) => named("resourceclaims", name)),
  ];
}

function containerReferences({
  env = [],
  envFrom = [],
}: Pick<Container, "env" | "envFrom">): readonly PodReference[] {
  return [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...named("configmaps", configMapRef?.name),
      ...named("secrets", secretRef?.name),
    ]),
    ...env.flatMap(({ valueFrom }) => [
      ...named("configmaps", valueFrom?.configMapKeyRef?.name),
      ...named("secrets", valueFrom?.secretKeyRef?.name),
    ]),
  ];
}

function volumeReferences(volume: Volume, podName: string): readonly PodReference[] {
  const claim =
    volume.ephemeral === undefined
      ? volume.persistentVolumeClaim?.claimName
      : `${podName}-${volume.name}`;
  return [
    ...named("configmaps", volume.configMap?.name),
    ...named("secrets", volume.secret?.secretName),
    ...named("secrets", volume.csi?.nodePublishSecretRef?.name),
    ...named("persistentvolumeclaims", claim),
    ...(volume.projected?.sources ?? []).flatMap(({ configMap, secret }) => [
      ...named("configmaps", configMap?.name),
      ...named("secrets", secret?.name),
    ]),
  ];
}

function named(resource: ReferencedResource, name: string | undefined): readonly PodReference[] {
  return name === undefined || name === "" ? [] : [{ resource, name }];
}
