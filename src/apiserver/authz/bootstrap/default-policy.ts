/** The roles and bindings that every cluster has; all but Wherry's own are upstream's. */

import type { ObjectMeta } from "#api/meta/v1";
import type {
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from "#api/rbac/v1";
import { clusterRoleTexts } from "./cluster-roles.ts";
import { controllerRoleTexts } from "./controller-roles.ts";
import { namespaceRoleTexts } from "./namespace-roles.ts";
import { parseRule, type RoleTexts } from "./notation.ts";

export interface DefaultPolicy {
  readonly clusterRoles: readonly ClusterRole[];
  readonly clusterRoleBindings: readonly ClusterRoleBinding[];
  readonly roles: readonly Role[];
  readonly roleBindings: readonly RoleBinding[];
}

const rbacGroup = "rbac.authorization.k8s.io";
const controllerPrefix = "system:controller:";
/** Whoever holds it gives the role's rules to the role named by the label. */
const aggregateTo = (role: string) => ({
  [`rbac.authorization.k8s.io/aggregate-to-${role}`]: "true",
});

/** Who is woken by what, as far as it is a team's. The Secrets that they refer to are not among them. */
const teamResources = [
  "burnratepolicies",
  "escalationpolicies",
  "oncallheartbeats",
  "oncallschedules",
  "oncallservices",
  "oncallteams",
  "oncallusers",
  "sigmapolicies",
];
/** How pages leave the cluster is the cluster's owner's to say. */
const onCallResources = [...teamResources, "oncallconfigs"];

/** Of the Prometheus Operator. */
const monitoringResources = [
  "alertmanagerconfigs",
  "podmonitors",
  "probes",
  "prometheusrules",
  "scrapeconfigs",
  "servicemonitors",
];

/** For what upstream leaves to others: usage, service proxy of nodes, default storage, monitoring. */
const ownRoleTexts: RoleTexts = {
  // As metrics-server has it.
  "system:aggregated-metrics-reader": ["read metrics.k8s.io nodes,pods"],
  // As the charts of KEDA and of the Prometheus Operator have it, and nobody's for the vertical autoscaler.
  "wherry:autoscaling-edit": [
    "write autoscaling.k8s.io verticalpodautoscalers",
    "write keda.sh scaledobjects",
  ],
  "wherry:autoscaling-view": [
    "read autoscaling.k8s.io verticalpodautoscalercheckpoints,verticalpodautoscalers",
    "read keda.sh scaledobjects",
  ],
  "wherry:monitoring-edit": [`write monitoring.coreos.com ${monitoringResources.join(",")}`],
  "wherry:monitoring-view": [`read monitoring.coreos.com ${monitoringResources.join(",")}`],
  "wherry:explanations": ["read explain.wherry nodescalingdecisions,scalingdecisions"],
  "wherry:oncall-edit": [`write oncall.wherry.dev ${teamResources.join(",")}`],
  // Incidents and who is on call, which are no objects: to look, and to acknowledge or change.
  "wherry:oncall-observer": ["get /oncall/api/*"],
  "wherry:oncall-responder": ["delete,get,post /oncall/api/*"],
  "wherry:oncall-view": [`read oncall.wherry.dev ${onCallResources.join(",")}`],
  "wherry:cluster-autoscaler": [
    "read autoscaling.wherry.dev nodegroups",
    "patch autoscaling.wherry.dev nodegroups/status",
    "create,delete,get,list,patch,watch core nodes",
    "read core namespaces,pods",
    "create core pods/eviction",
    "read apps daemonsets",
    "read policy poddisruptionbudgets",
    "create core configmaps",
    "patch core configmaps cluster-autoscaler-status",
    "create coordination.k8s.io leases",
    "get,update coordination.k8s.io leases cluster-autoscaler",
    "create,patch,update core,events.k8s.io events",
  ],
  "wherry:node-network": ["read core nodes,services", "read discovery.k8s.io endpointslices"],
  "wherry:local-path-provisioner": [
    "create,delete,get,list,patch,update,watch core persistentvolumes",
    "get,list,patch,update,watch core persistentvolumeclaims",
    "read core nodes,pods",
    "read storage.k8s.io storageclasses",
    "create,patch,update core,events.k8s.io events",
  ],
  "wherry:keda-operator": [
    "get,list,patch,update,watch keda.sh scaledobjects",
    "patch,update keda.sh scaledobjects/finalizers,scaledobjects/status",
    "create,delete,get,list,patch,update,watch autoscaling horizontalpodautoscalers",
    "get,update * */scale",
    "create,patch,update core,events.k8s.io events",
  ],
  "wherry:vertical-pod-autoscaler": [
    "read autoscaling.k8s.io verticalpodautoscalers",
    "update autoscaling.k8s.io verticalpodautoscalers/status",
    "create,get,list,update autoscaling.k8s.io verticalpodautoscalercheckpoints",
    "list metrics.k8s.io pods",
    "read core pods",
    "patch core pods",
    "create core pods/eviction",
    "update core pods/resize",
    "read apps replicasets",
    "create,patch,update core,events.k8s.io events",
  ],
  "wherry:monitor": [
    "get core nodes/metrics",
    "get /metrics,/metrics/*",
    // Credentials that monitors refer to are in Secrets of any namespace.
    "get core secrets",
    "read monitoring.coreos.com alertmanagerconfigs,podmonitors,probes,prometheusrules",
    "read monitoring.coreos.com scrapeconfigs,servicemonitors",
    "patch monitoring.coreos.com alertmanagerconfigs/status,podmonitors/status,probes/status",
    "patch monitoring.coreos.com prometheusrules/status,scrapeconfigs/status",
    "patch monitoring.coreos.com servicemonitors/status",
    `read oncall.wherry.dev ${onCallResources.join(",")}`,
    `patch oncall.wherry.dev ${onCallResources.map((one) => `${one}/status`).join(",")}`,
    "create,patch,update core,events.k8s.io events",
    "read core configmaps,endpoints,limitranges,namespaces,nodes,persistentvolumeclaims",
    "read core persistentvolumes,pods,replicationcontrollers,resourcequotas,services",
    "read apps daemonsets,deployments,replicasets,statefulsets",
    "read autoscaling horizontalpodautoscalers",
    "read batch cronjobs,jobs",
    // What the pages about the cluster show.
    "read metrics.k8s.io nodes,pods",
    "read explain.wherry nodescalingdecisions,scalingdecisions",
    "read discovery.k8s.io endpointslices",
    "read networking.k8s.io ingresses,networkpolicies",
    "read policy poddisruptionbudgets",
    "read storage.k8s.io storageclasses",
  ],
};

/** What our controllers need beside upstream's roles, because they patch where upstream replaces. */
const ownControllerTexts: RoleTexts = {
  "deployment-controller": ["patch apps deployments"],
  "namespace-controller": ["patch core namespaces/status"],
  "statefulset-controller": ["patch core persistentvolumeclaims"],
  "persistent-volume-binder": [
    "patch core persistentvolumes,persistentvolumes/status",
    "patch core persistentvolumeclaims,persistentvolumeclaims/status",
  ],
};
const ownControllerPrefix = "wherry:controller:";

/** ClusterRoles whose rules come from those with a label, and the labels that they carry themselves. */
const aggregatedRoles = [
  { name: "admin", labels: {} },
  { name: "edit", labels: aggregateTo("admin") },
  { name: "view", labels: aggregateTo("edit") },
] as const;

const aggregateToAll = { ...aggregateTo("admin"), ...aggregateTo("edit"), ...aggregateTo("view") };

const aggregateLabels: ReadonlyMap<string, ObjectMeta["labels"]> = new Map([
  ["system:aggregate-to-admin", aggregateTo("admin")],
  ["system:aggregate-to-edit", aggregateTo("edit")],
  ["system:aggregate-to-view", aggregateTo("view")],
  ["system:aggregated-metrics-reader", aggregateToAll],
  ["wherry:explanations", aggregateToAll],
  ["wherry:autoscaling-edit", aggregateTo("edit")],
  ["wherry:autoscaling-view", aggregateTo("view")],
  ["wherry:monitoring-edit", aggregateTo("edit")],
  ["wherry:monitoring-view", aggregateTo("view")],
  ["wherry:oncall-edit", aggregateTo("edit")],
  ["wherry:oncall-view", aggregateTo("view")],
]);

/** ClusterRoles and to whom they are bound, each by a binding of the same name. */
const clusterBindings: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": ["group system:masters"],
  "system:basic-user": ["group system:authenticated"],
  "system:discovery": ["group system:authenticated"],
  "system:kube-controller-manager": ["user system:kube-controller-manager"],
  "system:kube-dns": ["account kube-dns"],
  "system:kube-scheduler": ["user system:kube-scheduler"],
  "system:monitoring": ["group system:monitoring"],
  // The Node authorizer decides for nodes.
  "system:node": [],
  "system:node-proxier": ["user system:kube-proxy"],
  "system:public-info-viewer": ["group system:authenticated", "group system:unauthenticated"],
  "system:service-account-issuer-discovery": ["group system:serviceaccounts"],
  "system:volume-scheduler": ["user system:kube-scheduler"],
  "wherry:cluster-autoscaler": ["account cluster-autoscaler"],
  "wherry:keda-operator": ["account keda-operator"],
  "wherry:local-path-provisioner": ["account local-path-provisioner"],
  "wherry:monitor": ["user system:wherry-monitor"],
  "wherry:node-network": ["group system:nodes"],
  "wherry:vertical-pod-autoscaler": ["account vertical-pod-autoscaler"],
};

