export {
  type CgroupDriver,
  cgroupParentOf,
  nodeCgroup,
  podCgroup,
} from "./cgroup/cgroup-path.ts";
export { detectCgroupVersion } from "./cgroup/cgroup-tree.ts";
export { type PodCgroups, podCgroups } from "./cgroup/pod-cgroups.ts";
export {
  type ContainerdDeps,
  type ContainerdOptions,
  keepContainerdRunning,
  startContainerd,
} from "./containerd/containerd.ts";
export {
  type ContainerdPaths,
  containerdPaths,
  formatRegistryHosts,
  type RegistryHost,
} from "./containerd/containerd-config.ts";
export { type RemoveOptions, removeContainerd } from "./containerd/remove-containerd.ts";
export {
  type ImageConfig,
  type ImageContent,
  writeImageArchive,
} from "./images/image-archive.ts";
export {
  type ImageArchive,
  ImageArchiveError,
  inspectImageArchive,
  wholeReference,
} from "./images/inspect-archive.ts";
export { ensureImage, type LoadDeps, loadImage } from "./images/load-image.ts";
export { pauseImage, pauseReference } from "./images/pause-image.ts";
export { findCgroupDriver } from "./runtimes/cri/cgroup-driver.ts";
export { criRuntime } from "./runtimes/cri/cri-runtime.ts";
export {
  type SimulatedDeps,
  type SimulatedRuntime,
  simulatedRuntime,
} from "./runtimes/simulated/simulated-runtime.ts";
export {
  type SimulatedPoint,
  type SimulatedReading,
  SimulatedUsage,
} from "./runtimes/simulated/simulated-usage.ts";
export {
  type ContainerFilter,
  type ContainerRuntime,
  type ExecRequest,
  type ExecResult,
  type ImageRuntime,
  type PullRequest,
  type RegistryCredentials,
  type Runtime,
  type RuntimeCondition,
  RuntimeError,
  type RuntimeEvent,
  type RuntimeHandler,
  type RuntimeStatus,
  type RuntimeVersion,
  type SandboxFilter,
  type SandboxRuntime,
  type StreamChoice,
} from "./runtime.ts";
export {
  type Capabilities,
  type ContainerConfig,
  type ContainerMetadata,
  type ContainerResources,
  type ContainerSecurityContext,
  type Device,
  type DnsConfig,
  defaultMaskedPaths,
  defaultReadonlyPaths,
  type EnvValue,
  type HugepageLimit,
  type ImageSpec,
  type LinuxContainerConfig,
  type LinuxSandboxConfig,
  type Mount,
  type NamespaceMode,
  type NamespaceOptions,
  type PortMapping,
  type SandboxConfig,
  type SandboxMetadata,
  type SandboxSecurityContext,
  type SecurityProfile,
  type SelinuxLabel,
  type TextMap,
  unlimitedResources,
} from "./runtime-config.ts";
export type {
  ContainerState,
  ContainerStats,
  ContainerStatus,
  ContainerSummary,
  ContainerUser,
  CpuUsage,
  FilesystemUsage,
  ImageFacts,
  InterfaceUsage,
  MemoryUsage,
  NetworkUsage,
  SandboxState,
  SandboxStats,
  SandboxStatus,
  SandboxSummary,
} from "./runtime-state.ts";
export { ClaimMetrics } from "./metrics/claim-metrics.ts";
export { observedCgroups } from "./metrics/cgroup-metrics.ts";
export { observedEndpoint } from "./metrics/endpoint-metrics.ts";
export { type CertificateFacts, registerAgentFacts } from "./metrics/node-facts-metrics.ts";
export { PodMetrics } from "./metrics/pod-metrics.ts";
export { ProbeMetrics } from "./metrics/probe-metrics.ts";
export { VolumeMetrics } from "./metrics/volume-metrics.ts";
export { observedChannel } from "./metrics/runtime-metrics.ts";
export { collectCadvisor } from "./stats/cadvisor-facts.ts";
export { formatCadvisorMetrics } from "./stats/cadvisor-metrics.ts";
export { textContentType } from "./stats/prometheus-text.ts";
export { collectResourceUse } from "./stats/resource-use.ts";
export { formatResourceMetrics } from "./stats/stats-metrics.ts";
export {
  type AccessDecision,
  certificateAuthorizer,
  type KnownUsers,
  type EndpointAuthorizer,
  type NodeAccess,
} from "./endpoint/authorizer.ts";
export { createEndpoint, type EndpointDeps, type MetricsPage } from "./endpoint/endpoint.ts";
export type { PodSource } from "./endpoint/pod-containers.ts";
export { keepLogsSmall, type LogKeeperDeps } from "./logs/keep-logs-small.ts";
export {
  defaultRotationLimits,
  type RotationLimits,
  rotateLog,
} from "./logs/rotate-logs.ts";
export {
  type NodeStats,
  nodeStatsSource,
  type PodStats,
  type StatsDeps,
  type StatsOptions,
  type StatsSource,
} from "./stats/node-stats.ts";
export {
  type ObjectReader,
  ContainerStarter,
  type LifecycleHooks,
  type StarterDeps,
  type StarterOptions,
} from "./pod/container-starter.ts";
export { ImageSource, type ImageDeps } from "./pod/image-source.ts";
export { podResources } from "./pod/resources.ts";
export { PodResizer, type PodResizerDeps } from "./resize/pod-resizer.ts";
export { PodResizes } from "./resize/pod-resizes.ts";
export { readPodMemory } from "./cgroup/read-usage.ts";
export { type NodeFacts, nodeObject } from "./node/node-object.ts";
export { type NodeDeps, runNode } from "./node/run-node.ts";
export { type PodAgentDeps, runPodAgent } from "./pod/pod-agent.ts";
export { PodWorkers, type PodWorkersDeps, type PodWorkersOptions } from "./pod/pod-workers.ts";
export type { PodProbes } from "./pod/probes.ts";
export type { PodVolumes } from "./pod/volumes.ts";
export {
  NodeVolumes,
  type NodeVolumesDeps,
  type NodeVolumesOptions,
  openNodeVolumes,
  removeNodeVolumes,
} from "./volumes/node-volumes.ts";
export { keepEmptyDirsSmall } from "./volumes/size-limits.ts";
export { PodObjects } from "./volumes/pod-objects.ts";
export { pullCredentialsOf } from "./volumes/pull-credentials.ts";
export { type HookDeps, type HookOptions, lifecycleHooks } from "./pod/hooks.ts";
export type { HttpTarget, PodNetwork } from "./probes/network.ts";
export { PodProber, type PodProberDeps, type PodProberOptions } from "./probes/pod-prober.ts";
export { nodeNameIndex, PodsByNode, type PodSelection } from "./pod/pods-by-node.ts";
export { formatNodeMetrics } from "./node-metrics/node-metrics.ts";
