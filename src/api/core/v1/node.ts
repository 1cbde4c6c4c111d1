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

export const attachedVolume = type("AttachedVolume", "A volume attached to a node.", {
  name: field(1, string, "Name of the volume.").required(),
  devicePath: field(2, string, "Device by which the node sees it.").required(),
});
export interface AttachedVolume extends TypeOf<typeof attachedVolume> {}

export const configMapNodeConfigSource = type(
  "ConfigMapNodeConfigSource",
  "A ConfigMap with configuration for a node agent. No longer used.",
  {
    namespace: field(1, string, "Namespace of the ConfigMap.").required(),
    name: field(2, string, "Name of the ConfigMap.").required(),
    uid: field(3, string, "UID of the ConfigMap."),
    resourceVersion: field(4, string, "Resource version of the ConfigMap."),
    kubeletConfigKey: field(5, string, "Key of the entry with the configuration.").required(),
  },
);
export interface ConfigMapNodeConfigSource extends TypeOf<typeof configMapNodeConfigSource> {}

export const containerImage = type("ContainerImage", "An image that a node has.", {
  names: field(1, atomicListOf(string), "Names of the image.").always(),
  sizeBytes: field(2, int64, "Size of the image in bytes."),
});
export interface ContainerImage extends TypeOf<typeof containerImage> {}

export const daemonEndpoint = type("DaemonEndpoint", "A port that a daemon listens on.", {
  Port: field(1, int32, "Number of the port.").required(),
});
export interface DaemonEndpoint extends TypeOf<typeof daemonEndpoint> {}

export const nodeConfigSource = type(
  "NodeConfigSource",
  "Where a node agent gets its configuration. No longer used.",
  {
    configMap: field(2, configMapNodeConfigSource, "The ConfigMap.").pointer(),
  },
);
export interface NodeConfigSource extends TypeOf<typeof nodeConfigSource> {}

export const nodeSpec = type("NodeSpec", "How a node takes part in the cluster.", {
  podCIDR: field(1, string, "Addresses for the node's pods."),
  externalID: field(2, string, "No longer used."),
  providerID: field(3, string, "Identifier of the machine at its provider."),
  unschedulable: field(4, boolean, "Whether no more pods shall be put on the node."),
  taints: field(5, atomicListOf(taint), "Marks that keep away pods that do not tolerate them."),
  configSource: field(6, nodeConfigSource, "No longer used.").pointer(),
  podCIDRs: field(
    7,
    setOf(string),
    "Addresses for the node's pods, one range for each IP family.",
  ).patchMerged(),
});
export interface NodeSpec extends TypeOf<typeof nodeSpec> {}

export const nodeAddress = type("NodeAddress", "An address of a node.", {
  type: field(
    1,
    string,
    "InternalIP, ExternalIP, Hostname, InternalDNS or ExternalDNS.",
  ).required(),
  address: field(2, string, "The address.").required(),
});
export interface NodeAddress extends TypeOf<typeof nodeAddress> {}

export const nodeCondition = type(
  "NodeCondition",
  "One aspect of a node's state, such as Ready or DiskPressure.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastHeartbeatTime: field(3, time, "When the condition was last reported."),
    lastTransitionTime: field(4, time, "When the status last changed."),
    reason: field(5, string, "Why, as one CamelCase word for programs."),
    message: field(6, string, "Why, in a sentence for people."),
  },
);
export interface NodeCondition extends TypeOf<typeof nodeCondition> {}

export const nodeConfigStatus = type(
  "NodeConfigStatus",
  "Which configuration a node agent uses. No longer used.",
  {
    assigned: field(1, nodeConfigSource, "What it was told to use.").pointer(),
    active: field(2, nodeConfigSource, "What it uses.").pointer(),
    lastKnownGood: field(3, nodeConfigSource, "What it goes back to.").pointer(),
    error: field(4, string, "What went wrong."),
  },
);
export interface NodeConfigStatus extends TypeOf<typeof nodeConfigStatus> {}

export const nodeDaemonEndpoints = type("NodeDaemonEndpoints", "Where a node's daemons listen.", {
  kubeletEndpoint: field(1, daemonEndpoint, "Where the node agent listens."),
});
export interface NodeDaemonEndpoints extends TypeOf<typeof nodeDaemonEndpoints> {}

