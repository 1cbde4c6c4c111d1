import type { ScaledObjectSpec } from "#api/keda/v1alpha1";

export interface TargetReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** What a ScaledObject scales, with what it leaves out: a Deployment, unless it says otherwise. */
export function targetReference({ scaleTargetRef }: ScaledObjectSpec): TargetReference {
  const { apiVersion = "", kind = "", name } = scaleTargetRef;
  return {
    apiVersion: apiVersion === "" ? "apps/v1" : apiVersion,
    kind: kind === "" ? "Deployment" : kind,
    name,
  };
}

export function isSameTarget(left: TargetReference, right: TargetReference): boolean {
  const groupOf = (apiVersion: string) => apiVersion.split("/").slice(0, -1).join("/");
  return (
    left.kind === right.kind &&
    left.name === right.name &&
    groupOf(left.apiVersion) === groupOf(right.apiVersion)
  );
}
