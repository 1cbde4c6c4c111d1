/**
 * What agents may do: read what their own pods need, and write about themselves. What an object says
 * is checked by the admission plugin NodeRestriction; here only the request is known. The reasons are
 * upstream's words.
 */

import { parseFieldSelector, ValueError } from "#api";
import { persistentVolume, pod } from "#api/core/v1";
import { resourceSlice } from "#api/resource/v1";
import { volumeAttachment } from "#api/storage/v1";
import type { AccessAttributes, Authorizer, ResourceAccess } from "../../authorization.ts";
import type { Objects } from "../../objects/objects.ts";
import { clusterRoleTexts } from "../bootstrap/cluster-roles.ts";
import { parseRule } from "../bootstrap/notation.ts";
import { ruleAllows } from "../rbac/rule-match.ts";
import { NodeGraph } from "./node-graph.ts";
import { findNodeName } from "./node-identity.ts";
import type { ReferencedResource } from "./pod-references.ts";

/** Undefined: allowed. Otherwise why not, perhaps in no words. */
type Refusal = string | undefined;

/** What the authorizer knows of the cluster. */
export interface NodeRelations {
  readonly graph: Pick<NodeGraph, "needs" | "runsPod">;
  /** The node that holds such an object, or the claim that a volume belongs to. */
  readonly objects: Pick<Objects, "find">;
}

/** One question about a node. */
interface Question {
  readonly nodeName: string;
  readonly access: ResourceAccess;
}

const nodeRules = (clusterRoleTexts["system:node"] ?? []).map(parseRule);
const leaseNamespace = "kube-node-lease";
const ownVerbs: ReadonlySet<string> = new Set(["get", "create", "update", "patch", "delete"]);
const readVerbs: ReadonlySet<string> = new Set(["get", "list", "watch"]);

/** Opens the graph of pods and what they need, which follows the store. */
export async function openNodeAuthorizer(objects: Objects): Promise<Authorizer> {
  const graph = new NodeGraph();
  await objects.follow(pod, {
    reset: () => graph.reset(),
    put: (key, found) => graph.putPod(key, found),
    remove: (key) => graph.removePod(key),
  });
  return nodeAuthorizer({ graph, objects });
}

export function nodeAuthorizer(relations: NodeRelations): Authorizer {
  return {
    async authorize(user, access) {
      const nodeName = findNodeName(user);
      if (nodeName === undefined) return { allowed: false, reason: "" };
      if (nodeName === "") {
        return { allowed: false, reason: `unknown node for user ${JSON.stringify(user.name)}` };
      }
      const refusal = await judge(relations, nodeName, access);
      return { allowed: refusal === undefined, reason: refusal ?? "" };
    },
  };
}

async function judge(
  relations: NodeRelations,
  nodeName: string,
  access: AccessAttributes,
): Promise<Refusal> {
  if (access.kind === "path") return byRules(access);
  const question = { nodeName, access };
  const rule = judges.get(`${access.group}/${access.resource}`);
  return rule === undefined ? byRules(access) : rule(relations, question);
}

function byRules(access: AccessAttributes): Refusal {
  return nodeRules.some((rule) => ruleAllows(rule, access)) ? undefined : "";
}

type Judge = (relations: NodeRelations, question: Question) => Refusal | Promise<Refusal>;

/** Resources whose objects do not concern all nodes alike. */
const judges: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ["/configmaps", (relations, asked) => judgeRead(relations, asked, "configmaps")],
  ["/secrets", (relations, asked) => judgeRead(relations, asked, "secrets")],
  ["/persistentvolumeclaims", judgeClaim],
  ["/persistentvolumes", judgeVolume],
  ["/serviceaccounts", judgeServiceAccount],
  ["/nodes", (_relations, asked) => judgeNode(asked)],
  ["/pods", judgePod],
  [
    "resource.k8s.io/resourceclaims",
    (relations, asked) => judgeGet(relations, asked, "resourceclaims"),
  ],
  ["resource.k8s.io/resourceslices", judgeSlice],
  ["storage.k8s.io/volumeattachments", judgeAttachment],
  ["storage.k8s.io/csinodes", (_relations, asked) => judgeCsiNode(asked)],
  ["coordination.k8s.io/leases", (_relations, asked) => judgeLease(asked)],
]);

function judgeRead(relations: NodeRelations, asked: Question, resource: ReferencedResource) {
  const { verb, subresource, namespace } = asked.access;
  if (!readVerbs.has(verb)) return "can only read resources of this type";
  if (subresource !== "") return "cannot read subresource";
  if (namespace === "") return "can only read namespaced object of this type";
  return judgeNeed(relations, asked, resource);
}

function judgeGet(relations: NodeRelations, asked: Question, resource: ReferencedResource) {
  return onlyGet(asked) ?? judgeNeed(relations, asked, resource);
}

function onlyGet({ access: { verb, subresource } }: Question): Refusal {
  if (verb !== "get") return "can only get individual resources of this type";
  return subresource === "" ? undefined : "cannot get subresource";
}

function judgeNeed({ graph }: NodeRelations, asked: Question, resource: ReferencedResource) {
  const { nodeName, access } = asked;
  if (access.name === "") return "No Object name found";
  return graph.needs(nodeName, resource, access) ? undefined : unrelated(nodeName);
}