export const nodeFeatures = type("NodeFeatures", "What the node's runtime can do.", {
  supplementalGroupsPolicy: field(
    1,
    boolean,
    "Whether it honours supplementalGroupsPolicy.",
  ).pointer(),
});
export interface NodeFeatures extends TypeOf<typeof nodeFeatures> {}

export const nodeRuntimeHandlerFeatures = type(
  "NodeRuntimeHandlerFeatures",
  "What a runtime handler can do.",
  {
    recursiveReadOnlyMounts: field(
      1,
      boolean,
      "Whether mounts can be read-only with all below them.",
    ).pointer(),
    userNamespaces: field(2, boolean, "Whether pods can have user namespaces.").pointer(),
  },
);
export interface NodeRuntimeHandlerFeatures extends TypeOf<typeof nodeRuntimeHandlerFeatures> {}

export const nodeRuntimeHandler = type("NodeRuntimeHandler", "A runtime handler of a node.", {
  name: field(1, string, "Name of the handler; empty for the default.").always(),
  features: field(2, nodeRuntimeHandlerFeatures, "What the handler can do.").pointer(),
});
export interface NodeRuntimeHandler extends TypeOf<typeof nodeRuntimeHandler> {}

export const nodeSwapStatus = type("NodeSwapStatus", "The swap space of a node.", {
  capacity: field(1, int64, "Size in bytes.").pointer(),
});
export interface NodeSwapStatus extends TypeOf<typeof nodeSwapStatus> {}

export const nodeSystemInfo = type("NodeSystemInfo", "Versions and identifiers of a node.", {
  machineID: field(1, string, "Identifier from /etc/machine-id.").required(),
  systemUUID: field(2, string, "Identifier from the firmware.").required(),
  bootID: field(3, string, "Identifier of this boot.").required(),
  kernelVersion: field(4, string, "Version of the kernel.").required(),
  osImage: field(5, string, "Name of the operating system's release.").required(),
  containerRuntimeVersion: field(
    6,
    string,
    "Name and version of the container runtime.",
  ).required(),
  kubeletVersion: field(7, string, "Version of the node agent.").required(),
  kubeProxyVersion: field(8, string, "Deprecated; that of the node agent.").required(),
  operatingSystem: field(9, string, "linux or windows.").required(),
  architecture: field(10, string, "Architecture of the processor, such as amd64.").required(),
  swap: field(11, nodeSwapStatus, "The swap space.").pointer(),
});
export interface NodeSystemInfo extends TypeOf<typeof nodeSystemInfo> {}

export const nodeStatus = type("NodeStatus", "What a node is and how it is doing.", {
  capacity: field(1, mapOf(quantity), "All that the machine has."),
  allocatable: field(2, mapOf(quantity), "What it has for pods."),
  phase: field(3, string, "No longer filled in."),
  conditions: field(
    4,
    keyedListOf(nodeCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
  addresses: field(5, keyedListOf(nodeAddress, "type"), "Addresses of the machine.").patchMerged(
    "type",
  ),
  daemonEndpoints: field(6, nodeDaemonEndpoints, "Where its daemons listen."),
  nodeInfo: field(7, nodeSystemInfo, "Versions and identifiers."),
  images: field(8, atomicListOf(containerImage), "Images that are on the node."),
  volumesInUse: field(9, atomicListOf(string), "Volumes that pods of the node have mounted."),
  volumesAttached: field(
    10,
    atomicListOf(attachedVolume),
    "Volumes that are attached to the node.",
  ),
  config: field(11, nodeConfigStatus, "No longer used.").pointer(),
  runtimeHandlers: field(12, atomicListOf(nodeRuntimeHandler), "Runtime handlers of the node."),
  features: field(13, nodeFeatures, "What its runtime can do.").pointer(),
  declaredFeatures: field(14, atomicListOf(string), "Features that the node declares."),
});
export interface NodeStatus extends TypeOf<typeof nodeStatus> {}

export const node = kind(
  "Node",
  "A machine that runs pods.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, nodeSpec, "The desired state."),
    status: field(3, nodeStatus, "The observed state, written by the system."),
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
