/** The volume with the credentials of a pod's service account. Pure. */

import type { Container, PodSpec, Volume } from "#api/core/v1";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
export const volumePrefix = "kube-api-access-";
/** The server makes tokens of this validity last longer; see the service-account claims. */
const tokenSeconds = 3_607;
const fileMode = 0o644;

/**
 * The pod with the volume mounted wherever nothing else is mounted in its place. `newName` is the
 * name of the volume, unless the pod brings one.
 */
export function withTokenVolume(spec: PodSpec, newName: string): PodSpec {
  const { initContainers, containers, volumes = [] } = spec;
  if (![...(initContainers ?? []), ...containers].some(needsMount)) return spec;
  const own = volumes.find(({ name }) => name.startsWith(volumePrefix));
  const name = own?.name ?? newName;
  const mounted = (all: readonly Container[]) => all.map((one) => withMount(one, name));
  return {
    ...spec,
    ...(initContainers === undefined ? {} : { initContainers: mounted(initContainers) }),
    containers: mounted(containers),
    volumes: own === undefined ? [...volumes, tokenVolume(name)] : volumes,
  };
}

function needsMount({ volumeMounts = [] }: Container): boolean {
  return !volumeMounts.some((mount) => mount.mountPath === mountPath);
}

function withMount(container: Container, name: string): Container {
  if (!needsMount(container)) return container;
  const mount = { name, mountPath, readOnly: true };
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
}

function tokenVolume(name: string): Volume {
  const namespace = { apiVersion: "v1", fieldPath: "metadata.namespace" };
  return {
    name,
    projected: {
      defaultMode: fileMode,
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef: namespace }] } },
      ],
    },
  };
}
