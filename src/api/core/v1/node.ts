import {
  atomicListOf,
  boolean,
  field,
  int32,
  int64,
  keyedListOf,
  mapOf,
  quantity,
  setOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { taint } from "./scheduling.ts";
import { kind, type } from "./package.ts";

export const attachedVolume = type("AttachedVolume", "", {
  name: field(1, string, "").required(),
  devicePath: field(2, string, "").required(),
});
export interface AttachedVolume extends TypeOf<typeof attachedVolume> {}

export const configMapNodeConfigSource = type("ConfigMapNodeConfigSource", "", {
  namespace: field(1, string, "").required(),
  name: field(2, string, "").required(),
  uid: field(3, string, ""),
  resourceVersion: field(4, string, ""),
  kubeletConfigKey: field(5, string, "").required(),
});
export interface ConfigMapNodeConfigSource extends TypeOf<typeof configMapNodeConfigSource> {}

export const containerImage = type("ContainerImage", "", {
  names: field(1, atomicListOf(string), "").always(),
  sizeBytes: field(2, int64, ""),
});
export interface ContainerImage extends TypeOf<typeof containerImage> {}

export const daemonEndpoint = type("DaemonEndpoint", "", {
  Port: field(1, int32, "").required(),
});
export interface DaemonEndpoint extends TypeOf<typeof daemonEndpoint> {}

export const nodeConfigSource = type("NodeConfigSource", "", {
  configMap: field(2, configMapNodeConfigSource, "").pointer(),
});
export interface NodeConfigSource extends TypeOf<typeof nodeConfigSource> {}

export const nodeSpec = type("NodeSpec", "", {
  podCIDR: field(1, string, ""),
  externalID: field(2, string, ""),
  providerID: field(3, string, ""),
  unschedulable: field(4, boolean, ""),
  taints: field(5, atomicListOf(taint), ""),
  configSource: field(6, nodeConfigSource, "").pointer(),
  podCIDRs: field(7, setOf(string), "").patchMerged(),
});
export interface NodeSpec extends TypeOf<typeof nodeSpec> {}

export const nodeAddress = type("NodeAddress", "", {
  type: field(1, string, "").required(),
  address: field(2, string, "").required(),
});
export interface NodeAddress extends TypeOf<typeof nodeAddress> {}

export const nodeCondition = type("NodeCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastHeartbeatTime: field(3, time, ""),
  lastTransitionTime: field(4, time, ""),
  reason: field(5, string, ""),
  message: field(6, string, ""),
});
export interface NodeCondition extends TypeOf<typeof nodeCondition> {}

export const nodeConfigStatus = type("NodeConfigStatus", "", {
  assigned: field(1, nodeConfigSource, "").pointer(),
  active: field(2, nodeConfigSource, "").pointer(),
  lastKnownGood: field(3, nodeConfigSource, "").pointer(),
  error: field(4, string, ""),
});
export interface NodeConfigStatus extends TypeOf<typeof nodeConfigStatus> {}

export const nodeDaemonEndpoints = type("NodeDaemonEndpoints", "", {
  kubeletEndpoint: field(1, daemonEndpoint, ""),
});
export interface NodeDaemonEndpoints extends TypeOf<typeof nodeDaemonEndpoints> {}

export const nodeFeatures = type("NodeFeatures", "", {
  supplementalGroupsPolicy: field(1, boolean, "").pointer(),
});
export interface NodeFeatures extends TypeOf<typeof nodeFeatures> {}

export const nodeRuntimeHandlerFeatures = type("NodeRuntimeHandlerFeatures", "", {
  recursiveReadOnlyMounts: field(1, boolean, "").pointer(),
  userNamespaces: field(2, boolean, "").pointer(),
});
export interface NodeRuntimeHandlerFeatures extends TypeOf<typeof nodeRuntimeHandlerFeatures> {}

export const nodeRuntimeHandler = type("NodeRuntimeHandler", "", {
  name: field(1, string, "").always(),
  features: field(2, nodeRuntimeHandlerFeatures, "").pointer(),
});
export interface NodeRuntimeHandler extends TypeOf<typeof nodeRuntimeHandler> {}

export const nodeSwapStatus = type("NodeSwapStatus", "", {
  capacity: field(1, int64, "").pointer(),
});
export interface NodeSwapStatus extends TypeOf<typeof nodeSwapStatus> {}

export const nodeSystemInfo = type("NodeSystemInfo", "", {
  machineID: field(1, string, "").required(),
  systemUUID: field(2, string, "").required(),
  bootID: field(3, string, "").required(),
  kernelVersion: field(4, string, "").required(),
  osImage: field(5, string, "").required(),
  containerRuntimeVersion: field(6, string, "").required(),
  kubeletVersion: field(7, string, "").required(),
  kubeProxyVersion: field(8, string, "").required(),
  operatingSystem: field(9, string, "").required(),
  architecture: field(10, string, "").required(),
  swap: field(11, nodeSwapStatus, "").pointer(),
});
export interface NodeSystemInfo extends TypeOf<typeof nodeSystemInfo> {}

export const nodeStatus = type("NodeStatus", "", {
  capacity: field(1, mapOf(quantity), ""),
  allocatable: field(2, mapOf(quantity), ""),
  phase: field(3, string, ""),
  conditions: field(4, keyedListOf(nodeCondition, "type"), "").patchMerged("type"),
  addresses: field(5, keyedListOf(nodeAddress, "type"), "").patchMerged("type"),
  daemonEndpoints: field(6, nodeDaemonEndpoints, ""),
  nodeInfo: field(7, nodeSystemInfo, ""),
  images: field(8, atomicListOf(containerImage), ""),
  volumesInUse: field(9, atomicListOf(string), ""),
  volumesAttached: field(10, atomicListOf(attachedVolume), ""),
  config: field(11, nodeConfigStatus, "").pointer(),
  runtimeHandlers: field(12, atomicListOf(nodeRuntimeHandler), ""),
  features: field(13, nodeFeatures, "").pointer(),
  declaredFeatures: field(14, atomicListOf(string), ""),
});
export interface NodeStatus extends TypeOf<typeof nodeStatus> {}

export const node = kind(
  "Node",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, nodeSpec, ""),
    status: field(3, nodeStatus, ""),
  },
  {
    name: "nodes",
    singular: "node",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["no"],
    subresources: {
      proxy: { kind: "NodeProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
      status: statusSubresource("Node"),
    },
  },
);
export interface Node extends TypeOf<typeof node> {}
