import {
  atomicListOf,
  field,
  int32,
  intOrString,
  standardVerbs,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const ipBlock = type("IPBlock", "", {
  cidr: field(1, string, "").required(),
  except: field(2, atomicListOf(string), ""),
});
export interface IPBlock extends TypeOf<typeof ipBlock> {}

export const networkPolicyPeer = type("NetworkPolicyPeer", "", {
  podSelector: field(1, labelSelector, "").pointer(),
  namespaceSelector: field(2, labelSelector, "").pointer(),
  ipBlock: field(3, ipBlock, "").pointer(),
});
export interface NetworkPolicyPeer extends TypeOf<typeof networkPolicyPeer> {}

export const networkPolicyPort = type("NetworkPolicyPort", "", {
  protocol: field(1, string, "").pointer(),
  port: field(2, intOrString, "").pointer(),
  endPort: field(3, int32, "").pointer(),
});
export interface NetworkPolicyPort extends TypeOf<typeof networkPolicyPort> {}

export const networkPolicyEgressRule = type("NetworkPolicyEgressRule", "", {
  ports: field(1, atomicListOf(networkPolicyPort), ""),
  to: field(2, atomicListOf(networkPolicyPeer), ""),
});
export interface NetworkPolicyEgressRule extends TypeOf<typeof networkPolicyEgressRule> {}

export const networkPolicyIngressRule = type("NetworkPolicyIngressRule", "", {
  ports: field(1, atomicListOf(networkPolicyPort), ""),
  from: field(2, atomicListOf(networkPolicyPeer), ""),
});
export interface NetworkPolicyIngressRule extends TypeOf<typeof networkPolicyIngressRule> {}

export const networkPolicySpec = type("NetworkPolicySpec", "", {
  podSelector: field(1, labelSelector, "").always(),
  ingress: field(2, atomicListOf(networkPolicyIngressRule), ""),
  egress: field(3, atomicListOf(networkPolicyEgressRule), ""),
  policyTypes: field(4, atomicListOf(string), ""),
});
export interface NetworkPolicySpec extends TypeOf<typeof networkPolicySpec> {}

export const networkPolicy = kind(
  "NetworkPolicy",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, networkPolicySpec, ""),
  },
  {
    name: "networkpolicies",
    singular: "networkpolicy",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["netpol"],
  },
);
export interface NetworkPolicy extends TypeOf<typeof networkPolicy> {}
