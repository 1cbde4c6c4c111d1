/** The printers of all kinds that have one. */

import { apiVersionOf, type AnyKind, textAt } from "#api";
import * as access from "./access.ts";
import * as admission from "./admission.ts";
import * as autoscaling from "./autoscaling.ts";
import * as batch from "./batch.ts";
import {
  ageColumn,
  ageOf,
  type ColumnDefinition,
  definitionOf,
  nameColumn,
  type Printer,
} from "./column.ts";
import * as config from "./config.ts";
import * as device from "./device.ts";
import * as event from "./event.ts";
import * as flowControl from "./flow-control.ts";
import * as keda from "./keda.ts";
import * as networking from "./networking.ts";
import * as node from "./node.ts";
import * as onCall from "./on-call.ts";
import * as pod from "./pod.ts";
import * as policy from "./policy.ts";
import * as service from "./service.ts";
import * as storage from "./storage.ts";
import * as usage from "./usage.ts";
import * as workloads from "./workloads.ts";

/** The printer of each kind, by `apps/v1/Deployment`. */
const printers: ReadonlyMap<string, Printer> = new Map(
  [
    pod.podPrinter,
    pod.podTemplatePrinter,
    workloads.replicationControllerPrinter,
    workloads.replicaSetPrinter,
    workloads.deploymentPrinter,
    workloads.statefulSetPrinter,
    workloads.daemonSetPrinter,
    workloads.controllerRevisionPrinter,
    batch.jobPrinter,
    batch.cronJobPrinter,
    service.servicePrinter,
    service.endpointsPrinter,
    service.endpointSlicePrinter,
    networking.ingressPrinter,
    networking.ingressClassPrinter,
    networking.networkPolicyPrinter,
    networking.serviceCidrPrinter,
    networking.ipAddressPrinter,
    node.nodePrinter,
    node.runtimeClassPrinter,
    node.leasePrinter,
    event.coreEventPrinter,
    event.eventPrinter,
    config.namespacePrinter,
    config.configMapPrinter,
    config.secretPrinter,
    config.serviceAccountPrinter,
    config.componentStatusPrinter,
    config.resourceQuotaPrinter,
    storage.persistentVolumePrinter,
    storage.persistentVolumeClaimPrinter,
    storage.storageClassPrinter,
    storage.volumeAttributesClassPrinter,
    storage.volumeAttachmentPrinter,
    storage.csiNodePrinter,
    storage.csiDriverPrinter,
    storage.csiStorageCapacityPrinter,
    policy.podDisruptionBudgetPrinter,
    policy.priorityClassPrinter,
    access.roleBindingPrinter,
    access.clusterRoleBindingPrinter,
    access.certificateSigningRequestPrinter,
    autoscaling.horizontalPodAutoscalerPrinter,
    autoscaling.horizontalPodAutoscalerV1Printer,
    autoscaling.scalePrinter,
    autoscaling.scalingDecisionPrinter,
    autoscaling.nodeScalingDecisionPrinter,
    autoscaling.nodeGroupPrinter,
    keda.scaledObjectPrinter,
    autoscaling.verticalPodAutoscalerPrinter,
    admission.mutatingWebhookPrinter,
    admission.validatingWebhookPrinter,
    admission.validatingAdmissionPolicyPrinter,
    admission.validatingAdmissionPolicyBindingPrinter,
    admission.mutatingAdmissionPolicyPrinter,
    admission.mutatingAdmissionPolicyBindingPrinter,
    flowControl.flowSchemaPrinter,
    flowControl.priorityLevelPrinter,
    device.deviceClassPrinter,
    device.resourceClaimPrinter,
    device.resourceClaimTemplatePrinter,
    device.resourceSlicePrinter,
    usage.nodeMetricsPrinter,
    usage.podMetricsPrinter,
    onCall.sigmaPolicyPrinter,
    onCall.burnRatePolicyPrinter,
    onCall.onCallUserPrinter,
    onCall.onCallTeamPrinter,
    onCall.onCallSchedulePrinter,
    onCall.escalationPolicyPrinter,
    onCall.onCallServicePrinter,
    onCall.onCallHeartbeatPrinter,
    onCall.onCallConfigPrinter,
  ].map((printer) => [keyOf(printer.kind), printer]),
);

/** The printer of a kind; kinds without one show by name, and by age or time of creation, only. */
export function printerFor(kind: AnyKind): Printer {
  const plain = kind.package.isCustom === true ? customPrinter : plainPrinter;
  return printers.get(keyOf(kind)) ?? { ...plain, kind };
}

/** Whether the kind has a printer of its own. */
export function hasPrinter(kind: AnyKind): boolean {
  return printers.has(keyOf(kind));
}

const createdColumn: ColumnDefinition = {
  name: "Created At",
  type: "date",
  format: "",
  description: "When the object was created.",
  priority: 0,
};

const plainPrinter: Omit<Printer, "kind"> = {
  columns: [definitionOf(nameColumn), createdColumn],
  cellsOf: (object) => [
    textAt(object, "metadata", "name"),
    textAt(object, "metadata", "creationTimestamp"),
  ],
  conditionsOf: () => [],
};

/** Custom resources have an age where others have the time of their creation. */
const customPrinter: Omit<Printer, "kind"> = {
  ...plainPrinter,
  columns: [definitionOf(nameColumn), { ...definitionOf(ageColumn), type: "date" }],
  cellsOf: (object, nowMs) => [
    textAt(object, "metadata", "name"),
    ageOf(textAt(object, "metadata", "creationTimestamp"), nowMs),
  ],
};

function keyOf(kind: AnyKind): string {
  return `${apiVersionOf(kind)}/${kind.kind}`;
}
