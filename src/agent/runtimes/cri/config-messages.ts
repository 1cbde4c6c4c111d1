/** CRI's messages for what is to run, with the field numbers of `runtime.v1`. */
import type {
  Capabilities,
  ContainerConfig,
  ContainerMetadata,
  ContainerResources,
  ContainerSecurityContext,
  Device,
  DnsConfig,
  EnvValue,
  HugepageLimit,
  ImageSpec,
  LinuxContainerConfig,
  LinuxSandboxConfig,
  Mount,
  NamespaceOptions,
  PortMapping,
  SandboxConfig,
  SandboxMetadata,
  SandboxSecurityContext,
  SecurityProfile,
  SelinuxLabel,
} from "../../runtime-config.ts";
import {
  boxed,
  choice,
  flag,
  integer,
  integers,
  list,
  mapped,
  message,
  nested,
  octets,
  optional,
  text,
  textMap,
  texts,
} from "./message-codec.ts";
import { signalNumber, signalOfNumber } from "./signals.ts";

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

export const sandboxMetadata = message<SandboxMetadata>({
  name: [1, text],
  uid: [2, text],
  namespace: [3, text],
  attempt: [4, integer],
});

export const containerMetadata = message<ContainerMetadata>({
  name: [1, text],
  attempt: [2, integer],
});

export const imageSpec = message<ImageSpec>({
  image: [1, text],
  userSpecifiedImage: [18, text],
});

const dnsConfig = message<DnsConfig>({
  servers: [1, texts],
  searches: [2, texts],
  options: [3, texts],
});

const portMapping = message<PortMapping>({
  protocol: [1, choice("TCP", "UDP", "SCTP")],
  containerPort: [2, integer],
  hostPort: [3, integer],
  hostIp: [4, text],
});

const namespaceMode = choice("pod", "container", "node", "target");

export const namespaceOptions = message<NamespaceOptions>({
  network: [1, namespaceMode],
  pid: [2, namespaceMode],
  ipc: [3, namespaceMode],
  targetId: [4, text],
});

const selinuxLabel = message<SelinuxLabel>({
  user: [1, text],
  role: [2, text],
  type: [3, text],
  level: [4, text],
});

const securityProfile = message<SecurityProfile>({
  type: [1, choice("runtimeDefault", "unconfined", "localhost")],
  localhostRef: [2, text],
});

const sandboxSecurityContext = message<SandboxSecurityContext>({
  namespaces: [1, nested(namespaceOptions)],
  selinux: [2, optional(selinuxLabel)],
  runAsUser: [3, boxed(1, integer)],
  readonlyRootfs: [4, flag],
  supplementalGroups: [5, integers],
  privileged: [6, flag],
  runAsGroup: [8, boxed(1, integer)],
  seccomp: [9, optional(securityProfile)],
  apparmor: [10, optional(securityProfile)],
  supplementalGroupsPolicy: [11, choice("merge", "strict")],
});

const hugepageLimit = message<HugepageLimit>({
  pageSize: [1, text],
  limitBytes: [2, integer],
});

export const containerResources = message<ContainerResources>({
  cpuPeriod: [1, integer],
  cpuQuota: [2, integer],
  cpuShares: [3, integer],
  memoryLimitBytes: [4, integer],
  oomScoreAdj: [5, integer],
  cpusetCpus: [6, text],
  cpusetMems: [7, text],
  hugepageLimits: [8, list(hugepageLimit)],
  unified: [9, textMap],
  memorySwapLimitBytes: [10, integer],
});

const linuxSandboxConfig = message<LinuxSandboxConfig>({
  cgroupParent: [1, text],
  securityContext: [2, nested(sandboxSecurityContext)],
  sysctls: [3, textMap],
  overhead: [4, optional(containerResources)],
  resources: [5, optional(containerResources)],
});

export const sandboxConfig = message<SandboxConfig>({
  metadata: [1, nested(sandboxMetadata)],
  hostname: [2, text],
  logDirectory: [3, text],
  dns: [4, optional(dnsConfig)],
  portMappings: [5, list(portMapping)],
  labels: [6, textMap],
  annotations: [7, textMap],
  linux: [8, nested(linuxSandboxConfig)],
});

const capabilities = message<Capabilities>({
  add: [1, texts],
  drop: [2, texts],
  addAmbient: [3, texts],
});

const containerSecurityContext = message<ContainerSecurityContext>({
  capabilities: [1, optional(capabilities)],
  privileged: [2, flag],
  namespaces: [3, nested(namespaceOptions)],
  selinux: [4, optional(selinuxLabel)],
  runAsUser: [5, boxed(1, integer)],
  runAsUsername: [6, text],
  readonlyRootfs: [7, flag],
  supplementalGroups: [8, integers],
  noNewPrivileges: [11, flag],
  runAsGroup: [12, boxed(1, integer)],
  maskedPaths: [13, texts],
  readonlyPaths: [14, texts],
  seccomp: [15, optional(securityProfile)],
  apparmor: [16, optional(securityProfile)],
  supplementalGroupsPolicy: [17, choice("merge", "strict")],
});

const linuxContainerConfig = message<LinuxContainerConfig>({
  resources: [1, nested(containerResources)],
  securityContext: [2, nested(containerSecurityContext)],
});

const envValue = message<EnvValue>({
  key: [1, text],
  // Bytes on the wire, because an environment need not be UTF-8; the API's values are text.
  value: [
    2,
    mapped(
      octets,
      (wire) => fromUtf8.decode(wire),
      (value: string) => utf8.encode(value),
    ),
  ],
});

export const mount = message<Mount>({
  containerPath: [1, text],
  hostPath: [2, text],
  readonly: [3, flag],
  selinuxRelabel: [4, flag],
  propagation: [5, choice("private", "hostToContainer", "bidirectional")],
  recursiveReadOnly: [8, flag],
});

const device = message<Device>({
  containerPath: [1, text],
  hostPath: [2, text],
  permissions: [3, text],
});

export const containerConfig = message<ContainerConfig>({
  metadata: [1, nested(containerMetadata)],
  image: [2, nested(imageSpec)],
  command: [3, texts],
  args: [4, texts],
  workingDir: [5, text],
  envs: [6, list(envValue)],
  mounts: [7, list(mount)],
  devices: [8, list(device)],
  labels: [9, textMap],
  annotations: [10, textMap],
  logPath: [11, text],
  stdin: [12, flag],
  stdinOnce: [13, flag],
  tty: [14, flag],
  linux: [15, nested(linuxContainerConfig)],
  stopSignal: [18, mapped(integer, signalOfNumber, signalNumber)],
});
