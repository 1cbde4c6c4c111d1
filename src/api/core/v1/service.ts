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

export const clientIPConfig = type("ClientIPConfig", "How long a client stays with its endpoint.", {
  timeoutSeconds: field(1, int32, "Seconds since the last connection; 10800 by default.").pointer(),
});
export interface ClientIPConfig extends TypeOf<typeof clientIPConfig> {}

export const portStatus = type("PortStatus", "The state of a load balancer's port.", {
  port: field(1, int32, "Number of the port.").required(),
  protocol: field(2, string, "TCP, UDP or SCTP.").required(),
  error: field(3, string, "Why the port does not work, as one CamelCase word.").pointer(),
});
export interface PortStatus extends TypeOf<typeof portStatus> {}

export const loadBalancerIngress = type("LoadBalancerIngress", "A way in to a load balancer.", {
  ip: field(1, string, "Address of the load balancer."),
  hostname: field(2, string, "Name of the load balancer."),
  ipMode: field(
    3,
    string,
    "VIP: packets arrive with the load balancer's address; Proxy: with that of the node or pod.",
  ).pointer(),
  ports: field(4, atomicListOf(portStatus), "State of the ports."),
});
export interface LoadBalancerIngress extends TypeOf<typeof loadBalancerIngress> {}

export const loadBalancerStatus = type("LoadBalancerStatus", "The state of a load balancer.", {
  ingress: field(1, atomicListOf(loadBalancerIngress), "The ways in."),
});
export interface LoadBalancerStatus extends TypeOf<typeof loadBalancerStatus> {}

export const servicePort = type("ServicePort", "A port of a Service.", {
  name: field(1, string, "Name of the port; needed when there are several."),
  protocol: field(2, string, "TCP (the default), UDP or SCTP.").default("TCP"),
  port: field(3, int32, "Port that the Service listens on.").required(),
  targetPort: field(
    4,
    intOrString,
    "Port of the pods, as number or name; the same as port by default.",
  ),
  nodePort: field(
    5,
    int32,
    "Port of every node that leads to the Service, for NodePort and LoadBalancer.",
  ),
  appProtocol: field(
    6,
    string,
    "Protocol spoken on the port, such as kubernetes.io/h2c.",
  ).pointer(),
});
export interface ServicePort extends TypeOf<typeof servicePort> {}

export const sessionAffinityConfig = type(
  "SessionAffinityConfig",
  "Settings of session affinity.",
  {
    clientIP: field(1, clientIPConfig, "Settings of ClientIP.").pointer(),
  },
);
export interface SessionAffinityConfig extends TypeOf<typeof sessionAffinityConfig> {}

export const serviceSpec = type(
  "ServiceSpec",
  "Which pods a Service is for, and how to reach it.",
  {
    ports: field(
      1,
      keyedListOf(servicePort, "port", "protocol"),
      "Ports of the Service.",
    ).patchMerged("port"),
    selector: field(
      2,
      mapOf(string, "atomic"),
      "Labels of the pods; without it, endpoints are managed by hand.",
    ),
    clusterIP: field(3, string, "Address inside of the cluster; None makes the Service headless."),
    type: field(4, string, "ClusterIP (the default), NodePort, LoadBalancer or ExternalName."),
    externalIPs: field(
      5,
      atomicListOf(string),
      "Further addresses at which nodes accept traffic for the Service.",
    ),
    sessionAffinity: field(
      7,
      string,
      "None (the default), or ClientIP: a client stays with its pod.",
    ),
    loadBalancerIP: field(8, string, "Deprecated: address that the load balancer should have."),
    loadBalancerSourceRanges: field(
      9,
      atomicListOf(string),
      "Networks from which the load balancer accepts traffic.",
    ),
    externalName: field(10, string, "DNS name that the Service is an alias of, for ExternalName."),
    externalTrafficPolicy: field(
      11,
      string,
      "Cluster (the default), or Local: only pods on the node that traffic arrives at.",
    ),
    healthCheckNodePort: field(
      12,
      int32,
      "Port at which nodes tell whether they have pods of the Service.",
    ),
    publishNotReadyAddresses: field(
      13,
      boolean,
      "Whether pods that are not ready are found as well.",
    ),
    sessionAffinityConfig: field(
      14,
      sessionAffinityConfig,
      "Settings of sessionAffinity.",
    ).pointer(),
    ipFamilyPolicy: field(
      17,
      string,
      "SingleStack, PreferDualStack or RequireDualStack.",
    ).pointer(),
    clusterIPs: field(
      18,
      atomicListOf(string),
      "Addresses inside of the cluster, one for each IP family.",
    ),
    ipFamilies: field(19, atomicListOf(string), "IP families of the Service: IPv4, IPv6."),
    allocateLoadBalancerNodePorts: field(
      20,
      boolean,
      "Whether a LoadBalancer gets node ports; true by default.",
    ).pointer(),
    loadBalancerClass: field(21, string, "Which load balancer implementation is meant.").pointer(),
    internalTrafficPolicy: field(
      22,
      string,
      "Cluster (the default), or Local: only pods on the node that the client is on.",
    ).pointer(),
    trafficDistribution: field(
      23,
      string,
      "Preference for near pods, such as PreferSameZone.",
    ).pointer(),
  },
);
export interface ServiceSpec extends TypeOf<typeof serviceSpec> {}

export const serviceStatus = type("ServiceStatus", "The state of a Service.", {
  loadBalancer: field(1, loadBalancerStatus, "State of the load balancer, if there is one."),
  conditions: field(
    2,
    keyedListOf(condition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
});
export interface ServiceStatus extends TypeOf<typeof serviceStatus> {}

export const service = kind(
  "Service",
  "A stable name and address for a changing set of pods.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, serviceSpec, "The desired state."),
    status: field(3, serviceStatus, "The observed state, written by the system."),
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
