import {
  atomicListOf,
  field,
  int32,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { typedLocalObjectReference } from "../../core/v1/reference.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const serviceBackendPort = type(
  "ServiceBackendPort",
  "A port of a Service, by name or number.",
  {
    name: field(1, string, "Name of the port."),
    number: field(2, int32, "Number of the port."),
  },
  { mapType: "atomic" },
);
export interface ServiceBackendPort extends TypeOf<typeof serviceBackendPort> {}

export const ingressServiceBackend = type("IngressServiceBackend", "A port of a Service.", {
  name: field(1, string, "Name of the Service.").required(),
  port: field(2, serviceBackendPort, "The port."),
});
export interface IngressServiceBackend extends TypeOf<typeof ingressServiceBackend> {}

export const ingressBackend = type(
  "IngressBackend",
  "Where requests go: to a Service, or a resource of another kind.",
  {
    resource: field(3, typedLocalObjectReference, "A resource in the same namespace.").pointer(),
    service: field(4, ingressServiceBackend, "A Service in the same namespace.").pointer(),
  },
);
export interface IngressBackend extends TypeOf<typeof ingressBackend> {}

export const httpIngressPath = type("HTTPIngressPath", "A path and where its requests go.", {
  path: field(1, string, "The path; begins with a slash."),
  backend: field(2, ingressBackend, "Where the requests go.").required(),
  pathType: field(3, string, "Exact, Prefix (by elements of the path) or ImplementationSpecific.")
    .pointer()
    .required(),
});
export interface HTTPIngressPath extends TypeOf<typeof httpIngressPath> {}

export const httpIngressRuleValue = type(
  "HTTPIngressRuleValue",
  "Paths and where their requests go.",
  {
    paths: field(1, atomicListOf(httpIngressPath), "The paths.").required(),
  },
);
export interface HTTPIngressRuleValue extends TypeOf<typeof httpIngressRuleValue> {}

export const ingressRule = type("IngressRule", "A host and its paths.", {
  host: field(1, string, "Host name, perhaps with *. in front; absent: every host."),
  http: field(1, httpIngressRuleValue, "The paths of the host.").pointer().embeddedIn(2),
});
export interface IngressRule extends TypeOf<typeof ingressRule> {}

export const ingressTLS = type("IngressTLS", "A certificate and its hosts.", {
  hosts: field(1, atomicListOf(string), "Hosts of the certificate."),
  secretName: field(2, string, "Secret with the certificate and its key."),
});
export interface IngressTLS extends TypeOf<typeof ingressTLS> {}

export const ingressSpec = type("IngressSpec", "Which requests go where.", {
  defaultBackend: field(1, ingressBackend, "Where requests go that no rule matches.").pointer(),
  tls: field(2, atomicListOf(ingressTLS), "Certificates, by host."),
  rules: field(3, atomicListOf(ingressRule), "Where requests go, by host and path."),
  ingressClassName: field(
    4,
    string,
    "Class of the Ingress; the default class if absent.",
  ).pointer(),
});
export interface IngressSpec extends TypeOf<typeof ingressSpec> {}

export const ingressPortStatus = type("IngressPortStatus", "The state of a load balancer's port.", {
  port: field(1, int32, "Number of the port.").required(),
  protocol: field(2, string, "TCP, UDP or SCTP.").required(),
  error: field(3, string, "Why the port does not work, as one CamelCase word.").pointer(),
});
export interface IngressPortStatus extends TypeOf<typeof ingressPortStatus> {}

export const ingressLoadBalancerIngress = type(
  "IngressLoadBalancerIngress",
  "A way in to an Ingress.",
  {
    ip: field(1, string, "Address of the load balancer."),
    hostname: field(2, string, "Name of the load balancer."),
    ports: field(4, atomicListOf(ingressPortStatus), "State of the ports."),
  },
);
export interface IngressLoadBalancerIngress extends TypeOf<typeof ingressLoadBalancerIngress> {}

export const ingressLoadBalancerStatus = type(
  "IngressLoadBalancerStatus",
  "The load balancer of an Ingress.",
  {
    ingress: field(1, atomicListOf(ingressLoadBalancerIngress), "The ways in."),
  },
);
export interface IngressLoadBalancerStatus extends TypeOf<typeof ingressLoadBalancerStatus> {}

export const ingressStatus = type("IngressStatus", "The state of an Ingress.", {
  loadBalancer: field(1, ingressLoadBalancerStatus, "The load balancer."),
});
export interface IngressStatus extends TypeOf<typeof ingressStatus> {}

export const ingress = kind(
  "Ingress",
  "Leads HTTP requests from outside to Services, by host and path.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, ingressSpec, "The desired state."),
    status: field(3, ingressStatus, "The observed state, written by the system."),
  },
  {
    name: "ingresses",
    singular: "ingress",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["ing"],
    subresources: { status: statusSubresource("Ingress") },
  },
);
export interface Ingress extends TypeOf<typeof ingress> {}
