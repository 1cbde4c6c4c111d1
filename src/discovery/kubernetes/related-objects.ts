import type { Live } from "#api";
import type { ReplicaSet } from "#api/apps/v1";
import type { Job } from "#api/batch/v1";
import type { Namespace, Node, Pod, Service } from "#api/core/v1";
import { describedLabels, type LabelPair, objectLabels } from "./object-labels.ts";

/**
 * Other objects that a target's labels are taken from. A lookup that is undefined is not wanted; one
 * that finds nothing means that there is no such object.
 */
export interface RelatedObjects {
  readonly node: ((name: string) => Live<Node> | undefined) | undefined;
  readonly namespace: ((name: string) => Live<Namespace> | undefined) | undefined;
  readonly pod: ((namespace: string, name: string) => Live<Pod> | undefined) | undefined;
  readonly service: ((namespace: string, name: string) => Live<Service> | undefined) | undefined;
  readonly replicaSet:
    | ((namespace: string, name: string) => Live<ReplicaSet> | undefined)
    | undefined;
  readonly job: ((namespace: string, name: string) => Live<Job> | undefined) | undefined;
  /** Whether pods tell the Job that made them. */
  readonly tellsJobs: boolean;
}

export const noRelatedObjects: RelatedObjects = {
  node: undefined,
  namespace: undefined,
  pod: undefined,
  service: undefined,
  replicaSet: undefined,
  job: undefined,
  tellsJobs: false,
};

/** What `attach_metadata.node` adds. */
export function attachedNodeLabels(
  related: RelatedObjects,
  nodeName: string | undefined,
): readonly LabelPair[] {
  const node = nodeName === undefined ? undefined : related.node?.(nodeName);
  return node === undefined ? [] : objectLabels("node", node);
}

/** What `attach_metadata.namespace` adds; the name of the namespace is there anyway. */
export function attachedNamespaceLabels(
  related: RelatedObjects,
  namespace: string | undefined,
): readonly LabelPair[] {
  const found = namespace === undefined ? undefined : related.namespace?.(namespace);
  return found === undefined ? [] : describedLabels("namespace", found);
}
