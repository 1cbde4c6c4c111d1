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
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { containerExtendedResourceRequest, resourceRequirements } from "./container.ts";
import { type } from "./package.ts";

export const containerStateRunning = type("ContainerStateRunning", "", {
  startedAt: field(1, time, ""),
});
export interface ContainerStateRunning extends TypeOf<typeof containerStateRunning> {}

export const containerStateTerminated = type("ContainerStateTerminated", "", {
  exitCode: field(1, int32, "").required(),
  signal: field(2, int32, ""),
  reason: field(3, string, ""),
  message: field(4, string, ""),
  startedAt: field(5, time, ""),
  finishedAt: field(6, time, ""),
  containerID: field(7, string, ""),
});
export interface ContainerStateTerminated extends TypeOf<typeof containerStateTerminated> {}

export const containerStateWaiting = type("ContainerStateWaiting", "", {
  reason: field(1, string, ""),
  message: field(2, string, ""),
});
export interface ContainerStateWaiting extends TypeOf<typeof containerStateWaiting> {}

export const containerState = type("ContainerState", "", {
  waiting: field(1, containerStateWaiting, "").pointer(),
  running: field(2, containerStateRunning, "").pointer(),
  terminated: field(3, containerStateTerminated, "").pointer(),
});
export interface ContainerState extends TypeOf<typeof containerState> {}

export const linuxContainerUser = type("LinuxContainerUser", "", {
  uid: field(1, int64, "").required(),
  gid: field(2, int64, "").required(),
  supplementalGroups: field(3, atomicListOf(int64), ""),
});
export interface LinuxContainerUser extends TypeOf<typeof linuxContainerUser> {}

export const containerUser = type("ContainerUser", "", {
  linux: field(1, linuxContainerUser, "").pointer(),
});
export interface ContainerUser extends TypeOf<typeof containerUser> {}

export const resourceHealth = type("ResourceHealth", "", {
  resourceID: field(1, string, "").required(),
  health: field(2, string, ""),
  message: field(6, string, "").pointer(),
});
export interface ResourceHealth extends TypeOf<typeof resourceHealth> {}

export const resourceStatus = type("ResourceStatus", "", {
  name: field(1, string, "").required(),
  resources: field(2, keyedListOf(resourceHealth, "resourceID"), ""),
});
export interface ResourceStatus extends TypeOf<typeof resourceStatus> {}

export const imageVolumeStatus = type("ImageVolumeStatus", "", {
  imageRef: field(1, string, "").required().implicit(),
});
export interface ImageVolumeStatus extends TypeOf<typeof imageVolumeStatus> {}

export const volumeStatus = type("VolumeStatus", "", {
  image: field(1, imageVolumeStatus, "").pointer(),
});
export interface VolumeStatus extends TypeOf<typeof volumeStatus> {}

export const volumeMountStatus = type("VolumeMountStatus", "", {
  name: field(1, string, "").required(),
  mountPath: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
  recursiveReadOnly: field(4, string, "").pointer(),
  volumeStatus: field(5, volumeStatus, "").pointer(),
});
export interface VolumeMountStatus extends TypeOf<typeof volumeMountStatus> {}

export const containerStatus = type("ContainerStatus", "", {
  name: field(1, string, "").required(),
  state: field(2, containerState, ""),
  lastState: field(3, containerState, ""),
  ready: field(4, boolean, "").required(),
  restartCount: field(5, int32, "").required(),
  image: field(6, string, "").required(),
  imageID: field(7, string, "").required(),
  containerID: field(8, string, ""),
  started: field(9, boolean, "").pointer(),
  allocatedResources: field(10, mapOf(quantity), ""),
  resources: field(11, resourceRequirements, "").pointer(),
  volumeMounts: field(12, keyedListOf(volumeMountStatus, "mountPath"), "").patchMerged("mountPath"),
  user: field(13, containerUser, "").pointer(),
  allocatedResourcesStatus: field(14, keyedListOf(resourceStatus, "name"), "").patchMerged("name"),
  stopSignal: field(15, string, "").pointer(),
});
export interface ContainerStatus extends TypeOf<typeof containerStatus> {}

export const hostIP = type("HostIP", "", {
  ip: field(1, string, "").required(),
});
export interface HostIP extends TypeOf<typeof hostIP> {}

export const nodeAllocatableResourceClaimStatus = type("NodeAllocatableResourceClaimStatus", "", {
  resourceClaimName: field(1, string, "").required(),
  containers: field(2, setOf(string), ""),
  resources: field(3, mapOf(quantity), "").required(),
});
export interface NodeAllocatableResourceClaimStatus
  extends TypeOf<typeof nodeAllocatableResourceClaimStatus> {}

export const podCondition = type("PodCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastProbeTime: field(3, time, ""),
  lastTransitionTime: field(4, time, ""),
  reason: field(5, string, ""),
  message: field(6, string, ""),
  observedGeneration: field(7, int64, ""),
});
export interface PodCondition extends TypeOf<typeof podCondition> {}

export const podExtendedResourceClaimStatus = type("PodExtendedResourceClaimStatus", "", {
  requestMappings: field(1, atomicListOf(containerExtendedResourceRequest), "").required(),
  resourceClaimName: field(2, string, "").required(),
});
export interface PodExtendedResourceClaimStatus
  extends TypeOf<typeof podExtendedResourceClaimStatus> {}

export const podIP = type("PodIP", "", {
  ip: field(1, string, "").required(),
});
export interface PodIP extends TypeOf<typeof podIP> {}

export const podResourceClaimStatus = type("PodResourceClaimStatus", "", {
  name: field(1, string, "").required(),
  resourceClaimName: field(2, string, "").pointer(),
});
export interface PodResourceClaimStatus extends TypeOf<typeof podResourceClaimStatus> {}

export const podStatus = type("PodStatus", "", {
  phase: field(1, string, ""),
  conditions: field(2, keyedListOf(podCondition, "type"), "").patchMerged("type"),
  message: field(3, string, ""),
  reason: field(4, string, ""),
  hostIP: field(5, string, ""),
  podIP: field(6, string, ""),
  startTime: field(7, time, "").pointer(),
  containerStatuses: field(8, atomicListOf(containerStatus), ""),
  qosClass: field(9, string, ""),
  initContainerStatuses: field(10, atomicListOf(containerStatus), ""),
  nominatedNodeName: field(11, string, ""),
  podIPs: field(12, keyedListOf(podIP, "ip"), "").patchMerged("ip"),
  ephemeralContainerStatuses: field(13, atomicListOf(containerStatus), ""),
  resize: field(14, string, ""),
  resourceClaimStatuses: field(15, keyedListOf(podResourceClaimStatus, "name"), "")
    .patchMerged("name")
    .patchRetainsKeys(),
  hostIPs: field(16, atomicListOf(hostIP), "").patchMerged("ip"),
  observedGeneration: field(17, int64, ""),
  extendedResourceClaimStatus: field(18, podExtendedResourceClaimStatus, "").pointer(),
  allocatedResources: field(19, mapOf(quantity), ""),
  resources: field(20, resourceRequirements, "").pointer(),
  nodeAllocatableResourceClaimStatuses: field(
    21,
    atomicListOf(nodeAllocatableResourceClaimStatus),
    "",
  ),
});
export interface PodStatus extends TypeOf<typeof podStatus> {}
