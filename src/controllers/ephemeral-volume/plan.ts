/** The claims that pods' generic ephemeral volumes are made of. Pure. */

import type { Live } from "#api";
import type { PersistentVolumeClaim, Pod, Volume } from "#api/core/v1";
import { controllerReference } from "../ownership.ts";

/** What becomes of one volume: its claim is there, must be made, or bears somebody else's name. */
export type EphemeralPlan =
  | { readonly kind: "nothing" }
  | { readonly kind: "create"; readonly claim: PersistentVolumeClaim }
  | { readonly kind: "foreign"; readonly message: string };

export function planEphemeral(
  pod: Live<Pod>,
  volume: Volume,
  present: Live<PersistentVolumeClaim> | undefined,
): EphemeralPlan {
  const { ephemeral } = volume;
  if (ephemeral === undefined) return { kind: "nothing" };
  const name = ephemeralClaimName(pod, volume);
  if (present !== undefined) return isFor(pod, present) ? { kind: "nothing" } : foreign(pod, name);
  const { metadata = {}, spec = {} } = ephemeral.volumeClaimTemplate ?? {};
  const { annotations, labels } = metadata;
  const owner = { apiVersion: "v1", kind: "Pod", metadata: pod.metadata };
  return {
    kind: "create",
    claim: {
      metadata: {
        name,
        namespace: pod.metadata.namespace,
        annotations,
        labels,
        ownerReferences: [controllerReference(owner)],
      },
      spec,
    },
  };
}

export function ephemeralClaimName({ metadata }: Live<Pod>, { name }: Volume): string {
  return `${metadata.name}-${name}`;
}

function isFor(pod: Live<Pod>, { metadata }: Live<PersistentVolumeClaim>): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ uid, controller }) => uid === pod.metadata.uid && controller === true,
  );
}

function foreign({ metadata }: Live<Pod>, name: string): EphemeralPlan {
  const { namespace = "" } = metadata;
  const message = `PVC ${namespace}/${name} was not created for pod ${namespace}/${metadata.name} (pod is not owner)`;
  return { kind: "foreign", message };
}
