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
  "",
  {
    name: field(1, string, ""),
    number: field(2, int32, ""),
  },
  { mapType: "atomic" },
);
export interface ServiceBackendPort extends TypeOf<typeof serviceBackendPort> {}

export const ingressServiceBackend = type("IngressServiceBackend", "", {
  name: field(1, string, "").required(),
  port: field(2, serviceBackendPort, ""),
});
export interface IngressServiceBackend extends TypeOf<typeof ingressServiceBackend> {}

export const ingressBackend = type("IngressBackend", "", {
  resource: field(3, typedLocalObjectReference, "").pointer(),
  service: field(4, ingressServiceBackend, "").pointer(),
});
export interface IngressBackend extends TypeOf<typeof ingressBackend> {}

export const httpIngressPath = type("HTTPIngressPath", "", {
  path: field(1, string, ""),
  backend: field(2, ingressBackend, "").required(),
  pathType: field(3, string, "").pointer().required(),
});
export interface HTTPIngressPath extends TypeOf<typeof httpIngressPath> {}

export const httpIngressRuleValue = type("HTTPIngressRuleValue", "", {
  paths: field(1, atomicListOf(httpIngressPath), "").required(),
});
export interface HTTPIngressRuleValue extends TypeOf<typeof httpIngressRuleValue> {}

export const ingressRule = type("IngressRule", "", {
  host: field(1, string, ""),
  http: field(1, httpIngressRuleValue, "").pointer().embeddedIn(2),
});
export interface IngressRule extends TypeOf<typeof ingressRule> {}

export const ingressTLS = type("IngressTLS", "", {
  hosts: field(1, atomicListOf(string), ""),
  secretName: field(2, string, ""),
});
export interface IngressTLS extends TypeOf<typeof ingressTLS> {}

export const ingressSpec = type("IngressSpec", "", {
  defaultBackend: field(1, ingressBackend, "").pointer(),
  tls: field(2, atomicListOf(ingressTLS), ""),
  rules: field(3, atomicListOf(ingressRule), ""),
  ingressClassName: field(4, string, "").pointer(),
});
export interface IngressSpec extends TypeOf<typeof ingressSpec> {}

export const ingressPortStatus = type("IngressPortStatus", "", {
  port: field(1, int32, "").required(),
  protocol: field(2, string, "").required(),
  error: field(3, string, "").pointer(),
});
export interface IngressPortStatus extends TypeOf<typeof ingressPortStatus> {}

export const ingressLoadBalancerIngress = type("IngressLoadBalancerIngress", "", {
  ip: field(1, string, ""),
  hostname: field(2, string, ""),
  ports: field(4, atomicListOf(ingressPortStatus), ""),
});
export interface IngressLoadBalancerIngress extends TypeOf<typeof ingressLoadBalancerIngress> {}

export const ingressLoadBalancerStatus = type("IngressLoadBalancerStatus", "", {
  ingress: field(1, atomicListOf(ingressLoadBalancerIngress), ""),
});
export interface IngressLoadBalancerStatus extends TypeOf<typeof ingressLoadBalancerStatus> {}

export const ingressStatus = type("IngressStatus", "", {
  loadBalancer: field(1, ingressLoadBalancerStatus, ""),
});
export interface IngressStatus extends TypeOf<typeof ingressStatus> {}

export const ingress = kind(
  "Ingress",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, ingressSpec, ""),
    status: field(3, ingressStatus, ""),
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
