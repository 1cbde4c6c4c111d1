/** What a runtime reports. Times are milliseconds since the epoch, with a fraction; 0: not yet. */
import type {
  ContainerMetadata,
  ContainerResources,
  ImageSpec,
  Mount,
  NamespaceOptions,
  SandboxMetadata,
  TextMap,
} from "./runtime-config.ts";

export type SandboxState = "ready" | "notReady";

export interface SandboxSummary {
  readonly id: string;
  readonly metadata: SandboxMetadata;
  readonly state: SandboxState;
  readonly createdAtMs: number;
  readonly labels: TextMap;
  readonly annotations: TextMap;
  readonly runtimeHandler: string;
}

export interface SandboxStatus extends SandboxSummary {
  /** The pod's addresses, the main one first; empty in the host's network and after a stop. */
  readonly ips: readonly string[];
  /** Undefined when the runtime does not tell. */
  readonly namespaces: NamespaceOptions | undefined;
}

export type ContainerState = "created" | "running" | "exited" | "unknown";

export interface ContainerSummary {
  readonly id: string;
  readonly sandboxId: string;
  readonly metadata: ContainerMetadata;
  readonly image: ImageSpec;
  /** What the container really started from; `imageID` of a container status. */
  readonly imageRef: string;
  readonly state: ContainerState;
  readonly createdAtMs: number;
  readonly labels: TextMap;
  readonly annotations: TextMap;
}

export interface ContainerStatus {
  readonly id: string;
  readonly metadata: ContainerMetadata;
  readonly state: ContainerState;
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Meaningful once `exited`: the status, or 128 + signal number. */
  readonly exitCode: number;
  readonly image: ImageSpec;
  readonly imageRef: string;
  /** `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`, or empty. */
  readonly reason: string;
  readonly message: string;
  readonly labels: TextMap;
  readonly annotations: TextMap;
  readonly mounts: readonly Mount[];
  /** Absolute. */
  readonly logPath: string;
  /** Undefined when the runtime does not tell (containerd before 1.7). */
  readonly resources: ContainerResources | undefined;
  /** Whom the first process runs as; undefined when the runtime does not tell. */
  readonly user: ContainerUser | undefined;
}

export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
}

export interface ImageFacts {
  /** `sha256:…` of the image's configuration. */
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly sizeBytes: number;
  /** The numeric user the image asks for; undefined when it names one or says nothing. */
  readonly uid: number | undefined;
  /** The user's name the image asks for, or empty. */
  readonly username: string;
  /** Never removed to make room. */
  readonly pinned: boolean;
}

export interface FilesystemUsage {
  readonly atMs: number;
  readonly mountpoint: string;
  readonly usedBytes: number;
  readonly inodesUsed: number;
}

export interface ContainerStats {
  readonly id: string;
  readonly metadata: ContainerMetadata;
  readonly labels: TextMap;
  readonly cpu: CpuUsage | undefined;
  readonly memory: MemoryUsage | undefined;
  readonly writableLayer: FilesystemUsage | undefined;
}

export interface CpuUsage {
  readonly atMs: number;
  /** Since the start, over all cores. */
  readonly usageCoreNanoseconds: number;
  /** The rate of late; undefined when the runtime does not tell (containerd 1.6). */
  readonly usageNanoCores: number | undefined;
}

/** Undefined where the runtime or the cgroup does not tell. */
export interface MemoryUsage {
  readonly atMs: number;
  /** What cannot be reclaimed easily: what eviction and `kubectl top` look at. */
  readonly workingSetBytes: number | undefined;
  readonly availableBytes: number | undefined;
  readonly usageBytes: number | undefined;
  readonly rssBytes: number | undefined;
  readonly pageFaults: number | undefined;
  readonly majorPageFaults: number | undefined;
}

export interface SandboxStats {
  readonly id: string;
  readonly metadata: SandboxMetadata;
  readonly labels: TextMap;
  readonly cpu: CpuUsage | undefined;
  readonly memory: MemoryUsage | undefined;
  readonly network: NetworkUsage | undefined;
  readonly processCount: number | undefined;
  readonly containers: readonly ContainerStats[];
}

export interface NetworkUsage {
  readonly atMs: number;
  readonly interfaces: readonly InterfaceUsage[];
}

export interface InterfaceUsage {
  /** The first of the list is the default one, `eth0`. */
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}
