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

export const configMapEnvSource = type(
  "ConfigMapEnvSource",
  "All entries of a ConfigMap as environment variables.",
  {
    name: field(1, string, "Name of the ConfigMap.").embeddedIn(1),
    optional: field(
      2,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
);
export interface ConfigMapEnvSource extends TypeOf<typeof configMapEnvSource> {}

export const configMapKeySelector = type(
  "ConfigMapKeySelector",
  "One entry of a ConfigMap.",
  {
    name: field(1, string, "Name of the ConfigMap.").embeddedIn(1),
    key: field(2, string, "Key of the entry.").required(),
    optional: field(
      3,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
  { mapType: "atomic" },
);
export interface ConfigMapKeySelector extends TypeOf<typeof configMapKeySelector> {}

export const containerPort = type("ContainerPort", "A port that a container listens on.", {
  name: field(1, string, "Name by which Services can refer to the port."),
  hostPort: field(2, int32, "Port of the node that leads to this one. Most pods do not need it."),
  containerPort: field(3, int32, "Number of the port, 1 to 65535.").required(),
  protocol: field(4, string, "TCP (the default), UDP or SCTP.").default("TCP"),
  hostIP: field(5, string, "Address of the node to open hostPort at."),
});
export interface ContainerPort extends TypeOf<typeof containerPort> {}

export const containerResizePolicy = type(
  "ContainerResizePolicy",
  "What changing a resource costs.",
  {
    resourceName: field(1, string, "cpu or memory.").required(),
    restartPolicy: field(2, string, "NotRequired (the default), or RestartContainer.").required(),
  },
);
export interface ContainerResizePolicy extends TypeOf<typeof containerResizePolicy> {}

export const containerRestartRuleOnExitCodes = type(
  "ContainerRestartRuleOnExitCodes",
  "A set of exit codes.",
  {
    operator: field(1, string, "In or NotIn.").required().implicit(),
    values: field(2, setOf(int32), "The exit codes."),
  },
);
export interface ContainerRestartRuleOnExitCodes
  extends TypeOf<typeof containerRestartRuleOnExitCodes> {}

export const containerRestartRule = type(
  "ContainerRestartRule",
  "What to do when a container ends in a certain way.",
  {
    action: field(1, string, "Restart or RestartAllContainers.").required().implicit(),
    exitCodes: field(
      2,
      containerRestartRuleOnExitCodes,
      "The exit codes that the rule is about.",
    ).pointer(),
  },
);
export interface ContainerRestartRule extends TypeOf<typeof containerRestartRule> {}

export const secretEnvSource = type(
  "SecretEnvSource",
  "All entries of a Secret as environment variables.",
  {
    name: field(1, string, "Name of the Secret.").embeddedIn(1),
    optional: field(
      2,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
);
export interface SecretEnvSource extends TypeOf<typeof secretEnvSource> {}

export const envFromSource = type(
  "EnvFromSource",
  "A source whose entries all become environment variables.",
  {
    prefix: field(1, string, "Text to put before each name."),
    configMapRef: field(2, configMapEnvSource, "The ConfigMap to take.").pointer(),
    secretRef: field(3, secretEnvSource, "The Secret to take.").pointer(),
  },
);
export interface EnvFromSource extends TypeOf<typeof envFromSource> {}

export const fileKeySelector = type(
  "FileKeySelector",
  "An entry of an environment file in a volume.",
  {
    volumeName: field(1, string, "Volume that holds the file.").required(),
    path: field(2, string, "File in the volume.").required(),
    key: field(3, string, "Name of the variable in the file.").required(),
    optional: field(
      4,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
  { mapType: "atomic" },
);
export interface FileKeySelector extends TypeOf<typeof fileKeySelector> {}

export const secretKeySelector = type(
  "SecretKeySelector",
  "One entry of a Secret.",
  {
    name: field(1, string, "Name of the Secret.").embeddedIn(1),
    key: field(2, string, "Key of the entry.").required(),
    optional: field(
      3,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
  { mapType: "atomic" },
);
export interface SecretKeySelector extends TypeOf<typeof secretKeySelector> {}

export const envVarSource = type(
  "EnvVarSource",
  "Where the value of an environment variable comes from.",
  {
    fieldRef: field(
      1,
      objectFieldSelector,
      "A field of the pod, such as metadata.name or status.podIP.",
    ).pointer(),
    resourceFieldRef: field(
      2,
      resourceFieldSelector,
      "A request or limit of a container.",
    ).pointer(),
    configMapKeyRef: field(3, configMapKeySelector, "An entry of a ConfigMap.").pointer(),
    secretKeyRef: field(4, secretKeySelector, "An entry of a Secret.").pointer(),
    fileKeyRef: field(5, fileKeySelector, "An entry of a file in a volume.").pointer(),
  },
);
export interface EnvVarSource extends TypeOf<typeof envVarSource> {}

export const envVar = type("EnvVar", "An environment variable.", {
  name: field(1, string, "Name of the variable.").required(),
  value: field(
    2,
    string,
    "Value of the variable. $(VAR) stands for an earlier one, $$ for a dollar sign.",
  ),
  valueFrom: field(3, envVarSource, "Where the value comes from; excludes value.").pointer(),
});
export interface EnvVar extends TypeOf<typeof envVar> {}

export const execAction = type(
  "ExecAction",
  "A command to run in the container; zero is success.",
  {
    command: field(1, atomicListOf(string), "The command and its arguments. There is no shell."),
  },
);
export interface ExecAction extends TypeOf<typeof execAction> {}

export const httpHeader = type("HTTPHeader", "A header of a request.", {
  name: field(1, string, "Name of the header.").required(),
  value: field(2, string, "Value of the header.").required(),
});
export interface HTTPHeader extends TypeOf<typeof httpHeader> {}

export const httpGetAction = type(
  "HTTPGetAction",
  "An HTTP request; a status from 200 to 399 is success.",
  {
    path: field(1, string, "Path to request."),
    port: field(2, intOrString, "Number or name of the port.").required(),
    host: field(3, string, "Host to connect to; the pod by default."),
    scheme: field(4, string, "HTTP (the default) or HTTPS, without verifying the certificate."),
    httpHeaders: field(5, atomicListOf(httpHeader), "Headers to send."),
  },
);
export interface HTTPGetAction extends TypeOf<typeof httpGetAction> {}

export const sleepAction = type("SleepAction", "A wait.", {
  seconds: field(1, int64, "How long to wait.").required(),
});
export interface SleepAction extends TypeOf<typeof sleepAction> {}

export const tcpSocketAction = type("TCPSocketAction", "A connection; opening it is success.", {
  port: field(1, intOrString, "Number or name of the port.").required(),
  host: field(2, string, "Host to connect to; the pod by default."),
});
export interface TCPSocketAction extends TypeOf<typeof tcpSocketAction> {}

export const lifecycleHandler = type(
  "LifecycleHandler",
  "An action at one end of a container's life. One of its members is set.",
  {
    exec: field(1, execAction, "Run a command in the container.").pointer(),
    httpGet: field(2, httpGetAction, "Send an HTTP request.").pointer(),
    tcpSocket: field(3, tcpSocketAction, "No longer supported.").pointer(),
    sleep: field(4, sleepAction, "Wait.").pointer(),
  },
);
export interface LifecycleHandler extends TypeOf<typeof lifecycleHandler> {}

export const lifecycle = type("Lifecycle", "What to do at the ends of a container's life.", {
  postStart: field(
    1,
    lifecycleHandler,
    "Right after the start; if it fails, the container is killed.",
  ).pointer(),
  preStop: field(
    2,
    lifecycleHandler,
    "Right before the stop; the grace period goes on meanwhile.",
  ).pointer(),
  stopSignal: field(
    3,
    string,
    "Signal to stop the container with; that of the image by default.",
  ).pointer(),
});
export interface Lifecycle extends TypeOf<typeof lifecycle> {}

export const grpcAction = type("GRPCAction", "A call of the gRPC health service.", {
  port: field(1, int32, "Port of the service.").required(),
  service: field(2, string, "Service to ask about; the server as a whole by default.").pointer(),
});
export interface GRPCAction extends TypeOf<typeof grpcAction> {}

export const probe = type("Probe", "A regular check of a container.", {
  exec: field(1, execAction, "Run a command in the container.").pointer().embeddedIn(1),
  httpGet: field(2, httpGetAction, "Send an HTTP request.").pointer().embeddedIn(1),
  tcpSocket: field(3, tcpSocketAction, "Open a connection.").pointer().embeddedIn(1),
  grpc: field(4, grpcAction, "Call the gRPC health service.").pointer().embeddedIn(1),
  initialDelaySeconds: field(
    2,
    int32,
    "Seconds from the container's start to the first check; 0 by default.",
  ),
  timeoutSeconds: field(3, int32, "Seconds that a check may take; 1 by default."),
  periodSeconds: field(4, int32, "Seconds from one check to the next; 10 by default."),
  successThreshold: field(5, int32, "Successes in a row that count as recovered; 1 by default."),
  failureThreshold: field(6, int32, "Failures in a row that count as failed; 3 by default."),
  terminationGracePeriodSeconds: field(
    7,
    int64,
    "Grace period for a container that the probe ends; that of the pod by default.",
  ).pointer(),
});
export interface Probe extends TypeOf<typeof probe> {}

export const resourceClaim = type("ResourceClaim", "A claim of the pod that a container uses.", {
  name: field(1, string, "Name of the claim in the pod.").required(),
  request: field(2, string, "The one request of the claim to use; all by default."),
});
export interface ResourceClaim extends TypeOf<typeof resourceClaim> {}

export const resourceRequirements = type(
  "ResourceRequirements",
  "How much a container needs and may use.",
  {
    limits: field(1, mapOf(quantity), "The most it may use."),
    requests: field(2, mapOf(quantity), "What is set aside for it; the limits by default."),
    claims: field(3, keyedListOf(resourceClaim, "name"), "Claims to devices that it uses."),
  },
);
export interface ResourceRequirements extends TypeOf<typeof resourceRequirements> {}

export const volumeDevice = type("VolumeDevice", "A raw block device in a container.", {
  name: field(1, string, "Volume of the pod, which must be a claim.").required(),
  devicePath: field(2, string, "Path of the device in the container.").required(),
});
export interface VolumeDevice extends TypeOf<typeof volumeDevice> {}

export const volumeMount = type("VolumeMount", "A volume in a container.", {
  name: field(1, string, "Volume of the pod.").required(),
  readOnly: field(2, boolean, "Whether the container cannot write to it."),
  mountPath: field(3, string, "Where it appears in the container.").required(),
  subPath: field(4, string, "Part of the volume to mount; its root by default."),
  mountPropagation: field(
    5,
    string,
    "Whether mounts made later are seen by the container or the node: None (the default), HostToContainer, Bidirectional.",
  ).pointer(),
  subPathExpr: field(
    6,
    string,
    "Part of the volume to mount, where $(VAR) stands for a variable of the environment.",
  ),
  recursiveReadOnly: field(
    7,
    string,
    "For readOnly, whether mounts below are too: Disabled, IfPossible or Enabled.",
  ).pointer(),
});
export interface VolumeMount extends TypeOf<typeof volumeMount> {}

export const container = type("Container", "One container of a pod.", {
  name: field(1, string, "Name, unique in the pod. It cannot be changed.").required(),
  image: field(2, string, "Image to run."),
  command: field(
    3,
    atomicListOf(string),
    "Program to run instead of the image's entry point. $(VAR) stands for a variable of the environment.",
  ),
  args: field(
    4,
    atomicListOf(string),
    "Arguments instead of the image's own. $(VAR) stands for a variable of the environment.",
  ),
  workingDir: field(5, string, "Directory to start in; that of the image by default."),
  ports: field(
    6,
    keyedListOf(containerPort, "containerPort", "protocol"),
    "Ports that the container listens on. Leaving one out does not close it.",
  ).patchMerged("containerPort"),
  env: field(7, keyedListOf(envVar, "name"), "Environment variables.").patchMerged("name"),
  resources: field(
    8,
    resourceRequirements,
    "How much of the node the container needs and may use.",
  ),
  volumeMounts: field(
    9,
    keyedListOf(volumeMount, "mountPath"),
    "Where the pod's volumes appear in the container.",
  ).patchMerged("mountPath"),
  livenessProbe: field(
    10,
    probe,
    "Checks that the container still works; when it fails, the container is restarted.",
  ).pointer(),
  readinessProbe: field(
    11,
    probe,
    "Checks that the container can serve; while it fails, Services do not send it traffic.",
  ).pointer(),
  lifecycle: field(
    12,
    lifecycle,
    "What to do right after the start and right before the stop.",
  ).pointer(),
  terminationMessagePath: field(
    13,
    string,
    "File with the container's last words; /dev/termination-log by default.",
  ),
  imagePullPolicy: field(
    14,
    string,
    "Always, Never or IfNotPresent. By default Always for the tag latest, else IfNotPresent.",
  ),
  securityContext: field(
    15,
    securityContext,
    "Privileges of the container; goes before that of the pod.",
  ).pointer(),
  stdin: field(16, boolean, "Whether standard input stays open for clients to attach to."),
  stdinOnce: field(
    17,
    boolean,
    "Whether standard input closes for good when the first client leaves.",
  ),
  tty: field(18, boolean, "Whether the container gets a terminal; needs stdin."),
  envFrom: field(
    19,
    atomicListOf(envFromSource),
    "Sources whose entries all become environment variables; env goes before them.",
  ),
  terminationMessagePolicy: field(
    20,
    string,
    "File (the default), or FallbackToLogsOnError: the end of the log if the file is empty.",
  ),
  volumeDevices: field(
    21,
    keyedListOf(volumeDevice, "devicePath"),
    "Where raw block devices appear in the container.",
  ).patchMerged("devicePath"),
  startupProbe: field(
    22,
    probe,
    "Checks that the container has started; the other probes wait for it.",
  ).pointer(),
  resizePolicy: field(
    23,
    atomicListOf(containerResizePolicy),
    "Which resources can change without a restart.",
  ),
  restartPolicy: field(
    24,
    string,
    "For init containers Always makes a sidecar, which runs beside the pod's containers.",
  ).pointer(),
  restartPolicyRules: field(
    25,
    atomicListOf(containerRestartRule),
    "Exceptions from restartPolicy, the first that matches counts.",
  ),
});
export interface Container extends TypeOf<typeof container> {}

export const containerExtendedResourceRequest = type(
  "ContainerExtendedResourceRequest",
  "Which request of a claim gives a container an extended resource.",
  {
    containerName: field(1, string, "Name of the container.").required(),
    resourceName: field(2, string, "Name of the extended resource.").required(),
    requestName: field(3, string, "Name of the request in the claim.").required(),
  },
);
export interface ContainerExtendedResourceRequest
  extends TypeOf<typeof containerExtendedResourceRequest> {}

export const ephemeralContainer = type(
  "EphemeralContainer",
  "A container added to a running pod, for debugging.",
  {
    name: field(1, string, "Name, unique in the pod. It cannot be changed.")
      .required()
      .embeddedIn(1),
    image: field(2, string, "Image to run.").embeddedIn(1),
    command: field(
      3,
      atomicListOf(string),
      "Program to run instead of the image's entry point. $(VAR) stands for a variable of the environment.",
    ).embeddedIn(1),
    args: field(
      4,
      atomicListOf(string),
      "Arguments instead of the image's own. $(VAR) stands for a variable of the environment.",
    ).embeddedIn(1),
    workingDir: field(5, string, "Directory to start in; that of the image by default.").embeddedIn(
      1,
    ),
    ports: field(
      6,
      keyedListOf(containerPort, "containerPort", "protocol"),
      "Ports that the container listens on. Leaving one out does not close it.",
    )
      .patchMerged("containerPort")
      .embeddedIn(1),
    env: field(7, keyedListOf(envVar, "name"), "Environment variables.")
      .patchMerged("name")
      .embeddedIn(1),
    resources: field(
      8,
      resourceRequirements,
      "How much of the node the container needs and may use.",
    ).embeddedIn(1),
    volumeMounts: field(
      9,
      keyedListOf(volumeMount, "mountPath"),
      "Where the pod's volumes appear in the container.",
    )
      .patchMerged("mountPath")
      .embeddedIn(1),
    livenessProbe: field(
      10,
      probe,
      "Checks that the container still works; when it fails, the container is restarted.",
    )
      .pointer()
      .embeddedIn(1),
    readinessProbe: field(
      11,
      probe,
      "Checks that the container can serve; while it fails, Services do not send it traffic.",
    )
      .pointer()
      .embeddedIn(1),
    lifecycle: field(12, lifecycle, "What to do right after the start and right before the stop.")
      .pointer()
      .embeddedIn(1),
    terminationMessagePath: field(
      13,
      string,
      "File with the container's last words; /dev/termination-log by default.",
    ).embeddedIn(1),
    imagePullPolicy: field(
      14,
      string,
      "Always, Never or IfNotPresent. By default Always for the tag latest, else IfNotPresent.",
    ).embeddedIn(1),
    securityContext: field(
      15,
      securityContext,
      "Privileges of the container; goes before that of the pod.",
    )
      .pointer()
      .embeddedIn(1),
    stdin: field(
      16,
      boolean,
      "Whether standard input stays open for clients to attach to.",
    ).embeddedIn(1),
    stdinOnce: field(
      17,
      boolean,
      "Whether standard input closes for good when the first client leaves.",
    ).embeddedIn(1),
    tty: field(18, boolean, "Whether the container gets a terminal; needs stdin.").embeddedIn(1),
    envFrom: field(
      19,
      atomicListOf(envFromSource),
      "Sources whose entries all become environment variables; env goes before them.",
    ).embeddedIn(1),
    terminationMessagePolicy: field(
      20,
      string,
      "File (the default), or FallbackToLogsOnError: the end of the log if the file is empty.",
    ).embeddedIn(1),
    volumeDevices: field(
      21,
      keyedListOf(volumeDevice, "devicePath"),
      "Where raw block devices appear in the container.",
    )
      .patchMerged("devicePath")
      .embeddedIn(1),
    startupProbe: field(
      22,
      probe,
      "Checks that the container has started; the other probes wait for it.",
    )
      .pointer()
      .embeddedIn(1),
    resizePolicy: field(
      23,
      atomicListOf(containerResizePolicy),
      "Which resources can change without a restart.",
    ).embeddedIn(1),
    restartPolicy: field(
      24,
      string,
      "For init containers Always makes a sidecar, which runs beside the pod's containers.",
    )
      .pointer()
      .embeddedIn(1),
    restartPolicyRules: field(
      25,
      atomicListOf(containerRestartRule),
      "Exceptions from restartPolicy, the first that matches counts.",
    ).embeddedIn(1),
    targetContainerName: field(2, string, "Container whose processes it can see."),
  },
);
export interface EphemeralContainer extends TypeOf<typeof ephemeralContainer> {}
