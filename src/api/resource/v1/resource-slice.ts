import {
  atomicListOf,
  boolean,
  field,
  int64,
  mapOf,
  quantity,
  standardVerbs,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { nodeSelector } from "../../core/v1/scheduling.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const capacityRequestPolicyRange = type("CapacityRequestPolicyRange", "", {
  min: field(1, quantity, "").pointer().required(),
  max: field(2, quantity, "").pointer(),
  step: field(3, quantity, "").pointer(),
});
export interface CapacityRequestPolicyRange extends TypeOf<typeof capacityRequestPolicyRange> {}

export const capacityRequestPolicy = type("CapacityRequestPolicy", "", {
  default: field(1, quantity, "").pointer(),
  validValues: field(3, atomicListOf(quantity), ""),
  validRange: field(4, capacityRequestPolicyRange, "").pointer(),
});
export interface CapacityRequestPolicy extends TypeOf<typeof capacityRequestPolicy> {}

export const counter = type("Counter", "", {
  value: field(1, quantity, "").required(),
});
export interface Counter extends TypeOf<typeof counter> {}

export const counterSet = type("CounterSet", "", {
  name: field(1, string, "").required(),
  counters: field(2, mapOf(counter), "").required().implicit(),
});
export interface CounterSet extends TypeOf<typeof counterSet> {}

export const deviceAttribute = type("DeviceAttribute", "", {
  int: field(2, int64, "").pointer(),
  bool: field(3, boolean, "").pointer(),
  string: field(4, string, "").pointer(),
  version: field(5, string, "").pointer(),
  ints: field(6, atomicListOf(int64), ""),
  bools: field(7, atomicListOf(boolean), ""),
  strings: field(8, atomicListOf(string), ""),
  versions: field(9, atomicListOf(string), ""),
});
export interface DeviceAttribute extends TypeOf<typeof deviceAttribute> {}

export const deviceCapacity = type("DeviceCapacity", "", {
  value: field(1, quantity, "").required(),
  requestPolicy: field(2, capacityRequestPolicy, "").pointer(),
});
export interface DeviceCapacity extends TypeOf<typeof deviceCapacity> {}

export const deviceCounterConsumption = type("DeviceCounterConsumption", "", {
  counterSet: field(1, string, "").required(),
  counters: field(2, mapOf(counter), "").required().implicit(),
});
export interface DeviceCounterConsumption extends TypeOf<typeof deviceCounterConsumption> {}

export const deviceTaint = type("DeviceTaint", "", {
  key: field(1, string, "").required(),
  value: field(2, string, ""),
  effect: field(3, string, "").required(),
  timeAdded: field(4, time, "").pointer(),
});
export interface DeviceTaint extends TypeOf<typeof deviceTaint> {}

export const nodeAllocatableResourceMapping = type("NodeAllocatableResourceMapping", "", {
  capacityKey: field(1, string, "").pointer(),
  allocationMultiplier: field(2, quantity, "").pointer(),
});
export interface NodeAllocatableResourceMapping
  extends TypeOf<typeof nodeAllocatableResourceMapping> {}

export const device = type("Device", "", {
  name: field(1, string, "").required(),
  attributes: field(2, mapOf(deviceAttribute), ""),
  capacity: field(3, mapOf(deviceCapacity), ""),
  consumesCounters: field(4, atomicListOf(deviceCounterConsumption), ""),
  nodeName: field(5, string, "").pointer(),
  nodeSelector: field(6, nodeSelector, "").pointer(),
  allNodes: field(7, boolean, "").pointer(),
  taints: field(8, atomicListOf(deviceTaint), ""),
  bindsToNode: field(9, boolean, "").pointer(),
  bindingConditions: field(10, atomicListOf(string), ""),
  bindingFailureConditions: field(11, atomicListOf(string), ""),
  allowMultipleAllocations: field(12, boolean, "").pointer(),
  nodeAllocatableResourceMappings: field(13, mapOf(nodeAllocatableResourceMapping), ""),
});
export interface Device extends TypeOf<typeof device> {}

export const resourcePool = type("ResourcePool", "", {
  name: field(1, string, "").required(),
  generation: field(2, int64, "").required(),
  resourceSliceCount: field(3, int64, "").required(),
});
export interface ResourcePool extends TypeOf<typeof resourcePool> {}

export const resourceSliceSpec = type("ResourceSliceSpec", "", {
  driver: field(1, string, "").required(),
  pool: field(2, resourcePool, "").required(),
  nodeName: field(3, string, "").pointer(),
  nodeSelector: field(4, nodeSelector, "").pointer(),
  allNodes: field(5, boolean, "").pointer(),
  devices: field(6, atomicListOf(device), ""),
  perDeviceNodeSelection: field(7, boolean, "").pointer(),
  sharedCounters: field(8, atomicListOf(counterSet), ""),
});
export interface ResourceSliceSpec extends TypeOf<typeof resourceSliceSpec> {}

export const resourceSlice = kind(
  "ResourceSlice",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, resourceSliceSpec, "").required(),
  },
  { name: "resourceslices", singular: "resourceslice", namespaced: false, verbs: standardVerbs },
);
export interface ResourceSlice extends TypeOf<typeof resourceSlice> {}
