import type { Live } from "#api";
import { type ReplicaSet, replicaSet } from "#api/apps/v1";
import { type Job, job } from "#api/batch/v1";
import { type Namespace, namespace, type Node, node } from "#api/core/v1";
import type { Informer, ObjectChange } from "#client";
import type { ClusterView } from "./cluster-view.ts";
import { noRelatedObjects, type RelatedObjects } from "./related-objects.ts";

/** What `attach_metadata` asks for, and which of it there is to follow. */
export interface Attachments {
  readonly related: RelatedObjects;
  readonly nodes: Informer<Node> | undefined;
  readonly namespaces: Informer<Namespace> | undefined;
  readonly replicaSets: Informer<ReplicaSet> | undefined;
  readonly jobs: Informer<Job> | undefined;
}

/** Follows the objects whose labels are attached to targets. */
export function attachmentsOf(view: ClusterView): Attachments {
  const wanted = view.config.attachMetadata;
  const nodes = wanted.node ? view.of(node, { scope: "cluster", role: "node" }) : undefined;
  const namespaces = wanted.namespace
    ? view.of(namespace, { scope: "cluster", role: undefined })
    : undefined;
  const replicaSets = wanted.deployment
    ? view.of(replicaSet, { scope: "namespace", role: undefined })
    : undefined;
  const jobs = wanted.cronJob ? view.of(job, { scope: "namespace", role: undefined }) : undefined;
  const related: RelatedObjects = {
    ...noRelatedObjects,
    node: nodes && ((name) => nodes.cache.find({ namespace: "", name })),
    namespace: namespaces && ((name) => namespaces.cache.find({ namespace: "", name })),
    replicaSet:
      replicaSets && ((inside, name) => replicaSets.cache.find({ namespace: inside, name })),
    job: jobs && ((inside, name) => jobs.cache.find({ namespace: inside, name })),
    tellsJobs: wanted.job,
  };
  return { related, nodes, namespaces, replicaSets, jobs };
}

/** Calls back for objects that came, went, or changed in what targets tell about them. */
export function onDescribed<T>(
  informer: Informer<T> | undefined,
  scope: DisposableStack,
  act: (object: Live<T>) => void,
): void {
  if (informer === undefined) return;
  const onChange = (change: ObjectChange<T>) => {
    const object = change.after ?? change.before;
    if (object !== undefined && !isSameDescription(change)) act(object);
  };
  scope.use(informer.onChange(onChange));
}

/** Heartbeats and other changes of status are no news to targets. */
function isSameDescription<T>({ before, after }: ObjectChange<T>): boolean {
  if (before === undefined || after === undefined) return false;
  const describe = ({ metadata }: Live<T>) =>
    JSON.stringify([metadata.labels, metadata.annotations, metadata.ownerReferences]);
  return describe(before) === describe(after);
}
