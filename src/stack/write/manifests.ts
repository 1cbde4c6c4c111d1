/** The objects of a plan as files: for `kubectl apply -f`, for Kustomize, or as a Helm chart. */
import { formatYaml } from "#compose";
import type { PlannedObject, StackPlan } from "../plan.ts";

/** A file to write, its path relative to the directory that the user names. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** All objects as one stream of YAML, in the order to apply. */
export function formatManifests(plan: StackPlan): string {
  return plan.objects.map(({ object }) => formatYaml(object)).join("---\n");
}

/** One file for each object, called as it is. */
export function manifestFiles(plan: StackPlan): readonly OutputFile[] {
  return plan.objects.map((planned) => ({
    path: fileNameOf(planned),
    text: formatYaml(planned.object),
  }));
}

export function fileNameOf({ kind, name }: PlannedObject): string {
  return `${name}-${kind.toLowerCase()}.yaml`;
}
