/** Security contexts of pods and containers as the runtime wants them: the container's word counts first. */

import type { Live } from "#api";
import type {
  Container,
  Pod,
  PodSecurityContext,
  SeccompProfile,
  SecurityContext,
  SELinuxOptions,
} from "#api/core/v1";
import {
  type Capabilities,
  type ContainerSecurityContext,
  defaultMaskedPaths,
  defaultReadonlyPaths,
  type NamespaceOptions,
  type SandboxSecurityContext,
  type SecurityProfile,
  type SelinuxLabel,
} from "../runtime-config.ts";
import type { ImageFacts } from "../runtime-state.ts";
import { ConfigError } from "./environment.ts";

export function sandboxSecurity(pod: Live<Pod>): SandboxSecurityContext {
  const { securityContext = {} } = pod.spec;
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  const all = [...initContainers, ...containers, ...ephemeralContainers];
  return {
    namespaces: namespacesOf(pod),
    selinux: selinuxOf(securityContext.seLinuxOptions),
    runAsUser: securityContext.runAsUser,
    runAsGroup: securityContext.runAsGroup,
    readonlyRootfs: false,
    supplementalGroups: supplementalGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    privileged: all.some((container) => container.securityContext?.privileged === true),
    seccomp: { type: "runtimeDefault", localhostRef: "" },
    apparmor: undefined,
  };
}

export interface SecurityFacts {
  readonly image: ImageFacts | undefined;
  /** The runtime's id of the container whose process namespace is joined. */
  readonly targetId: string | undefined;
}

export function containerSecurity(
  pod: Live<Pod>,
  container: Container,
  { image, targetId }: SecurityFacts,
): ContainerSecurityContext {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  const user = own.runAsUser ?? shared.runAsUser ?? image?.uid;
  if (mustNotBeRoot(own, shared)) assertNotRoot(container, user, image);
  const privileged = own.privileged === true;
  return {
    capabilities: capabilitiesOf(own),
    privileged,
    namespaces:
      targetId === undefined
        ? namespacesOf(pod)
        : { ...namespacesOf(pod), pid: "target", targetId },
    selinux: selinuxOf(own.seLinuxOptions ?? shared.seLinuxOptions),
    runAsUser: user,
    runAsGroup: own.runAsGroup ?? shared.runAsGroup,
    runAsUsername: user === undefined ? (image?.username ?? "") : "",
    readonlyRootfs: own.readOnlyRootFilesystem === true,
    supplementalGroups: supplementalGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    noNewPrivileges: forbidsNewPrivileges(own),
    ...pathsOf(own),
    seccomp: privileged ? undefined : profileOf(own.seccompProfile ?? shared.seccompProfile),
    apparmor: undefined,
  };
}

function capabilitiesOf({ capabilities }: SecurityContext): Capabilities | undefined {
  if (capabilities === undefined) return undefined;
  return { add: capabilities.add ?? [], drop: capabilities.drop ?? [], addAmbient: [] };
}

/** Privileged containers and administrators of the system gain privileges by being what they are. */
function forbidsNewPrivileges(own: SecurityContext): boolean {
  const addsAdmin = (own.capabilities?.add ?? []).some((name) => /^(CAP_)?SYS_ADMIN$/.test(name));
  return own.allowPrivilegeEscalation === false && own.privileged !== true && !addsAdmin;
}

function pathsOf({ privileged, procMount }: SecurityContext) {
  const isUnmasked = privileged === true || procMount === "Unmasked";
  if (isUnmasked) return { maskedPaths: [], readonlyPaths: [] };
  return { maskedPaths: defaultMaskedPaths, readonlyPaths: defaultReadonlyPaths };
}

function mustNotBeRoot(own: SecurityContext, shared: PodSecurityContext): boolean {
  return own.runAsNonRoot ?? shared.runAsNonRoot ?? false;
}

/** Checked here and not by the runtime, because only the image tells whom it runs as. */
function assertNotRoot(
  container: Container,
  user: number | undefined,
  image: ImageFacts | undefined,
): void {
  if (user === 0) {
    throw new ConfigError(
      `container has runAsNonRoot and image will run as root (container: ${container.name})`,
    );
  }
  const username = image?.username ?? "";
  if (user === undefined && username !== "") {
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${username}), cannot verify user is non-root`,
    );
  }
  if (user === undefined) {
    throw new ConfigError(
      `container has runAsNonRoot and image will run as root (container: ${container.name})`,
    );
  }
}

function namespacesOf({ spec }: Live<Pod>): NamespaceOptions {
  const sharedPid = spec.shareProcessNamespace === true ? "pod" : "container";
  return {
    network: spec.hostNetwork === true ? "node" : "pod",
    pid: spec.hostPID === true ? "node" : sharedPid,
    ipc: spec.hostIPC === true ? "node" : "pod",
    targetId: "",
  };
}

function supplementalGroups({ spec }: Live<Pod>): readonly number[] {
  const { fsGroup, supplementalGroups: groups = [] } = spec.securityContext ?? {};
  return fsGroup === undefined ? groups : [...groups, fsGroup];
}

function groupsPolicy({ spec }: Live<Pod>): "merge" | "strict" {
  return spec.securityContext?.supplementalGroupsPolicy === "Strict" ? "strict" : "merge";
}

/** Without a word from the author, the runtime's own profile: secure by default. */
function profileOf(profile: SeccompProfile | undefined): SecurityProfile {
  if (profile?.type === "Unconfined") return { type: "unconfined", localhostRef: "" };
  if (profile?.type === "Localhost") {
    return { type: "localhost", localhostRef: profile.localhostProfile ?? "" };
  }
  return { type: "runtimeDefault", localhostRef: "" };
}

function selinuxOf(options: SELinuxOptions | undefined): SelinuxLabel | undefined {
  if (options === undefined) return undefined;
  const { user = "", role = "", type = "", level = "" } = options;
  return { user, role, type, level };
}
