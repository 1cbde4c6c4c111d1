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

export const capacityRequestPolicyRange = type("CapacityRequestPolicyRange", "A range of values.", {
  min: field(1, quantity, "The least.").pointer().required(),
  max: field(2, quantity, "The most.").pointer(),
  step: field(3, quantity, "The step from one value to the next.").pointer(),
});
export interface CapacityRequestPolicyRange extends TypeOf<typeof capacityRequestPolicyRange> {}

export const capacityRequestPolicy = type(
  "CapacityRequestPolicy",
  "How a capacity can be asked for.",
  {
    default: field(1, quantity, "How much a request gets that says nothing.").pointer(),
    validValues: field(3, atomicListOf(quantity), "Values that can be asked for."),
    validRange: field(
      4,
      capacityRequestPolicyRange,
      "Range of values that can be asked for.",
    ).pointer(),
  },
);
export interface CapacityRequestPolicy extends TypeOf<typeof capacityRequestPolicy> {}

export const counter = type("Counter", "An amount that devices share.", {
  value: field(1, quantity, "The amount.").required(),
});
export interface Counter extends TypeOf<typeof counter> {}

export const counterSet = type("CounterSet", "Amounts that devices share.", {
  name: field(1, string, "Name of the set.").required(),
  counters: field(2, mapOf(counter), "The amounts.").required().implicit(),
});
export interface CounterSet extends TypeOf<typeof counterSet> {}

export const deviceAttribute = type(
  "DeviceAttribute",
  "A fact about a device. One of its members is set.",
  {
    int: field(2, int64, "A number.").pointer(),
    bool: field(3, boolean, "True or false.").pointer(),
    string: field(4, string, "A text.").pointer(),
    version: field(5, string, "A semantic version.").pointer(),
    ints: field(6, atomicListOf(int64), "Several numbers."),
    bools: field(7, atomicListOf(boolean), "Several truth values."),
    strings: field(8, atomicListOf(string), "Several texts."),
    versions: field(9, atomicListOf(string), "Several semantic versions."),
  },
);
export interface DeviceAttribute extends TypeOf<typeof deviceAttribute> {}

export const deviceCapacity = type("DeviceCapacity", "How much a device has of something.", {
  value: field(1, quantity, "The amount.").required(),
  requestPolicy: field(2, capacityRequestPolicy, "How it can be asked for.").pointer(),
});
export interface DeviceCapacity extends TypeOf<typeof deviceCapacity> {}

export const deviceCounterConsumption = type(
  "DeviceCounterConsumption",
  "What a device takes from shared amounts.",
  {
    counterSet: field(1, string, "Name of the set.").required(),
    counters: field(2, mapOf(counter), "The amounts it takes.").required().implicit(),
  },
);
export interface DeviceCounterConsumption extends TypeOf<typeof deviceCounterConsumption> {}

export const deviceTaint = type(
  "DeviceTaint",
  "A mark of a device that keeps away requests that do not tolerate it.",
  {
    key: field(1, string, "Key of the taint.").required(),
    value: field(2, string, "Value of the taint."),
    effect: field(3, string, "None, NoSchedule, or NoExecute, which also evicts pods.").required(),
    timeAdded: field(4, time, "When the taint was added.").pointer(),
  },
);
export interface DeviceTaint extends TypeOf<typeof deviceTaint> {}

export const nodeAllocatableResourceMapping = type(
  "NodeAllocatableResourceMapping",
  "How much of a node's resource a device takes.",
  {
    capacityKey: field(1, string, "Capacity of the device that tells how much.").pointer(),
    allocationMultiplier: field(2, quantity, "Factor from the capacity to the resource.").pointer(),
  },
);
export interface NodeAllocatableResourceMapping
  extends TypeOf<typeof nodeAllocatableResourceMapping> {}

export const device = type("Device", "A device that can be given to claims.", {
  name: field(1, string, "Name, unique in the pool.").required(),
  attributes: field(2, mapOf(deviceAttribute), "Facts to select it by."),
  capacity: field(3, mapOf(deviceCapacity), "How much it has of what."),
  consumesCounters: field(
    4,
    atomicListOf(deviceCounterConsumption),
    "What it takes from shared amounts.",
  ),
  nodeName: field(5, string, "Node that it is on.").pointer(),
  nodeSelector: field(6, nodeSelector, "Nodes that can use it.").pointer(),
  allNodes: field(7, boolean, "Whether all nodes can use it.").pointer(),
  taints: field(
    8,
    atomicListOf(deviceTaint),
    "Marks that keep away requests that do not tolerate them.",
  ),
  bindsToNode: field(
    9,
    boolean,
    "Whether the claim is tied to the node it was given on.",
  ).pointer(),
  bindingConditions: field(
    10,
    atomicListOf(string),
    "Conditions to wait for before the pod is bound.",
  ),
  bindingFailureConditions: field(
    11,
    atomicListOf(string),
    "Conditions that mean that binding has failed.",
  ),
  allowMultipleAllocations: field(12, boolean, "Whether several claims can share it.").pointer(),
  nodeAllocatableResourceMappings: field(
    13,
    mapOf(nodeAllocatableResourceMapping),
    "Resources of the node that it takes.",
  ),
});
export interface Device extends TypeOf<typeof device> {}

export const resourcePool = type(
  "ResourcePool",
  "The pool that the devices of a slice belong to.",
  {
    name: field(1, string, "Name of the pool.").required(),
    generation: field(
      2,
      int64,
      "Counts the changes of the pool; only slices of the highest count.",
    ).required(),
    resourceSliceCount: field(3, int64, "How many slices the pool has.").required(),
  },
);
export interface ResourcePool extends TypeOf<typeof resourcePool> {}

export const resourceSliceSpec = type(
  "ResourceSliceSpec",
  "The devices of a slice, and who can use them.",
  {
    driver: field(1, string, "Driver of the devices.").required(),
    pool: field(2, resourcePool, "The pool.").required(),
    nodeName: field(3, string, "Node that the devices are on.").pointer(),
    nodeSelector: field(4, nodeSelector, "Nodes that can use the devices.").pointer(),
    allNodes: field(5, boolean, "Whether all nodes can use the devices.").pointer(),
    devices: field(6, atomicListOf(device), "The devices."),
    perDeviceNodeSelection: field(
      7,
      boolean,
      "Whether each device tells who can use it.",
    ).pointer(),
    sharedCounters: field(8, atomicListOf(counterSet), "Amounts that the devices share."),
  },
);
export interface ResourceSliceSpec extends TypeOf<typeof resourceSliceSpec> {}

export const resourceSlice = kind(
  "ResourceSlice",
  "Some devices of a driver's pool.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, resourceSliceSpec, "The desired state.").required(),
  },
  { name: "resourceslices", singular: "resourceslice", namespaced: false, verbs: standardVerbs },
);
export interface ResourceSlice extends TypeOf<typeof resourceSlice> {}
