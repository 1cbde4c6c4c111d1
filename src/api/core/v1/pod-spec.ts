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

export const hostAlias = type("HostAlias", "", {
  ip: field(1, string, "").required(),
  hostnames: field(2, atomicListOf(string), ""),
});
export interface HostAlias extends TypeOf<typeof hostAlias> {}

export const podDNSConfigOption = type("PodDNSConfigOption", "", {
  name: field(1, string, ""),
  value: field(2, string, "").pointer(),
});
export interface PodDNSConfigOption extends TypeOf<typeof podDNSConfigOption> {}

export const podDNSConfig = type("PodDNSConfig", "", {
  nameservers: field(1, atomicListOf(string), ""),
  searches: field(2, atomicListOf(string), ""),
  options: field(3, atomicListOf(podDNSConfigOption), ""),
});
export interface PodDNSConfig extends TypeOf<typeof podDNSConfig> {}

export const podOS = type("PodOS", "", {
  name: field(1, string, "").required(),
});
export interface PodOS extends TypeOf<typeof podOS> {}

export const podReadinessGate = type("PodReadinessGate", "", {
  conditionType: field(1, string, "").required(),
});
export interface PodReadinessGate extends TypeOf<typeof podReadinessGate> {}

export const podResourceClaim = type("PodResourceClaim", "", {
  name: field(1, string, "").required(),
  resourceClaimName: field(3, string, "").pointer(),
  resourceClaimTemplateName: field(4, string, "").pointer(),
});
export interface PodResourceClaim extends TypeOf<typeof podResourceClaim> {}

export const podSchedulingGate = type("PodSchedulingGate", "", {
  name: field(1, string, "").required(),
});
export interface PodSchedulingGate extends TypeOf<typeof podSchedulingGate> {}

export const podSchedulingGroup = type(
  "PodSchedulingGroup",
  "",
  {
    podGroupName: field(1, string, "").pointer(),
  },
  { unions: [{ "fields-to-discriminateBy": { podGroupName: "PodGroupName" } }] },
);
export interface PodSchedulingGroup extends TypeOf<typeof podSchedulingGroup> {}

export const podSpec = type("PodSpec", "", {
  volumes: field(1, keyedListOf(volume, "name"), "").patchMerged("name").patchRetainsKeys(),
  containers: field(2, keyedListOf(container, "name"), "").required().patchMerged("name"),
  restartPolicy: field(3, string, ""),
  terminationGracePeriodSeconds: field(4, int64, "").pointer(),
  activeDeadlineSeconds: field(5, int64, "").pointer(),
  dnsPolicy: field(6, string, ""),
  nodeSelector: field(7, mapOf(string, "atomic"), ""),
  serviceAccountName: field(8, string, ""),
  serviceAccount: field(9, string, ""),
  nodeName: field(10, string, ""),
  hostNetwork: field(11, boolean, ""),
  hostPID: field(12, boolean, ""),
  hostIPC: field(13, boolean, ""),
  securityContext: field(14, podSecurityContext, "").pointer(),
  imagePullSecrets: field(15, keyedListOf(localObjectReference, "name"), "").patchMerged("name"),
  hostname: field(16, string, ""),
  subdomain: field(17, string, ""),
  affinity: field(18, affinity, "").pointer(),
  schedulerName: field(19, string, ""),
  initContainers: field(20, keyedListOf(container, "name"), "").patchMerged("name"),
  automountServiceAccountToken: field(21, boolean, "").pointer(),
  tolerations: field(22, atomicListOf(toleration), ""),
  hostAliases: field(23, keyedListOf(hostAlias, "ip"), "").patchMerged("ip"),
  priorityClassName: field(24, string, ""),
  priority: field(25, int32, "").pointer(),
  dnsConfig: field(26, podDNSConfig, "").pointer(),
  shareProcessNamespace: field(27, boolean, "").pointer(),
  readinessGates: field(28, atomicListOf(podReadinessGate), ""),
  runtimeClassName: field(29, string, "").pointer(),
  enableServiceLinks: field(30, boolean, "").pointer(),
  preemptionPolicy: field(31, string, "").pointer(),
  overhead: field(32, mapOf(quantity), ""),
  topologySpreadConstraints: field(
    33,
    keyedListOf(topologySpreadConstraint, "topologyKey", "whenUnsatisfiable"),
    "",
  ).patchMerged("topologyKey"),
  ephemeralContainers: field(34, keyedListOf(ephemeralContainer, "name"), "").patchMerged("name"),
  setHostnameAsFQDN: field(35, boolean, "").pointer(),
  os: field(36, podOS, "").pointer(),
  hostUsers: field(37, boolean, "").pointer(),
  schedulingGates: field(38, keyedListOf(podSchedulingGate, "name"), "").patchMerged("name"),
  resourceClaims: field(39, keyedListOf(podResourceClaim, "name"), "")
    .patchMerged("name")
    .patchRetainsKeys(),
  resources: field(40, resourceRequirements, "").pointer(),
  hostnameOverride: field(41, string, "").pointer(),
  schedulingGroup: field(43, podSchedulingGroup, "").pointer(),
});
export interface PodSpec extends TypeOf<typeof podSpec> {}

export const podTemplateSpec = type("PodTemplateSpec", "", {
  metadata: field(1, objectMeta, ""),
  spec: field(2, podSpec, ""),
});
export interface PodTemplateSpec extends TypeOf<typeof podTemplateSpec> {}
