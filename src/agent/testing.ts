/** Configurations as a pod worker would make them, for tests to vary. */
import {
  type ContainerConfig,
  defaultMaskedPaths,
  defaultReadonlyPaths,
  type NamespaceOptions,
  type SandboxConfig,
  type SecurityProfile,
  unlimitedResources,
} from "./runtime-config.ts";

const namespaces: NamespaceOptions = {
  network: "pod",
  pid: "container",
  ipc: "pod",
  targetId: "",
};

const seccomp: SecurityProfile = { type: "runtimeDefault", localhostRef: "" };

export function sandboxConfigOf(part: Partial<SandboxConfig>): SandboxConfig {
  return {
    metadata: { name: "web", uid: "uid-web", namespace: "default", attempt: 0 },
    hostname: "web",
    logDirectory: "/var/log/pods/default_web_uid-web",
    dns: undefined,
    portMappings: [],
    labels: {},
    annotations: {},
    linux: {
      cgroupParent: "",
      securityContext: {
        namespaces,
        selinux: undefined,
        runAsUser: undefined,
        runAsGroup: undefined,
        readonlyRootfs: false,
        supplementalGroups: [],
        supplementalGroupsPolicy: "merge",
        privileged: false,
        seccomp,
        apparmor: undefined,
      },
      sysctls: {},
      overhead: undefined,
      resources: undefined,
    },
    ...part,
  };
}

export function containerConfigOf(part: Partial<ContainerConfig>): ContainerConfig {
  return {
    metadata: { name: "main", attempt: 0 },
    image: { image: "toolbox", userSpecifiedImage: "toolbox" },
    command: [],
    args: [],
    workingDir: "",
    envs: [],
    mounts: [],
    devices: [],
    labels: {},
    annotations: {},
    logPath: "main/0.log",
    stdin: false,
    stdinOnce: false,
    tty: false,
    linux: {
      resources: unlimitedResources,
      securityContext: {
        capabilities: undefined,
        privileged: false,
        namespaces,
        selinux: undefined,
        runAsUser: undefined,
        runAsGroup: undefined,
        runAsUsername: "",
        readonlyRootfs: false,
        supplementalGroups: [],
        supplementalGroupsPolicy: "merge",
        noNewPrivileges: false,
        maskedPaths: defaultMaskedPaths,
        readonlyPaths: defaultReadonlyPaths,
        seccomp,
        apparmor: undefined,
      },
    },
    stopSignal: undefined,
    ...part,
  };
}
