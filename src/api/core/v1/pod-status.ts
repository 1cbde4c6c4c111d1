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

export const containerStateRunning = type("ContainerStateRunning", "A container that is running.", {
  startedAt: field(1, time, "When it started."),
});
export interface ContainerStateRunning extends TypeOf<typeof containerStateRunning> {}

export const containerStateTerminated = type(
  "ContainerStateTerminated",
  "A container that has ended.",
  {
    exitCode: field(1, int32, "Its exit status.").required(),
    signal: field(2, int32, "The signal that ended it."),
    reason: field(3, string, "Why it ended, as one CamelCase word."),
    message: field(4, string, "Why it ended, for people; often its last words."),
    startedAt: field(5, time, "When it started."),
    finishedAt: field(6, time, "When it ended."),
    containerID: field(7, string, "Its identifier at the runtime, as type://id."),
  },
);
export interface ContainerStateTerminated extends TypeOf<typeof containerStateTerminated> {}

export const containerStateWaiting = type(
  "ContainerStateWaiting",
  "A container that is not running yet.",
  {
    reason: field(1, string, "Why, as one CamelCase word such as ImagePullBackOff."),
    message: field(2, string, "Why, for people."),
  },
);
export interface ContainerStateWaiting extends TypeOf<typeof containerStateWaiting> {}

export const containerState = type(
  "ContainerState",
  "What a container is doing. One of its members is set; none means waiting.",
  {
    waiting: field(1, containerStateWaiting, "Set while it is not running yet.").pointer(),
    running: field(2, containerStateRunning, "Set while it is running.").pointer(),
    terminated: field(3, containerStateTerminated, "Set when it has ended.").pointer(),
  },
);
export interface ContainerState extends TypeOf<typeof containerState> {}

export const linuxContainerUser = type(
  "LinuxContainerUser",
  "User and groups of a process on Linux.",
  {
    uid: field(1, int64, "User.").required(),
    gid: field(2, int64, "Primary group.").required(),
    supplementalGroups: field(3, atomicListOf(int64), "Further groups."),
  },
);
export interface LinuxContainerUser extends TypeOf<typeof linuxContainerUser> {}

export const containerUser = type("ContainerUser", "The identity of a container's first process.", {
  linux: field(1, linuxContainerUser, "The identity on Linux.").pointer(),
});
export interface ContainerUser extends TypeOf<typeof containerUser> {}

export const resourceHealth = type("ResourceHealth", "Health of a device.", {
  resourceID: field(1, string, "Identifier of the device.").required(),
  health: field(2, string, "Healthy, Unhealthy or Unknown."),
  message: field(6, string, "Why, for people.").pointer(),
});
export interface ResourceHealth extends TypeOf<typeof resourceHealth> {}

export const resourceStatus = type("ResourceStatus", "Health of the devices of one resource.", {
  name: field(1, string, "Name of the resource.").required(),
  resources: field(2, keyedListOf(resourceHealth, "resourceID"), "The devices."),
});
export interface ResourceStatus extends TypeOf<typeof resourceStatus> {}

export const imageVolumeStatus = type("ImageVolumeStatus", "The image behind a volume.", {
  imageRef: field(1, string, "Digest of the image.").required().implicit(),
});
export interface ImageVolumeStatus extends TypeOf<typeof imageVolumeStatus> {}

export const volumeStatus = type("VolumeStatus", "The state of a mounted volume.", {
  image: field(1, imageVolumeStatus, "The image behind it.").pointer(),
});
export interface VolumeStatus extends TypeOf<typeof volumeStatus> {}

export const volumeMountStatus = type("VolumeMountStatus", "A mount as it is.", {
  name: field(1, string, "Volume of the pod.").required(),
  mountPath: field(2, string, "Where it appears in the container.").required(),
  readOnly: field(3, boolean, "Whether the container cannot write to it."),
  recursiveReadOnly: field(4, string, "Whether mounts below cannot be written either.").pointer(),
  volumeStatus: field(5, volumeStatus, "State of the volume.").pointer(),
});
export interface VolumeMountStatus extends TypeOf<typeof volumeMountStatus> {}

export const containerStatus = type("ContainerStatus", "How a container is doing.", {
  name: field(1, string, "Name of the container.").required(),
  state: field(2, containerState, "What it is doing now."),
  lastState: field(3, containerState, "How it ended last time, if it was restarted."),
  ready: field(4, boolean, "Whether its readiness probe passes.").required(),
  restartCount: field(5, int32, "How often it was restarted.").required(),
  image: field(6, string, "Image it runs.").required(),
  imageID: field(7, string, "Digest of the image.").required(),
  containerID: field(8, string, "Its identifier at the runtime, as type://id."),
  started: field(9, boolean, "Whether its startup probe has passed.").pointer(),
  allocatedResources: field(10, mapOf(quantity), "What the node has set aside for it."),
  resources: field(11, resourceRequirements, "Requests and limits in effect.").pointer(),
  volumeMounts: field(
    12,
    keyedListOf(volumeMountStatus, "mountPath"),
    "Its mounts, as they are.",
  ).patchMerged("mountPath"),
  user: field(13, containerUser, "User and groups it started as.").pointer(),
  allocatedResourcesStatus: field(
    14,
    keyedListOf(resourceStatus, "name"),
    "Health of its devices.",
  ).patchMerged("name"),
  stopSignal: field(15, string, "Signal that it is stopped with.").pointer(),
});
export interface ContainerStatus extends TypeOf<typeof containerStatus> {}

