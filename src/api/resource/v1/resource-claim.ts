import {
  atomicListOf,
  boolean,
  field,
  keyedListOf,
  mapOf,
  quantity,
  rawExtension,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { nodeSelector } from "../../core/v1/scheduling.ts";
import { condition } from "../../meta/v1/condition.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { deviceToleration, opaqueDeviceConfiguration, resourceClaimSpec } from "./parts.ts";
import { kind, type } from "./package.ts";

export const networkDeviceData = type("NetworkDeviceData", "Facts about a network device.", {
  interfaceName: field(1, string, "Name of the interface in the pod."),
  ips: field(2, atomicListOf(string), "Addresses of the interface, with prefix lengths."),
  hardwareAddress: field(3, string, "MAC address of the interface."),
});
export interface NetworkDeviceData extends TypeOf<typeof networkDeviceData> {}

export const allocatedDeviceStatus = type(
  "AllocatedDeviceStatus",
  "The state of a device that was given to a claim.",
  {
    driver: field(1, string, "Driver of the device.").required(),
    pool: field(2, string, "Pool of the device.").required(),
    device: field(3, string, "Name of the device.").required(),
    conditions: field(
      4,
      keyedListOf(condition, "type"),
      "Latest observations of single aspects of the state.",
    ).always(),
    data: field(5, rawExtension, "What else the driver tells.").pointer(),
    networkData: field(6, networkDeviceData, "Facts about a network device.").pointer(),
    shareID: field(7, string, "Which share of the device it is.").pointer(),
  },
);
export interface AllocatedDeviceStatus extends TypeOf<typeof allocatedDeviceStatus> {}

export const deviceAllocationConfiguration = type(
  "DeviceAllocationConfiguration",
  "Settings for devices that were given.",
  {
    source: field(1, string, "FromClass or FromClaim.").required(),
    requests: field(2, atomicListOf(string), "Requests the settings are for; empty means all."),
    opaque: field(1, opaqueDeviceConfiguration, "Settings for a driver.").pointer().embeddedIn(3),
  },
);
export interface DeviceAllocationConfiguration
  extends TypeOf<typeof deviceAllocationConfiguration> {}

export const deviceRequestAllocationResult = type(
  "DeviceRequestAllocationResult",
  "A device that was given for a request.",
  {
    request: field(1, string, "Name of the request.").required(),
    driver: field(2, string, "Driver of the device.").required(),
    pool: field(3, string, "Pool of the device.").required(),
    device: field(4, string, "Name of the device.").required(),
    adminAccess: field(
      5,
      boolean,
      "Whether it was given for administration beside its other users.",
    ).pointer(),
    tolerations: field(6, atomicListOf(deviceToleration), "Tolerations of the request."),
    bindingConditions: field(
      7,
      atomicListOf(string),
      "Conditions to wait for before the pod is bound.",
    ),
    bindingFailureConditions: field(
      8,
      atomicListOf(string),
      "Conditions that mean that binding has failed.",
    ),
    shareID: field(9, string, "Which share of the device it is.").pointer(),
    consumedCapacity: field(10, mapOf(quantity), "How much of its capacities was given."),
  },
);
export interface DeviceRequestAllocationResult
  extends TypeOf<typeof deviceRequestAllocationResult> {}

export const deviceAllocationResult = type(
  "DeviceAllocationResult",
  "Devices that were given, and their settings.",
  {
    results: field(1, atomicListOf(deviceRequestAllocationResult), "The devices."),
    config: field(2, atomicListOf(deviceAllocationConfiguration), "The settings."),
  },
);
export interface DeviceAllocationResult extends TypeOf<typeof deviceAllocationResult> {}

export const allocationResult = type("AllocationResult", "The devices that a claim has got.", {
  devices: field(1, deviceAllocationResult, "The devices."),
  nodeSelector: field(3, nodeSelector, "Nodes where they can be used; absent: all.").pointer(),
  allocationTimestamp: field(5, time, "When they were given.").pointer(),
});
export interface AllocationResult extends TypeOf<typeof allocationResult> {}

export const resourceClaimConsumerReference = type(
  "ResourceClaimConsumerReference",
  "An object that uses a claim.",
  {
    apiGroup: field(1, string, "API group of the object; empty for the core group."),
    resource: field(3, string, "Resource of the object.").required(),
    name: field(4, string, "Name of the object.").required(),
    uid: field(5, string, "UID of the object.").required(),
  },
);
export interface ResourceClaimConsumerReference
  extends TypeOf<typeof resourceClaimConsumerReference> {}

export const resourceClaimStatus = type(
  "ResourceClaimStatus",
  "What a claim has got, and for whom.",
  {
    allocation: field(1, allocationResult, "The devices it has got.").pointer(),
    reservedFor: field(
      2,
      keyedListOf(resourceClaimConsumerReference, "uid"),
      "Who may use them.",
    ).patchMerged("uid"),
    devices: field(
      4,
      keyedListOf(allocatedDeviceStatus, "driver", "device", "pool", "shareID"),
      "State of the devices.",
    ),
  },
);
export interface ResourceClaimStatus extends TypeOf<typeof resourceClaimStatus> {}

export const resourceClaim = kind(
  "ResourceClaim",
  "A claim to devices.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, resourceClaimSpec, "The desired state.").required(),
    status: field(3, resourceClaimStatus, "The observed state, written by the system."),
  },
  {
    name: "resourceclaims",
    singular: "resourceclaim",
    namespaced: true,
    verbs: standardVerbs,
    subresources: { status: statusSubresource("ResourceClaim") },
  },
);
export interface ResourceClaim extends TypeOf<typeof resourceClaim> {}
