/** The pods of a StatefulSet and their claims. All pure. */

import type { Live } from "#api";
import type { StatefulSet } from "#api/apps/v1";
import type { PersistentVolumeClaim, Pod, PodTemplateSpec } from "#api/core/v1";
import type { OwnerReference } from "#api/meta/v1";
import { controllerReference, type Owner } from "../ownership.ts";
import { podName, revisionLabel } from "./members.ts";

export function identityLabels(
  set: Live<StatefulSet>,
  ordinal: number,
): Readonly<Record<string, string>> {
  return {
    "statefulset.kubernetes.io/pod-name": podName(set, ordinal),
    "apps.kubernetes.io/pod-index": String(ordinal),
  };
}

export function podOfSet(
  set: Live<StatefulSet>,
  owner: Owner,
  member: {
    readonly ordinal: number;
    readonly template: PodTemplateSpec;
    readonly revision: string;
  },
): Pod {
  const { ordinal, template, revision } = member;
  const name = podName(set, ordinal);
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? "");
  const volumes = [
    ...claims.map((volume) => ({
      name: volume,
      persistentVolumeClaim: { claimName: `${volume}-${name}`, readOnly: false },
    })),
    ...(template.spec?.volumes ?? []).filter((volume) => !claims.includes(volume.name)),
  ];
  return {
    metadata: {
      name,
      namespace: set.metadata.namespace,
      labels: {
        ...template.metadata?.labels,
        ...identityLabels(set, ordinal),
        [revisionLabel]: revision,
      },
      annotations: template.metadata?.annotations,
      finalizers: template.metadata?.finalizers,
      ownerReferences: [controllerReference(owner)],
    },
    spec: {
      containers: [],
      ...template.spec,
      hostname: name,
      subdomain: set.spec.serviceName,
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
}

/** The claims that the pod of this number uses. They outlive it. */
export function claimsOf(
  set: Live<StatefulSet>,
  ordinal: number,
): readonly PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata = {}, spec }) => ({
    metadata: {
      name: `${metadata.name}-${podName(set, ordinal)}`,
      namespace: set.metadata.namespace,
      labels: { ...metadata.labels, ...set.spec.selector?.matchLabels },
      annotations: metadata.annotations,
    },
    spec,
  }));
}

/**
 * Who must be gone for a claim to go, by the retention policy: the set, or the pod when it is scaled
 * away, or nobody. `pod` is the claim's pod if it is surplus.
 */
export function claimOwners(
  set: Live<StatefulSet>,
  owner: Owner,
  pod: Live<Pod> | undefined,
): readonly OwnerReference[] {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenScaled === "Delete" && pod !== undefined) {
    const { metadata } = pod;
    return [reference({ apiVersion: "v1", kind: "Pod", metadata })];
  }
  return whenDeleted === "Delete" ? [reference(owner)] : [];
}

function reference({ apiVersion, kind, metadata }: Owner): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}
