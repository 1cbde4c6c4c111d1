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

export const ipBlock = type("IPBlock", "A range of addresses.", {
  cidr: field(1, string, "The range.").required(),
  except: field(2, atomicListOf(string), "Ranges within it that are left out."),
});
export interface IPBlock extends TypeOf<typeof ipBlock> {}

export const networkPolicyPeer = type("NetworkPolicyPeer", "The other end of traffic.", {
  podSelector: field(
    1,
    labelSelector,
    "Labels of pods, in this namespace or those of namespaceSelector.",
  ).pointer(),
  namespaceSelector: field(2, labelSelector, "Labels of namespaces.").pointer(),
  ipBlock: field(3, ipBlock, "A range of addresses; excludes the selectors.").pointer(),
});
export interface NetworkPolicyPeer extends TypeOf<typeof networkPolicyPeer> {}

export const networkPolicyPort = type("NetworkPolicyPort", "A port or range of ports.", {
  protocol: field(1, string, "TCP (the default), UDP or SCTP.").pointer(),
  port: field(2, intOrString, "Number or name of the port; absent: all ports.").pointer(),
  endPort: field(3, int32, "Last port of the range.").pointer(),
});
export interface NetworkPolicyPort extends TypeOf<typeof networkPolicyPort> {}

export const networkPolicyEgressRule = type(
  "NetworkPolicyEgressRule",
  "Traffic that may be sent.",
  {
    ports: field(1, atomicListOf(networkPolicyPort), "Ports it may go to; empty: all."),
    to: field(2, atomicListOf(networkPolicyPeer), "Peers it may go to; empty: all."),
  },
);
export interface NetworkPolicyEgressRule extends TypeOf<typeof networkPolicyEgressRule> {}

export const networkPolicyIngressRule = type(
  "NetworkPolicyIngressRule",
  "Traffic that may be received.",
  {
    ports: field(1, atomicListOf(networkPolicyPort), "Ports it may arrive at; empty: all."),
    from: field(2, atomicListOf(networkPolicyPeer), "Peers it may come from; empty: all."),
  },
);
export interface NetworkPolicyIngressRule extends TypeOf<typeof networkPolicyIngressRule> {}

export const networkPolicySpec = type(
  "NetworkPolicySpec",
  "Which pods are concerned, and what they may do.",
  {
    podSelector: field(
      1,
      labelSelector,
      "Labels of the pods; an empty selector means all in the namespace.",
    ).always(),
    ingress: field(2, atomicListOf(networkPolicyIngressRule), "Traffic that may be received."),
    egress: field(3, atomicListOf(networkPolicyEgressRule), "Traffic that may be sent."),
    policyTypes: field(
      4,
      atomicListOf(string),
      "Ingress, Egress or both: what the policy restricts.",
    ),
  },
);
export interface NetworkPolicySpec extends TypeOf<typeof networkPolicySpec> {}

export const networkPolicy = kind(
  "NetworkPolicy",
  "Which traffic pods may receive and send.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, networkPolicySpec, "The desired state."),
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