function unrelated(nodeName: string): string {
  return `no relationship found between node '${nodeName}' and this object`;
}

function judgeClaim(relations: NodeRelations, asked: Question): Refusal {
  const { verb, subresource } = asked.access;
  if (subresource !== "status") return judgeGet(relations, asked, "persistentvolumeclaims");
  if (verb !== "update" && verb !== "patch") return "can only get/update/patch this type";
  return judgeNeed(relations, asked, "persistentvolumeclaims");
}

async function judgeVolume({ graph, objects }: NodeRelations, asked: Question): Promise<Refusal> {
  const { nodeName, access } = asked;
  const refusal = onlyGet(asked);
  if (refusal !== undefined) return refusal;
  const volume = await objects.find(persistentVolume, { namespace: "", name: access.name });
  const { namespace = "", name = "" } = volume?.spec?.claimRef ?? {};
  const isNeeded = graph.needs(nodeName, "persistentvolumeclaims", { namespace, name });
  return isNeeded ? undefined : unrelated(nodeName);
}

async function judgeAttachment({ objects }: NodeRelations, asked: Question): Promise<Refusal> {
  const refusal = onlyGet(asked);
  if (refusal !== undefined) return refusal;
  const { nodeName, access } = asked;
  const found = await objects.find(volumeAttachment, { namespace: "", name: access.name });
  return found?.spec.nodeName === nodeName ? undefined : unrelated(nodeName);
}

async function judgeSlice({ objects }: NodeRelations, asked: Question): Promise<Refusal> {
  const { nodeName, access } = asked;
  const { verb, subresource, name } = access;
  if (subresource !== "") return "cannot authorize ResourceSlice subresources";
  if (verb === "create") return undefined;
  if (ownVerbs.has(verb)) {
    const found = await objects.find(resourceSlice, { namespace: "", name });
    return found?.spec.nodeName === nodeName ? undefined : unrelated(nodeName);
  }
  if (selects(access, "spec.nodeName", nodeName)) return undefined;
  return "can only list/watch/deletecollection resourceslices with nodeName field selector";
}

function judgeServiceAccount(relations: NodeRelations, asked: Question): Refusal {
  const { verb, subresource, name } = asked.access;
  if (verb === "get" && subresource === "") return judgeNeed(relations, asked, "serviceaccounts");
  if (verb !== "create" || name === "") {
    return "can only create tokens for individual service accounts";
  }
  if (subresource !== "token") return "can only create token subresource of serviceaccount";
  return judgeNeed(relations, asked, "serviceaccounts");
}

/** Names are compared as they are, so that a node can look for itself before it is there. */
function judgeNode({ nodeName, access: { verb, subresource, name } }: Question): Refusal {
  const isWrite = verb === "update" || verb === "patch";
  if (subresource === "status") return isWrite ? undefined : "";
  if (subresource !== "") return "";
  if (isWrite || verb === "create") return undefined;
  if (!readVerbs.has(verb)) return "";
  if (name === nodeName) return undefined;
  return name === ""
    ? `node '${nodeName}' cannot read all nodes, only its own Node object`
    : `node '${nodeName}' cannot read '${name}', only its own Node object`;
}

function judgePod({ graph }: NodeRelations, { nodeName, access }: Question): Refusal {
  const { verb, subresource, name } = access;
  switch (subresource) {
    case "":
      break;
    case "status":
      return verb === "update" || verb === "patch" ? undefined : "";
    case "eviction":
      return verb === "create" ? undefined : "";
    default:
      return "";
  }
  if (verb === "create" || verb === "delete") return undefined;
  if (!readVerbs.has(verb)) return "";
  if (verb !== "get" && selects(access, "spec.nodeName", nodeName)) return undefined;
  if (name === "") return "can only list/watch pods with spec.nodeName field selector";
  return graph.runsPod(nodeName, access) ? undefined : unrelated(nodeName);
}

/** At its creation only admission knows the name of what is written. */
function judgeLease({ nodeName, access: { verb, namespace, name } }: Question): Refusal {
  if (!ownVerbs.has(verb)) return "can only get, create, update, patch, or delete a node lease";
  if (namespace !== leaseNamespace) {
    return `can only access leases in the ${JSON.stringify(leaseNamespace)} system namespace`;
  }
  if (verb === "create" || name === nodeName) return undefined;
  return "can only access node lease with the same name as the requesting node";
}

function judgeCsiNode({ nodeName, access: { verb, subresource, name } }: Question): Refusal {
  if (!ownVerbs.has(verb)) return "can only get, create, update, patch, or delete a CSINode";
  if (subresource !== "") return "cannot authorize CSINode subresources";
  if (verb === "create" || name === nodeName) return undefined;
  return "can only access CSINode with the same name as the requesting node";
}

function selects({ fieldSelector }: ResourceAccess, field: string, value: string): boolean {
  try {
    return parseFieldSelector(fieldSelector).some(
      (one) => one.field === field && one.operator === "=" && one.value === value,
    );
  } catch (error) {
    // A selector that says nothing restricts nothing; the request fails for it later.
    if (error instanceof ValueError) return false;
    throw error;
  }
}
