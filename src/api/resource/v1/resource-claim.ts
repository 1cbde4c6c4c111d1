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

export const networkDeviceData = type("NetworkDeviceData", "", {
  interfaceName: field(1, string, ""),
  ips: field(2, atomicListOf(string), ""),
  hardwareAddress: field(3, string, ""),
});
export interface NetworkDeviceData extends TypeOf<typeof networkDeviceData> {}

export const allocatedDeviceStatus = type("AllocatedDeviceStatus", "", {
  driver: field(1, string, "").required(),
  pool: field(2, string, "").required(),
  device: field(3, string, "").required(),
  conditions: field(4, keyedListOf(condition, "type"), "").always(),
  data: field(5, rawExtension, "").pointer(),
  networkData: field(6, networkDeviceData, "").pointer(),
  shareID: field(7, string, "").pointer(),
});
export interface AllocatedDeviceStatus extends TypeOf<typeof allocatedDeviceStatus> {}

export const deviceAllocationConfiguration = type("DeviceAllocationConfiguration", "", {
  source: field(1, string, "").required(),
  requests: field(2, atomicListOf(string), ""),
  opaque: field(1, opaqueDeviceConfiguration, "").pointer().embeddedIn(3),
});
export interface DeviceAllocationConfiguration
  extends TypeOf<typeof deviceAllocationConfiguration> {}

export const deviceRequestAllocationResult = type("DeviceRequestAllocationResult", "", {
  request: field(1, string, "").required(),
  driver: field(2, string, "").required(),
  pool: field(3, string, "").required(),
  device: field(4, string, "").required(),
  adminAccess: field(5, boolean, "").pointer(),
  tolerations: field(6, atomicListOf(deviceToleration), ""),
  bindingConditions: field(7, atomicListOf(string), ""),
  bindingFailureConditions: field(8, atomicListOf(string), ""),
  shareID: field(9, string, "").pointer(),
  consumedCapacity: field(10, mapOf(quantity), ""),
});
export interface DeviceRequestAllocationResult
  extends TypeOf<typeof deviceRequestAllocationResult> {}

export const deviceAllocationResult = type("DeviceAllocationResult", "", {
  results: field(1, atomicListOf(deviceRequestAllocationResult), ""),
  config: field(2, atomicListOf(deviceAllocationConfiguration), ""),
});
export interface DeviceAllocationResult extends TypeOf<typeof deviceAllocationResult> {}

export const allocationResult = type("AllocationResult", "", {
  devices: field(1, deviceAllocationResult, ""),
  nodeSelector: field(3, nodeSelector, "").pointer(),
  allocationTimestamp: field(5, time, "").pointer(),
});
export interface AllocationResult extends TypeOf<typeof allocationResult> {}

export const resourceClaimConsumerReference = type("ResourceClaimConsumerReference", "", {
  apiGroup: field(1, string, ""),
  resource: field(3, string, "").required(),
  name: field(4, string, "").required(),
  uid: field(5, string, "").required(),
});
export interface ResourceClaimConsumerReference
  extends TypeOf<typeof resourceClaimConsumerReference> {}

export const resourceClaimStatus = type("ResourceClaimStatus", "", {
  allocation: field(1, allocationResult, "").pointer(),
  reservedFor: field(2, keyedListOf(resourceClaimConsumerReference, "uid"), "").patchMerged("uid"),
  devices: field(4, keyedListOf(allocatedDeviceStatus, "driver", "device", "pool", "shareID"), ""),
});
export interface ResourceClaimStatus extends TypeOf<typeof resourceClaimStatus> {}

export const resourceClaim = kind(
  "ResourceClaim",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, resourceClaimSpec, "").required(),
    status: field(3, resourceClaimStatus, ""),
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
