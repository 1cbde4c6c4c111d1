import {
  atomicListOf,
  boolean,
  field,
  int32,
  int64,
  keyedListOf,
  mapOf,
  quantity,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { container, ephemeralContainer, resourceRequirements } from "./container.ts";
import { localObjectReference } from "./reference.ts";
import { affinity, toleration, topologySpreadConstraint } from "./scheduling.ts";
import { podSecurityContext } from "./security-context.ts";
import { volume } from "./volume.ts";
import { type } from "./package.ts";

export const hostAlias = type("HostAlias", "A line for the pod's /etc/hosts.", {
  ip: field(1, string, "Address of the line.").required(),
  hostnames: field(2, atomicListOf(string), "Names of the address."),
});
export interface HostAlias extends TypeOf<typeof hostAlias> {}

export const podDNSConfigOption = type("PodDNSConfigOption", "An option of the resolver.", {
  name: field(1, string, "Name of the option."),
  value: field(2, string, "Value of the option.").pointer(),
});
export interface PodDNSConfigOption extends TypeOf<typeof podDNSConfigOption> {}

export const podDNSConfig = type(
  "PodDNSConfig",
  "Settings for the pod's resolv.conf, beside those of dnsPolicy.",
  {
    nameservers: field(1, atomicListOf(string), "Addresses of name servers."),
    searches: field(2, atomicListOf(string), "Domains to complete short names with."),
    options: field(3, atomicListOf(podDNSConfigOption), "Options of the resolver."),
  },
);
export interface PodDNSConfig extends TypeOf<typeof podDNSConfig> {}

export const podOS = type("PodOS", "The operating system that a pod needs.", {
  name: field(1, string, "linux or windows.").required(),
});
export interface PodOS extends TypeOf<typeof podOS> {}

export const podReadinessGate = type(
  "PodReadinessGate",
  "A further condition for the pod to be ready.",
  {
    conditionType: field(1, string, "Type of the condition in the pod's status.").required(),
  },
);
export interface PodReadinessGate extends TypeOf<typeof podReadinessGate> {}

export const podResourceClaim = type(
  "PodResourceClaim",
  "A claim to devices that containers of the pod can use.",
  {
    name: field(1, string, "Name by which the containers refer to it.").required(),
    resourceClaimName: field(3, string, "An existing ResourceClaim.").pointer(),
    resourceClaimTemplateName: field(
      4,
      string,
      "Template to make a ResourceClaim of the pod's own from.",
    ).pointer(),
  },
);
export interface PodResourceClaim extends TypeOf<typeof podResourceClaim> {}

export const podSchedulingGate = type(
  "PodSchedulingGate",
  "Something that must be cleared before a pod is scheduled.",
  {
    name: field(1, string, "Name of the gate.").required(),
  },
);
export interface PodSchedulingGate extends TypeOf<typeof podSchedulingGate> {}

export const podSchedulingGroup = type(
  "PodSchedulingGroup",
  "Pods to be scheduled together.",
  {
    podGroupName: field(1, string, "Name of the PodGroup.").pointer(),
  },
  { unions: [{ "fields-to-discriminateBy": { podGroupName: "PodGroupName" } }] },
);
export interface PodSchedulingGroup extends TypeOf<typeof podSchedulingGroup> {}

export const podSpec = type("PodSpec", "What a pod runs, and how.", {
  volumes: field(1, keyedListOf(volume, "name"), "Volumes that containers can mount.")
    .patchMerged("name")
    .patchRetainsKeys(),
  containers: field(
    2,
    keyedListOf(container, "name"),
    "The containers. There is at least one; they cannot be added or removed.",
  )
    .required()
    .patchMerged("name"),
  restartPolicy: field(
    3,
    string,
    "Whether containers are started again: Always (the default), OnFailure or Never.",
  ),
  terminationGracePeriodSeconds: field(
    4,
    int64,
    "Seconds from the request to stop until the pod is killed; 30 by default.",
  ).pointer(),
  activeDeadlineSeconds: field(
    5,
    int64,
    "Seconds that the pod may run before it is ended.",
  ).pointer(),
  dnsPolicy: field(
    6,
    string,
    "ClusterFirst (the default), ClusterFirstWithHostNet, Default (as on the node) or None.",
  ),
  nodeSelector: field(7, mapOf(string, "atomic"), "Labels that the node must have."),
  serviceAccountName: field(8, string, "ServiceAccount that the pod acts as; default by default."),
  serviceAccount: field(9, string, "Old name of serviceAccountName."),
  nodeName: field(10, string, "Node that the pod is on. Set by the scheduler."),
  hostNetwork: field(11, boolean, "Whether the pod uses the node's network."),
  hostPID: field(12, boolean, "Whether the pod sees the node's processes."),
  hostIPC: field(13, boolean, "Whether the pod shares the node's IPC namespace."),
  securityContext: field(
    14,
    podSecurityContext,
    "Privileges of the pod and defaults for its containers.",
  ).pointer(),
  imagePullSecrets: field(
    15,
    keyedListOf(localObjectReference, "name"),
    "Secrets to pull images with.",
  ).patchMerged("name"),
  hostname: field(16, string, "Host name; the name of the pod by default."),
  subdomain: field(
    17,
    string,
    "Makes the full host name hostname.subdomain.namespace.svc.cluster-domain.",
  ),
  affinity: field(18, affinity, "Where the pod would like to run, or must.").pointer(),
  schedulerName: field(19, string, "Scheduler that places the pod; default-scheduler by default."),
  initContainers: field(
    20,
    keyedListOf(container, "name"),
    "Containers that run to completion, one after the other, before the others start; sidecars go on.",
  ).patchMerged("name"),
  automountServiceAccountToken: field(
    21,
    boolean,
    "Whether a token of the ServiceAccount is mounted.",
  ).pointer(),
  tolerations: field(22, atomicListOf(toleration), "Taints that do not keep the pod away."),
  hostAliases: field(23, keyedListOf(hostAlias, "ip"), "Lines to add to /etc/hosts.").patchMerged(
    "ip",
  ),
  priorityClassName: field(24, string, "PriorityClass of the pod."),
  priority: field(
    25,
    int32,
    "Importance of the pod, as a number. Filled in from the PriorityClass.",
  ).pointer(),
  dnsConfig: field(
    26,
    podDNSConfig,
    "Settings for the resolver, beside those of dnsPolicy.",
  ).pointer(),
  shareProcessNamespace: field(
    27,
    boolean,
    "Whether the containers see each other's processes.",
  ).pointer(),
  readinessGates: field(
    28,
    atomicListOf(podReadinessGate),
    "Further conditions for the pod to be ready.",
  ),
  runtimeClassName: field(29, string, "RuntimeClass that runs the pod.").pointer(),
  enableServiceLinks: field(
    30,
    boolean,
    "Whether Services of the namespace appear as environment variables; true by default.",
  ).pointer(),
  preemptionPolicy: field(31, string, "PreemptLowerPriority (the default), or Never.").pointer(),
  overhead: field(
    32,
    mapOf(quantity),
    "Resources that the runtime itself takes. Filled in from the RuntimeClass.",
  ),
  topologySpreadConstraints: field(
    33,
    keyedListOf(topologySpreadConstraint, "topologyKey", "whenUnsatisfiable"),
    "How pods of a kind spread over zones, nodes or other places.",
  ).patchMerged("topologyKey"),
  ephemeralContainers: field(
    34,
    keyedListOf(ephemeralContainer, "name"),
    "Containers added to the running pod, for debugging.",
  ).patchMerged("name"),
  setHostnameAsFQDN: field(
    35,
    boolean,
    "Whether the host name is the fully qualified one.",
  ).pointer(),
  os: field(36, podOS, "Operating system that the pod needs.").pointer(),
  hostUsers: field(37, boolean, "False gives the pod a user namespace of its own.").pointer(),
  schedulingGates: field(
    38,
    keyedListOf(podSchedulingGate, "name"),
    "What must be cleared before the pod is scheduled.",
  ).patchMerged("name"),
  resourceClaims: field(
    39,
    keyedListOf(podResourceClaim, "name"),
    "Claims to devices that containers can use.",
  )
    .patchMerged("name")
    .patchRetainsKeys(),
  resources: field(40, resourceRequirements, "Resources of the pod as a whole.").pointer(),
  hostnameOverride: field(
    41,
    string,
    "Host name as the containers see it, whatever hostname and subdomain say.",
  ).pointer(),
  schedulingGroup: field(
    43,
    podSchedulingGroup,
    "Group of pods to be scheduled together.",
  ).pointer(),
});
export interface PodSpec extends TypeOf<typeof podSpec> {}

export const podTemplateSpec = type("PodTemplateSpec", "What pods are made from.", {
  metadata: field(1, objectMeta, "Labels and annotations of the pods."),
  spec: field(2, podSpec, "What the pods run."),
});
export interface PodTemplateSpec extends TypeOf<typeof podTemplateSpec> {}
