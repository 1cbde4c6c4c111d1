/**
 * What a runtime is asked to run. Fields are CRI's; every one must be given, because in CRI a
 * forgotten field is not "default" but zero, and zero often means less protection than anybody
 * wanted (no seccomp profile, nothing masked, the pod's process namespace).
 */

export type TextMap = Readonly<Record<string, string>>;

export interface SandboxConfig {
  readonly metadata: SandboxMetadata;
  /** Empty in the host's network namespace, where the machine's own name stays. */
  readonly hostname: string;
  /** Host directory of the containers' log files; it must exist. */
  readonly logDirectory: string;
  /** Undefined: the machine's own resolv.conf. */
  readonly dns: DnsConfig | undefined;
  readonly portMappings: readonly PortMapping[];
  readonly labels: TextMap;
  readonly annotations: TextMap;
  readonly linux: LinuxSandboxConfig;
}

export interface SandboxMetadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  /** Counts sandboxes of the same pod, from 0. */
  readonly attempt: number;
}

export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface PortMapping {
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly containerPort: number;
  /** Zero: not published. */
  readonly hostPort: number;
  /** Empty: on every address. */
  readonly hostIp: string;
}

export interface LinuxSandboxConfig {
  /** Cgroup of the pod; ends in `.slice` exactly when the runtime uses systemd's driver. */
  readonly cgroupParent: string;
  readonly securityContext: SandboxSecurityContext;
  readonly sysctls: TextMap;
  readonly overhead: ContainerResources | undefined;
  readonly resources: ContainerResources | undefined;
}

export interface SandboxSecurityContext {
  readonly namespaces: NamespaceOptions;
  readonly selinux: SelinuxLabel | undefined;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly readonlyRootfs: boolean;
  readonly supplementalGroups: readonly number[];
  readonly supplementalGroupsPolicy: "merge" | "strict";
  /** True when any container of the pod is privileged. */
  readonly privileged: boolean;
  /** Undefined leaves the sandbox unconfined. */
  readonly seccomp: SecurityProfile | undefined;
  readonly apparmor: SecurityProfile | undefined;
}

/** Whose namespace a container lives in: the pod's, its own, the machine's, or another container's. */
export type NamespaceMode = "pod" | "container" | "node" | "target";

export interface NamespaceOptions {
  readonly network: NamespaceMode;
  /** `container` unless the pod shares its process namespace. */
  readonly pid: NamespaceMode;
  readonly ipc: NamespaceMode;
  /** With pid `target`: the container whose processes are shared. Else empty. */
  readonly targetId: string;
}

export interface SelinuxLabel {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  readonly level: string;
}

export interface SecurityProfile {
  readonly type: "runtimeDefault" | "unconfined" | "localhost";
  /** Name or path of a localhost profile, else empty. */
  readonly localhostRef: string;
}

export interface ContainerConfig {
  readonly metadata: ContainerMetadata;
  readonly image: ImageSpec;
  /** Replaces the image's entry point; empty keeps it. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly envs: readonly EnvValue[];
  readonly mounts: readonly Mount[];
  readonly devices: readonly Device[];
  readonly labels: TextMap;
  readonly annotations: TextMap;
  /** Below the sandbox's log directory: `<container>/<attempt>.log`. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly linux: LinuxContainerConfig;
  /** `SIGTERM`, `SIGUSR1`, …; undefined for the image's own. Ignored by runtimes before CRI 1.33. */
  readonly stopSignal: string | undefined;
}

export interface ContainerMetadata {
  readonly name: string;
  /** Counts restarts, from 0. */
  readonly attempt: number;
}

export interface ImageSpec {
  /** What to start from: the reference or id that `images.pull` or `images.find` gave. */
  readonly image: string;
  /** What the pod's author wrote. */
  readonly userSpecifiedImage: string;
}

export interface EnvValue {
  readonly key: string;
  readonly value: string;
}

export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
  readonly selinuxRelabel: boolean;
  readonly propagation: "private" | "hostToContainer" | "bidirectional";
  readonly recursiveReadOnly: boolean;
}

export interface Device {
  readonly containerPath: string;
  readonly hostPath: string;
  /** Of the letters `r`, `w` and `m` (make). */
  readonly permissions: string;
}

export interface LinuxContainerConfig {
  readonly resources: ContainerResources;
  readonly securityContext: ContainerSecurityContext;
}

/** Zero leaves a limit to the runtime, in every field. */
export interface ContainerResources {
  /** Microseconds. */
  readonly cpuPeriod: number;
  /** Microseconds of CPU time per period; -1 lifts a limit. */
  readonly cpuQuota: number;
  readonly cpuShares: number;
  readonly memoryLimitBytes: number;
  readonly oomScoreAdj: number;
  readonly cpusetCpus: string;
  readonly cpusetMems: string;
  readonly hugepageLimits: readonly HugepageLimit[];
  /** Cgroup v2 files and what to write into them. */
  readonly unified: TextMap;
  readonly memorySwapLimitBytes: number;
}

export interface HugepageLimit {
  /** `2MB`, `1GB`. */
  readonly pageSize: string;
  readonly limitBytes: number;
}

export interface ContainerSecurityContext {
  readonly capabilities: Capabilities | undefined;
  readonly privileged: boolean;
  readonly namespaces: NamespaceOptions;
  readonly selinux: SelinuxLabel | undefined;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  /** When the image names its user instead of numbering it. Excludes `runAsUser`. */
  readonly runAsUsername: string;
  readonly readonlyRootfs: boolean;
  readonly supplementalGroups: readonly number[];
  readonly supplementalGroupsPolicy: "merge" | "strict";
  readonly noNewPrivileges: boolean;
  /** Paths hidden from the container; `defaultMaskedPaths` unless the pod asks for more. */
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  /** Undefined leaves the container unconfined. */
  readonly seccomp: SecurityProfile | undefined;
  readonly apparmor: SecurityProfile | undefined;
}

/** Names with or without `CAP_`; `ALL` stands for every one. */
export interface Capabilities {
  readonly add: readonly string[];
  readonly drop: readonly string[];
  readonly addAmbient: readonly string[];
}

/** What no container sees of the kernel unless it is privileged or `procMount: Unmasked`. */
export const defaultMaskedPaths: readonly string[] = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];

/** What no container changes of the kernel unless it is privileged or `procMount: Unmasked`. */
export const defaultReadonlyPaths: readonly string[] = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

/** No limit at all. */
export const unlimitedResources: ContainerResources = {
  cpuPeriod: 0,
  cpuQuota: 0,
  cpuShares: 0,
  memoryLimitBytes: 0,
  oomScoreAdj: 0,
  cpusetCpus: "",
  cpusetMems: "",
  hugepageLimits: [],
  unified: {},
  memorySwapLimitBytes: 0,
};
