import { controllerRevision, daemonSet, deployment, replicaSet, statefulSet } from "#api/apps/v1";
import {
  type PodTemplateSpec,
  type ReplicationController,
  replicationController,
} from "#api/core/v1";
import type { LabelSelector } from "#api/meta/v1";
import {
  ageColumn,
  column,
  type Column,
  integerColumn,
  nameColumn,
  printerOf,
  wide,
} from "./column.ts";
import { containerImages, containerNames, labelsText, selectorText } from "./text.ts";

/** What the kinds that make pods from a template have in common. */
interface Templated {
  readonly spec?: { readonly template?: PodTemplateSpec | undefined } | undefined;
}

const containersColumn: Column<Templated> = wide(
  column("Containers", "Names of the containers in the template.", ({ spec }) =>
    containerNames(spec?.template?.spec?.containers),
  ),
);
const imagesColumn: Column<Templated> = wide(
  column("Images", "Images of the containers in the template.", ({ spec }) =>
    containerImages(spec?.template?.spec?.containers),
  ),
);
const selectorColumn: Column<{
  readonly spec?: { readonly selector?: LabelSelector } | undefined;
}> = wide(
  column("Selector", "Which pods belong to the object.", ({ spec }) =>
    selectorText(spec?.selector),
  ),
);

export const deploymentPrinter = printerOf(deployment, [
  nameColumn,
  column("Ready", "Pods that are ready, of how many are wanted.", ({ spec, status }) =>
    partOf(status?.readyReplicas, spec?.replicas),
  ),
  column("Up-to-date", "Pods made from the current template.", ({ status }) =>
    count(status?.updatedReplicas),
  ),
  column("Available", "Pods that have been ready for long enough.", ({ status }) =>
    count(status?.availableReplicas),
  ),
  ageColumn,
  containersColumn,
  imagesColumn,
  selectorColumn,
]);

export const replicaSetPrinter = printerOf(replicaSet, [
  nameColumn,
  integerColumn("Desired", "Pods wanted.", ({ spec }) => count(spec?.replicas)),
  integerColumn("Current", "Pods that exist.", ({ status }) => count(status?.replicas)),
  integerColumn("Ready", "Pods that are ready.", ({ status }) => count(status?.readyReplicas)),
  ageColumn,
  containersColumn,
  imagesColumn,
  selectorColumn,
]);

export const replicationControllerPrinter = printerOf(replicationController, [
  nameColumn,
  integerColumn("Desired", "Pods wanted.", ({ spec }) => count(spec?.replicas)),
  integerColumn("Current", "Pods that exist.", ({ status }) => count(status?.replicas)),
  integerColumn("Ready", "Pods that are ready.", ({ status }) => count(status?.readyReplicas)),
  ageColumn,
  containersColumn,
  imagesColumn,
  wide(
    column("Selector", "Which pods belong to the object.", ({ spec }: ReplicationController) =>
      labelsText(spec?.selector),
    ),
  ),
]);

export const statefulSetPrinter = printerOf(statefulSet, [
  nameColumn,
  column("Ready", "Pods that are ready, of how many are wanted.", ({ spec, status }) =>
    partOf(status?.readyReplicas, spec?.replicas),
  ),
  ageColumn,
  containersColumn,
  imagesColumn,
]);

export const daemonSetPrinter = printerOf(daemonSet, [
  nameColumn,
  integerColumn("Desired", "Nodes that should run the pod.", ({ status }) =>
    count(status?.desiredNumberScheduled),
  ),
  integerColumn("Current", "Nodes that should and do run the pod.", ({ status }) =>
    count(status?.currentNumberScheduled),
  ),
  integerColumn("Ready", "Nodes on which the pod is ready.", ({ status }) =>
    count(status?.numberReady),
  ),
  integerColumn("Up-to-date", "Nodes that run a pod of the current template.", ({ status }) =>
    count(status?.updatedNumberScheduled),
  ),
  integerColumn(
    "Available",
    "Nodes on which the pod has been ready for long enough.",
    ({ status }) => count(status?.numberAvailable),
  ),
  column("Node Selector", "Labels that a node must have.", ({ spec }) =>
    labelsText(spec?.template.spec?.nodeSelector),
  ),
  ageColumn,
  containersColumn,
  imagesColumn,
  selectorColumn,
]);

export const controllerRevisionPrinter = printerOf(controllerRevision, [
  nameColumn,
  column("Controller", "Object whose history this is part of.", ({ metadata }) => {
    const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined) return "<none>";
    const [group] = owner.apiVersion.includes("/") ? owner.apiVersion.split("/") : [""];
    const kind = group === "" ? owner.kind : `${owner.kind}.${group}`;
    return `${kind.toLowerCase()}/${owner.name}`;
  }),
  column("Revision", "Position in the history.", ({ revision }) => revision),
  ageColumn,
]);

function partOf(part: number | undefined, whole: number | undefined): string {
  return `${count(part)}/${count(whole)}`;
}

/** A count of the status, which leaves out zeros. */
function count(written: number | undefined): number {
  return written ?? 0;
}
