/** Configurations as a pod worker would make them, and a runtime to look at, for tests to vary. */
import { type Runtime, RuntimeError } from "./runtime.ts";
import {
  type ContainerConfig,
  defaultMaskedPaths,
  defaultReadonlyPaths,
  type NamespaceOptions,
  type SandboxConfig,
  type SecurityProfile,
  unlimitedResources,
} from "./runtime-config.ts";
import type { ContainerStatus } from "./runtime-state.ts";

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

/** A runtime that knows the given containers and refuses everything that would change something. */
export function runtimeOf(known: {
  readonly containers: readonly (Pick<ContainerStatus, "id"> & Partial<ContainerStatus>)[];
}): Runtime {
  const refuse = async () => Promise.reject(new RuntimeError("unimplemented", "only looks"));
  const statuses = known.containers.map(containerStatusOf);
  return {
    sandboxes: {
      run: refuse,
      stop: refuse,
      remove: refuse,
      list: async () => [],
      find: async () => undefined,
      listStats: async () => [],
      preparePortForward: refuse,
    },
    containers: {
      create: refuse,
      start: refuse,
      stop: refuse,
      remove: refuse,
      list: async () => [],
      find: async (id) => statuses.find((status) => status.id === id),
      updateResources: refuse,
      reopenLog: refuse,
      execSync: refuse,
      prepareExec: refuse,
      prepareAttach: refuse,
      listStats: async () => [],
      findStats: async () => undefined,
    },
    images: {
      find: async () => undefined,
      list: async () => [],
      pull: refuse,
      remove: refuse,
      filesystems: async () => [],
    },
    version: async () => ({ name: "fake", version: "0", apiVersion: "v1" }),
    status: async () => ({ conditions: [], handlers: [] }),
    applyPodCidr: refuse,
    watch: async function* () {},
  };
}

export function containerStatusOf(
  part: Pick<ContainerStatus, "id"> & Partial<ContainerStatus>,
): ContainerStatus {
  return {
    metadata: { name: "main", attempt: 0 },
    state: "exited",
    createdAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: 0,
    exitCode: 0,
    image: { image: "", userSpecifiedImage: "" },
    imageRef: "",
    reason: "",
    message: "",
    labels: {},
    annotations: {},
    mounts: [],
    logPath: "",
    resources: undefined,
    user: undefined,
    ...part,
  };
}
