import { formatYaml } from "#compose";
import type { StackPlan } from "../plan.ts";
import { manifestFiles, type OutputFile } from "./manifests.ts";

/** A base: the objects, and the file that lists them. */
export function kustomizeFiles(plan: StackPlan): readonly OutputFile[] {
  const manifests = manifestFiles(plan);
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    namespace: plan.namespace,
    resources: manifests.map(({ path }) => path),
  };
  return [{ path: "kustomization.yaml", text: formatYaml(kustomization) }, ...manifests];
}
