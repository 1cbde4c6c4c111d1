import {
  atomicListOf,
  boolean,
  field,
  int32,
  int64,
  intOrString,
  keyedListOf,
  mapOf,
  quantity,
  setOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { securityContext } from "./security-context.ts";
import { objectFieldSelector, resourceFieldSelector } from "./volume.ts";
import { type } from "./package.ts";

export const configMapEnvSource = type("ConfigMapEnvSource", "", {
  name: field(1, string, "").embeddedIn(1),
  optional: field(2, boolean, "").pointer(),
});
export interface ConfigMapEnvSource extends TypeOf<typeof configMapEnvSource> {}

export const configMapKeySelector = type(
  "ConfigMapKeySelector",
  "",
  {
    name: field(1, string, "").embeddedIn(1),
    key: field(2, string, "").required(),
    optional: field(3, boolean, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface ConfigMapKeySelector extends TypeOf<typeof configMapKeySelector> {}

export const containerPort = type("ContainerPort", "", {
  name: field(1, string, ""),
  hostPort: field(2, int32, ""),
  containerPort: field(3, int32, "").required(),
  protocol: field(4, string, "").default("TCP"),
  hostIP: field(5, string, ""),
});
export interface ContainerPort extends TypeOf<typeof containerPort> {}

export const containerResizePolicy = type("ContainerResizePolicy", "", {
  resourceName: field(1, string, "").required(),
  restartPolicy: field(2, string, "").required(),
});
export interface ContainerResizePolicy extends TypeOf<typeof containerResizePolicy> {}

export const containerRestartRuleOnExitCodes = type("ContainerRestartRuleOnExitCodes", "", {
  operator: field(1, string, "").required().implicit(),
  values: field(2, setOf(int32), ""),
});
export interface ContainerRestartRuleOnExitCodes
  extends TypeOf<typeof containerRestartRuleOnExitCodes> {}

export const containerRestartRule = type("ContainerRestartRule", "", {
  action: field(1, string, "").required().implicit(),
  exitCodes: field(2, containerRestartRuleOnExitCodes, "").pointer(),
});
export interface ContainerRestartRule extends TypeOf<typeof containerRestartRule> {}

export const secretEnvSource = type("SecretEnvSource", "", {
  name: field(1, string, "").embeddedIn(1),
  optional: field(2, boolean, "").pointer(),
});
export interface SecretEnvSource extends TypeOf<typeof secretEnvSource> {}

export const envFromSource = type("EnvFromSource", "", {
  prefix: field(1, string, ""),
  configMapRef: field(2, configMapEnvSource, "").pointer(),
  secretRef: field(3, secretEnvSource, "").pointer(),
});
export interface EnvFromSource extends TypeOf<typeof envFromSource> {}

export const fileKeySelector = type(
  "FileKeySelector",
  "",
  {
    volumeName: field(1, string, "").required(),
    path: field(2, string, "").required(),
    key: field(3, string, "").required(),
    optional: field(4, boolean, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface FileKeySelector extends TypeOf<typeof fileKeySelector> {}

export const secretKeySelector = type(
  "SecretKeySelector",
  "",
  {
    name: field(1, string, "").embeddedIn(1),
    key: field(2, string, "").required(),
    optional: field(3, boolean, "").pointer(),
  },
  { mapType: "atomic" },
);
export interface SecretKeySelector extends TypeOf<typeof secretKeySelector> {}

export const envVarSource = type("EnvVarSource", "", {
  fieldRef: field(1, objectFieldSelector, "").pointer(),
  resourceFieldRef: field(2, resourceFieldSelector, "").pointer(),
  configMapKeyRef: field(3, configMapKeySelector, "").pointer(),
  secretKeyRef: field(4, secretKeySelector, "").pointer(),
  fileKeyRef: field(5, fileKeySelector, "").pointer(),
});
export interface EnvVarSource extends TypeOf<typeof envVarSource> {}

export const envVar = type("EnvVar", "", {
  name: field(1, string, "").required(),
  value: field(2, string, ""),
  valueFrom: field(3, envVarSource, "").pointer(),
});
export interface EnvVar extends TypeOf<typeof envVar> {}

export const execAction = type("ExecAction", "", {
  command: field(1, atomicListOf(string), ""),
});
export interface ExecAction extends TypeOf<typeof execAction> {}

export const httpHeader = type("HTTPHeader", "", {
  name: field(1, string, "").required(),
  value: field(2, string, "").required(),
});
export interface HTTPHeader extends TypeOf<typeof httpHeader> {}

export const httpGetAction = type("HTTPGetAction", "", {
  path: field(1, string, ""),
  port: field(2, intOrString, "").required(),
  host: field(3, string, ""),
  scheme: field(4, string, ""),
  httpHeaders: field(5, atomicListOf(httpHeader), ""),
});
export interface HTTPGetAction extends TypeOf<typeof httpGetAction> {}

export const sleepAction = type("SleepAction", "", {
  seconds: field(1, int64, "").required(),
});
export interface SleepAction extends TypeOf<typeof sleepAction> {}

export const tcpSocketAction = type("TCPSocketAction", "", {
  port: field(1, intOrString, "").required(),
  host: field(2, string, ""),
});
export interface TCPSocketAction extends TypeOf<typeof tcpSocketAction> {}

export const lifecycleHandler = type("LifecycleHandler", "", {
  exec: field(1, execAction, "").pointer(),
  httpGet: field(2, httpGetAction, "").pointer(),
  tcpSocket: field(3, tcpSocketAction, "").pointer(),
  sleep: field(4, sleepAction, "").pointer(),
});
export interface LifecycleHandler extends TypeOf<typeof lifecycleHandler> {}

export const lifecycle = type("Lifecycle", "", {
  postStart: field(1, lifecycleHandler, "").pointer(),
  preStop: field(2, lifecycleHandler, "").pointer(),
  stopSignal: field(3, string, "").pointer(),
});
export interface Lifecycle extends TypeOf<typeof lifecycle> {}

export const grpcAction = type("GRPCAction", "", {
  port: field(1, int32, "").required(),
  service: field(2, string, "").pointer(),
});
export interface GRPCAction extends TypeOf<typeof grpcAction> {}

export const probe = type("Probe", "", {
  exec: field(1, execAction, "").pointer().embeddedIn(1),
  httpGet: field(2, httpGetAction, "").pointer().embeddedIn(1),
  tcpSocket: field(3, tcpSocketAction, "").pointer().embeddedIn(1),
  grpc: field(4, grpcAction, "").pointer().embeddedIn(1),
  initialDelaySeconds: field(2, int32, ""),
  timeoutSeconds: field(3, int32, ""),
  periodSeconds: field(4, int32, ""),
  successThreshold: field(5, int32, ""),
  failureThreshold: field(6, int32, ""),
  terminationGracePeriodSeconds: field(7, int64, "").pointer(),
});
export interface Probe extends TypeOf<typeof probe> {}

export const resourceClaim = type("ResourceClaim", "", {
  name: field(1, string, "").required(),
  request: field(2, string, ""),
});
export interface ResourceClaim extends TypeOf<typeof resourceClaim> {}

export const resourceRequirements = type("ResourceRequirements", "", {
  limits: field(1, mapOf(quantity), ""),
  requests: field(2, mapOf(quantity), ""),
  claims: field(3, keyedListOf(resourceClaim, "name"), ""),
});
export interface ResourceRequirements extends TypeOf<typeof resourceRequirements> {}

export const volumeDevice = type("VolumeDevice", "", {
  name: field(1, string, "").required(),
  devicePath: field(2, string, "").required(),
});
export interface VolumeDevice extends TypeOf<typeof volumeDevice> {}

export const volumeMount = type("VolumeMount", "", {
  name: field(1, string, "").required(),
  readOnly: field(2, boolean, ""),
  mountPath: field(3, string, "").required(),
  subPath: field(4, string, ""),
  mountPropagation: field(5, string, "").pointer(),
  subPathExpr: field(6, string, ""),
  recursiveReadOnly: field(7, string, "").pointer(),
});
export interface VolumeMount extends TypeOf<typeof volumeMount> {}

export const container = type("Container", "", {
  name: field(1, string, "").required(),
  image: field(2, string, ""),
  command: field(3, atomicListOf(string), ""),
  args: field(4, atomicListOf(string), ""),
  workingDir: field(5, string, ""),
  ports: field(6, keyedListOf(containerPort, "containerPort", "protocol"), "").patchMerged(
    "containerPort",
  ),
  env: field(7, keyedListOf(envVar, "name"), "").patchMerged("name"),
  resources: field(8, resourceRequirements, ""),
  volumeMounts: field(9, keyedListOf(volumeMount, "mountPath"), "").patchMerged("mountPath"),
  livenessProbe: field(10, probe, "").pointer(),
  readinessProbe: field(11, probe, "").pointer(),
  lifecycle: field(12, lifecycle, "").pointer(),
  terminationMessagePath: field(13, string, ""),
  imagePullPolicy: field(14, string, ""),
  securityContext: field(15, securityContext, "").pointer(),
  stdin: field(16, boolean, ""),
  stdinOnce: field(17, boolean, ""),
  tty: field(18, boolean, ""),
  envFrom: field(19, atomicListOf(envFromSource), ""),
  terminationMessagePolicy: field(20, string, ""),
  volumeDevices: field(21, keyedListOf(volumeDevice, "devicePath"), "").patchMerged("devicePath"),
  startupProbe: field(22, probe, "").pointer(),
  resizePolicy: field(23, atomicListOf(containerResizePolicy), ""),
  restartPolicy: field(24, string, "").pointer(),
  restartPolicyRules: field(25, atomicListOf(containerRestartRule), ""),
});
export interface Container extends TypeOf<typeof container> {}

export const containerExtendedResourceRequest = type("ContainerExtendedResourceRequest", "", {
  containerName: field(1, string, "").required(),
  resourceName: field(2, string, "").required(),
  requestName: field(3, string, "").required(),
});
export interface ContainerExtendedResourceRequest
  extends TypeOf<typeof containerExtendedResourceRequest> {}

export const ephemeralContainer = type("EphemeralContainer", "", {
  name: field(1, string, "").required().embeddedIn(1),
  image: field(2, string, "").embeddedIn(1),
  command: field(3, atomicListOf(string), "").embeddedIn(1),
  args: field(4, atomicListOf(string), "").embeddedIn(1),
  workingDir: field(5, string, "").embeddedIn(1),
  ports: field(6, keyedListOf(containerPort, "containerPort", "protocol"), "")
    .patchMerged("containerPort")
    .embeddedIn(1),
  env: field(7, keyedListOf(envVar, "name"), "").patchMerged("name").embeddedIn(1),
  resources: field(8, resourceRequirements, "").embeddedIn(1),
  volumeMounts: field(9, keyedListOf(volumeMount, "mountPath"), "")
    .patchMerged("mountPath")
    .embeddedIn(1),
  livenessProbe: field(10, probe, "").pointer().embeddedIn(1),
  readinessProbe: field(11, probe, "").pointer().embeddedIn(1),
  lifecycle: field(12, lifecycle, "").pointer().embeddedIn(1),
  terminationMessagePath: field(13, string, "").embeddedIn(1),
  imagePullPolicy: field(14, string, "").embeddedIn(1),
  securityContext: field(15, securityContext, "").pointer().embeddedIn(1),
  stdin: field(16, boolean, "").embeddedIn(1),
  stdinOnce: field(17, boolean, "").embeddedIn(1),
  tty: field(18, boolean, "").embeddedIn(1),
  envFrom: field(19, atomicListOf(envFromSource), "").embeddedIn(1),
  terminationMessagePolicy: field(20, string, "").embeddedIn(1),
  volumeDevices: field(21, keyedListOf(volumeDevice, "devicePath"), "")
    .patchMerged("devicePath")
    .embeddedIn(1),
  startupProbe: field(22, probe, "").pointer().embeddedIn(1),
  resizePolicy: field(23, atomicListOf(containerResizePolicy), "").embeddedIn(1),
  restartPolicy: field(24, string, "").pointer().embeddedIn(1),
  restartPolicyRules: field(25, atomicListOf(containerRestartRule), "").embeddedIn(1),
  targetContainerName: field(2, string, ""),
});
export interface EphemeralContainer extends TypeOf<typeof ephemeralContainer> {}
