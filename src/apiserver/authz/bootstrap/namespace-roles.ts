import type { RoleTexts } from "./notation.ts";

/** Upstream's default Roles, and one of our own, by namespace. */
export const namespaceRoleTexts: Readonly<Record<string, RoleTexts>> = {
  "kube-public": {
    "system:controller:bootstrap-signer": [
      "read core configmaps",
      "update core configmaps cluster-info",
      "create,patch,update core,events.k8s.io events",
    ],
  },
  "kube-system": {
    "extension-apiserver-authentication-reader": [
      "read core configmaps extension-apiserver-authentication",
    ],
    "system::leader-locking-kube-controller-manager": [
      "create,get,list,update,watch coordination.k8s.io leases,leasecandidates",
    ],
    "system::leader-locking-kube-scheduler": [
      "create,get,list,update,watch coordination.k8s.io leases,leasecandidates",
    ],
    "system:controller:bootstrap-signer": ["read core secrets"],
    // The log of on-call, its keys, and who of several replicas sends.
    "wherry:oncall": [
      "create,delete,get,list,update core secrets",
      "create,get,update coordination.k8s.io leases",
    ],
    "system:controller:cloud-provider": ["create,get,list,watch core configmaps"],
    "system:controller:token-cleaner": [
      "delete,get,list,watch core secrets",
      "create,patch,update core,events.k8s.io events",
    ],
  },
};