interface NamespaceBinding {
  readonly namespace: string;
  readonly role: string;
  /** Where it is not the role's. */
  readonly name?: string;
  readonly subjects: readonly string[];
}

const namespaceBindings: readonly NamespaceBinding[] = [
  {
    namespace: "kube-public",
    role: "system:controller:bootstrap-signer",
    subjects: ["account bootstrap-signer"],
  },
  {
    namespace: "kube-system",
    role: "extension-apiserver-authentication-reader",
    name: "system::extension-apiserver-authentication-reader",
    subjects: ["user system:kube-controller-manager", "user system:kube-scheduler"],
  },
  {
    namespace: "kube-system",
    role: "system::leader-locking-kube-controller-manager",
    subjects: [
      "user system:kube-controller-manager",
      "account kube-controller-manager",
      "account leader-election-controller",
    ],
  },
  {
    namespace: "kube-system",
    role: "system::leader-locking-kube-scheduler",
    subjects: ["user system:kube-scheduler", "account kube-scheduler"],
  },
  { namespace: "kube-system", role: "wherry:oncall", subjects: ["user system:wherry-monitor"] },
  ...["bootstrap-signer", "cloud-provider", "token-cleaner"].map((controller) => ({
    namespace: "kube-system",
    role: controllerPrefix + controller,
    subjects: [`account ${controller}`],
  })),
];