export const hostIP = type("HostIP", "An address of the node.", {
  ip: field(1, string, "The address.").required(),
});
export interface HostIP extends TypeOf<typeof hostIP> {}

export const nodeAllocatableResourceClaimStatus = type(
  "NodeAllocatableResourceClaimStatus",
  "Resources of the node that a claim accounts for.",
  {
    resourceClaimName: field(1, string, "Name of the claim.").required(),
    containers: field(2, setOf(string), "Containers that use the claim."),
    resources: field(3, mapOf(quantity), "What the claim takes from the node.").required(),
  },
);
export interface NodeAllocatableResourceClaimStatus
  extends TypeOf<typeof nodeAllocatableResourceClaimStatus> {}

export const podCondition = type(
  "PodCondition",
  "One aspect of a pod's state, such as Ready or PodScheduled.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastProbeTime: field(3, time, "When the condition was last checked."),
    lastTransitionTime: field(4, time, "When the status last changed."),
    reason: field(5, string, "Why, as one CamelCase word for programs."),
    message: field(6, string, "Why, in a sentence for people."),
    observedGeneration: field(
      7,
      int64,
      "Generation of the spec that this status was computed from.",
    ),
  },
);
export interface PodCondition extends TypeOf<typeof podCondition> {}

export const podExtendedResourceClaimStatus = type(
  "PodExtendedResourceClaimStatus",
  "The claim behind the extended resources of a pod.",
  {
    requestMappings: field(
      1,
      atomicListOf(containerExtendedResourceRequest),
      "Which request serves which resource of which container.",
    ).required(),
    resourceClaimName: field(2, string, "Name of the claim.").required(),
  },
);
export interface PodExtendedResourceClaimStatus
  extends TypeOf<typeof podExtendedResourceClaimStatus> {}

export const podIP = type("PodIP", "An address of the pod.", {
  ip: field(1, string, "The address.").required(),
});
export interface PodIP extends TypeOf<typeof podIP> {}

export const podResourceClaimStatus = type(
  "PodResourceClaimStatus",
  "The ResourceClaim behind a claim of the pod.",
  {
    name: field(1, string, "Name of the claim in the pod.").required(),
    resourceClaimName: field(
      2,
      string,
      "Name of the ResourceClaim; absent if none was needed.",
    ).pointer(),
  },
);
export interface PodResourceClaimStatus extends TypeOf<typeof podResourceClaimStatus> {}

export const podStatus = type("PodStatus", "How a pod is doing.", {
  phase: field(1, string, "Pending, Running, Succeeded, Failed or Unknown."),
  conditions: field(
    2,
    keyedListOf(podCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
  message: field(3, string, "Why, for people."),
  reason: field(4, string, "Why, as one CamelCase word such as Evicted."),
  hostIP: field(5, string, "Address of the node."),
  podIP: field(6, string, "Address of the pod."),
  startTime: field(7, time, "When the node took the pod on.").pointer(),
  containerStatuses: field(8, atomicListOf(containerStatus), "How the containers are doing."),
  qosClass: field(
    9,
    string,
    "Guaranteed, Burstable or BestEffort, by the resources of the containers.",
  ),
  initContainerStatuses: field(
    10,
    atomicListOf(containerStatus),
    "How the init containers are doing.",
  ),
  nominatedNodeName: field(11, string, "Node where room is being made for the pod."),
  podIPs: field(
    12,
    keyedListOf(podIP, "ip"),
    "Addresses of the pod, at most one for each IP family.",
  ).patchMerged("ip"),
  ephemeralContainerStatuses: field(
    13,
    atomicListOf(containerStatus),
    "How the ephemeral containers are doing.",
  ),
  resize: field(14, string, "State of a resize. Deprecated in favour of conditions."),
  resourceClaimStatuses: field(
    15,
    keyedListOf(podResourceClaimStatus, "name"),
    "The ResourceClaims behind the pod's claims.",
  )
    .patchMerged("name")
    .patchRetainsKeys(),
  hostIPs: field(16, atomicListOf(hostIP), "Addresses of the node.").patchMerged("ip"),
  observedGeneration: field(
    17,
    int64,
    "Generation of the spec that this status was computed from.",
  ),
  extendedResourceClaimStatus: field(
    18,
    podExtendedResourceClaimStatus,
    "The claim behind extended resources.",
  ).pointer(),
  allocatedResources: field(19, mapOf(quantity), "What the node has set aside for the pod."),
  resources: field(20, resourceRequirements, "Requests and limits of the pod in effect.").pointer(),
  nodeAllocatableResourceClaimStatuses: field(
    21,
    atomicListOf(nodeAllocatableResourceClaimStatus),
    "Resources of the node that claims account for.",
  ),
});
export interface PodStatus extends TypeOf<typeof podStatus> {}
