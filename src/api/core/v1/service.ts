import {
  atomicListOf,
  boolean,
  field,
  int32,
  intOrString,
  keyedListOf,
  mapOf,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { condition } from "../../meta/v1/condition.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const clientIPConfig = type("ClientIPConfig", "", {
  timeoutSeconds: field(1, int32, "").pointer(),
});
export interface ClientIPConfig extends TypeOf<typeof clientIPConfig> {}

export const portStatus = type("PortStatus", "", {
  port: field(1, int32, "").required(),
  protocol: field(2, string, "").required(),
  error: field(3, string, "").pointer(),
});
export interface PortStatus extends TypeOf<typeof portStatus> {}

export const loadBalancerIngress = type("LoadBalancerIngress", "", {
  ip: field(1, string, ""),
  hostname: field(2, string, ""),
  ipMode: field(3, string, "").pointer(),
  ports: field(4, atomicListOf(portStatus), ""),
});
export interface LoadBalancerIngress extends TypeOf<typeof loadBalancerIngress> {}

export const loadBalancerStatus = type("LoadBalancerStatus", "", {
  ingress: field(1, atomicListOf(loadBalancerIngress), ""),
});
export interface LoadBalancerStatus extends TypeOf<typeof loadBalancerStatus> {}

export const servicePort = type("ServicePort", "", {
  name: field(1, string, ""),
  protocol: field(2, string, "").default("TCP"),
  port: field(3, int32, "").required(),
  targetPort: field(4, intOrString, ""),
  nodePort: field(5, int32, ""),
  appProtocol: field(6, string, "").pointer(),
});
export interface ServicePort extends TypeOf<typeof servicePort> {}

export const sessionAffinityConfig = type("SessionAffinityConfig", "", {
  clientIP: field(1, clientIPConfig, "").pointer(),
});
export interface SessionAffinityConfig extends TypeOf<typeof sessionAffinityConfig> {}

export const serviceSpec = type("ServiceSpec", "", {
  ports: field(1, keyedListOf(servicePort, "port", "protocol"), "").patchMerged("port"),
  selector: field(2, mapOf(string, "atomic"), ""),
  clusterIP: field(3, string, ""),
  type: field(4, string, ""),
  externalIPs: field(5, atomicListOf(string), ""),
  sessionAffinity: field(7, string, ""),
  loadBalancerIP: field(8, string, ""),
  loadBalancerSourceRanges: field(9, atomicListOf(string), ""),
  externalName: field(10, string, ""),
  externalTrafficPolicy: field(11, string, ""),
  healthCheckNodePort: field(12, int32, ""),
  publishNotReadyAddresses: field(13, boolean, ""),
  sessionAffinityConfig: field(14, sessionAffinityConfig, "").pointer(),
  ipFamilyPolicy: field(17, string, "").pointer(),
  clusterIPs: field(18, atomicListOf(string), ""),
  ipFamilies: field(19, atomicListOf(string), ""),
  allocateLoadBalancerNodePorts: field(20, boolean, "").pointer(),
  loadBalancerClass: field(21, string, "").pointer(),
  internalTrafficPolicy: field(22, string, "").pointer(),
  trafficDistribution: field(23, string, "").pointer(),
});
export interface ServiceSpec extends TypeOf<typeof serviceSpec> {}

export const serviceStatus = type("ServiceStatus", "", {
  loadBalancer: field(1, loadBalancerStatus, ""),
  conditions: field(2, keyedListOf(condition, "type"), "").patchMerged("type"),
});
export interface ServiceStatus extends TypeOf<typeof serviceStatus> {}

export const service = kind(
  "Service",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, serviceSpec, ""),
    status: field(3, serviceStatus, ""),
  },
  {
    name: "services",
    singular: "service",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["svc"],
    categories: ["all"],
    subresources: {
      proxy: { kind: "ServiceProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
      status: statusSubresource("Service"),
    },
  },
);
export interface Service extends TypeOf<typeof service> {}