/** The whole of it, as objects to be stored. */
export function defaultPolicy(): DefaultPolicy {
  return {
    clusterRoles: [
      ...clusterRolesOf(clusterRoleTexts, ""),
      ...clusterRolesOf(ownRoleTexts, ""),
      ...clusterRolesOf(controllerRoleTexts, controllerPrefix),
      ...clusterRolesOf(ownControllerTexts, ownControllerPrefix),
      ...aggregatedRoles.map(({ name, labels }) => aggregatedRole(name, labels)),
    ],
    clusterRoleBindings: [
      ...Object.entries(clusterBindings).map(([role, subjects]) => clusterBinding(role, subjects)),
      ...controllerBindings(controllerRoleTexts, controllerPrefix),
      ...controllerBindings(ownControllerTexts, ownControllerPrefix),
    ],
    roles: Object.entries(namespaceRoleTexts).flatMap(([namespace, texts]) =>
      Object.entries(texts).map(([name, rules]) => ({
        metadata: metadataOf({ name, namespace }),
        rules: rules.map(parseRule),
      })),
    ),
    roleBindings: namespaceBindings.map(({ namespace, role, name = role, subjects }) => ({
      metadata: metadataOf({ name, namespace }),
      subjects: subjects.map(parseSubject),
      roleRef: refTo("Role", role),
    })),
  };
}

function clusterRolesOf(texts: RoleTexts, prefix: string): readonly ClusterRole[] {
  return Object.entries(texts).map(([name, rules]) => ({
    metadata: metadataOf({ name: prefix + name }, aggregateLabels.get(name)),
    rules: rules.map(parseRule),
  }));
}

function aggregatedRole(name: string, labels: ObjectMeta["labels"]): ClusterRole {
  return {
    metadata: metadataOf({ name }, labels),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregateTo(name) }] },
  };
}

function clusterBinding(role: string, subjects: readonly string[]): ClusterRoleBinding {
  return {
    metadata: metadataOf({ name: role }),
    subjects: subjects.map(parseSubject),
    roleRef: refTo("ClusterRole", role),
  };
}

function controllerBindings(texts: RoleTexts, prefix: string): readonly ClusterRoleBinding[] {
  return Object.keys(texts).map((name) => clusterBinding(prefix + name, [`account ${name}`]));
}

/** `user x`, `group x`, or `account x` for a service account in `kube-system`. */
function parseSubject(text: string): Subject {
  const [kind, name = ""] = text.split(" ");
  switch (kind) {
    case "user":
      return { apiGroup: rbacGroup, kind: "User", name };
    case "group":
      return { apiGroup: rbacGroup, kind: "Group", name };
    default:
      return { kind: "ServiceAccount", name, namespace: "kube-system" };
  }
}

function refTo(kind: "Role" | "ClusterRole", name: string): RoleRef {
  return { apiGroup: rbacGroup, kind, name };
}

function metadataOf(
  place: { readonly name: string; readonly namespace?: string },
  labels?: ObjectMeta["labels"],
): ObjectMeta {
  return {
    ...place,
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
}
