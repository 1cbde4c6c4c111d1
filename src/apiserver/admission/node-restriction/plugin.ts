/**
 * Nodes change themselves and their own pods, and nothing else: the other half of the node
 * authorizer, which does not see what objects say. The refusals are upstream's words.
 */

import { asJsonObject, isSemanticallyEqual, type JsonObject, notFound } from "#api";
import { type BoundObjectReference, tokenRequest } from "#api/authentication/v1";
import { type Node, node, persistentVolumeClaim, type Pod, pod } from "#api/core/v1";
import { resourceSlice } from "#api/resource/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import { findNodeName } from "../../authz/node/node-identity.ts";
import { referencesOf } from "../../authz/node/pod-references.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import { withMetadata } from "../../objects/metadata.ts";
import type { Objects } from "../../objects/objects.ts";
import { refused } from "../admitted.ts";
import { forbiddenChanges } from "./labels.ts";

const leaseNamespace = "kube-node-lease";
const mirrorAnnotation = "kubernetes.io/config.mirror";

export function nodeRestriction({ objects }: { readonly objects: Objects }): AdmissionPlugin {
  return {
    name: "NodeRestriction",
    async validate(request) {
      const nodeName = findNodeName(request.user);
      if (nodeName === undefined) return;
      const problem = await findProblem(objects, request, nodeName);
      if (problem !== undefined) throw refused(request, problem);
    },
  };
}

type Problem = string | undefined;

async function findProblem(
  objects: Objects,
  request: AdmissionRequest,
  nodeName: string,
): Promise<Problem> {
  if (nodeName === "") {
    return `could not determine node from user ${JSON.stringify(request.user.name)}`;
  }
  const { resource, key } = request;
  switch (`${resource.group}/${resource.name}`) {
    case "/pods":
      return podProblem(objects, request, nodeName);
    case "/nodes":
      return nodeProblem(request, nodeName);
    case "/persistentvolumeclaims":
      return claimProblem(request, nodeName);
    case "/serviceaccounts":
      return tokenProblem(objects, request, nodeName);
    case "coordination.k8s.io/leases":
      if (key.namespace !== leaseNamespace) {
        return `can only access leases in the ${JSON.stringify(leaseNamespace)} system namespace`;
      }
      return key.name === nodeName
        ? undefined
        : "can only access node lease with the same name as the requesting node";
    case "storage.k8s.io/csinodes":
      return key.name === nodeName
        ? undefined
        : "can only access CSINode with the same name as the requesting node";
    case "resource.k8s.io/resourceslices":
      return sliceProblem(request, nodeName);
    default:
      return undefined;
  }
}

async function podProblem(
  objects: Objects,
  request: AdmissionRequest,
  nodeName: string,
): Promise<Problem> {
  const { subresource, operation, key, object, oldObject } = request;
  const quoted = JSON.stringify(nodeName);
  switch (subresource) {
    case "": {
      if (operation === "CREATE" && object !== undefined) {
        return mirrorProblem(objects, decodedAs(pod, object), nodeName);
      }
      if (operation !== "DELETE") {
        return `unexpected operation "${operation}", node ${quoted} can only create and delete mirror pods`;
      }
      return oldObject !== undefined && runsOn(decodedAs(pod, oldObject), nodeName)
        ? undefined
        : `node ${quoted} can only delete pods with spec.nodeName set to itself`;
    }
    case "status":
      return statusProblem(request, nodeName);
    case "eviction": {
      const found = await objects.find(pod, key);
      if (found === undefined) throw notFound({ group: "", name: "pods" }, key.name);
      return runsOn(found, nodeName)
        ? undefined
        : `node ${nodeName} can only evict pods with spec.nodeName set to itself`;
    }
    default:
      return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
  }
}

function runsOn({ spec }: Pod, nodeName: string): boolean {
  return spec?.nodeName === nodeName;
}

/** The only pods that nodes make are images of those that they run by themselves. */
async function mirrorProblem(objects: Objects, found: Pod, nodeName: string): Promise<Problem> {
  const quoted = JSON.stringify(nodeName);
  const { annotations, ownerReferences = [] } = found.metadata ?? {};
  if (annotations?.[mirrorAnnotation] === undefined) {
    return `pod does not have ${JSON.stringify(mirrorAnnotation)} annotation, node ${quoted} can only create mirror pods`;
  }
  if (!runsOn(found, nodeName)) {
    return `node ${quoted} can only create pods with spec.nodeName set to itself`;
  }
  const [owner, another] = ownerReferences;
  if (another !== undefined) {
    return `node ${quoted} can only create pods with a single owner reference set to itself`;
  }
  if (owner?.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== nodeName) {
    return `node ${quoted} can only create pods with an owner reference set to itself`;
  }
  if (owner.controller !== true) {
    return `node ${quoted} can only create pods with a controller owner reference set to itself`;
  }
  if (owner.blockOwnerDeletion === true) {
    return `node ${quoted} must not set blockOwnerDeletion on an owner reference`;
  }
  const self = await objects.findMetadata(node, { namespace: "", name: nodeName });
  if (self === undefined) throw notFound({ group: "", name: "nodes" }, nodeName);
  if (self.uid !== owner.uid) {
    return `node ${nodeName} UID mismatch: expected ${owner.uid} got ${self.uid}`;
  }
  return mirrorReferenceProblem(found, quoted);
}

function mirrorReferenceProblem(found: Pod, quoted: string): Problem {
  const bare = { ...found, metadata: { ...found.metadata, annotations: {} } };
  const [reference] = referencesOf(bare);
  if (reference === undefined) return undefined;
  const what = reference.resource === "serviceaccounts" ? "a service account" : reference.resource;
  return `node ${quoted} can not create pods that reference ${what}`;
}

function statusProblem({ operation, object, oldObject }: AdmissionRequest, nodeName: string) {
  const quoted = JSON.stringify(nodeName);
  if (operation !== "UPDATE" || object === undefined || oldObject === undefined) {
    return `unexpected operation "${operation}"`;
  }
  const [now, before] = [decodedAs(pod, object), decodedAs(pod, oldObject)];
  if (!runsOn(before, nodeName)) {
    return `node ${quoted} can only update pod status for pods with spec.nodeName set to itself`;
  }
  const [labels, labelsBefore] = [now.metadata?.labels ?? {}, before.metadata?.labels ?? {}];
  const names = new Set([...Object.keys(labels), ...Object.keys(labelsBefore)]);
  if ([...names].some((name) => labels[name] !== labelsBefore[name])) {
    return `node ${quoted} cannot update labels through pod status`;
  }
  return undefined;
}

function nodeProblem(request: AdmissionRequest, nodeName: string): Problem {
  const { operation, key, object, oldObject } = request;
  const quoted = JSON.stringify(nodeName);
  if (key.name !== nodeName) {
    return `node ${quoted} is not allowed to modify node ${JSON.stringify(key.name)}`;
  }
  if (object === undefined) return undefined;
  const now = decodedAs(node, object);
  const before: Node = oldObject === undefined ? {} : decodedAs(node, oldObject);
  const labels = forbiddenChanges(now.metadata?.labels ?? {}, before.metadata?.labels ?? {});
  if (operation === "CREATE") {
    return labels.length === 0
      ? undefined
      : `node ${quoted} is not allowed to set the following labels: ${labels.join(", ")}`;
  }
  const taints = (one: Node): Node => ({ spec: { taints: one.spec?.taints ?? [] } });
  if (JSON.stringify(taints(now)) !== JSON.stringify(taints(before))) {
    return `node ${quoted} is not allowed to modify taints`;
  }
  return labels.length === 0 ? undefined : `is not allowed to modify labels: ${labels.join(", ")}`;
}

function claimProblem(request: AdmissionRequest, nodeName: string): Problem {
  const { operation, subresource, object, oldObject } = request;
  if (subresource !== "status") return "may only update PVC status";
  if (operation !== "UPDATE" || object === undefined || oldObject === undefined) {
    return `unexpected operation "${operation}"`;
  }
  if (isSemanticallyEqual(persistentVolumeClaim, settledClaim(object), settledClaim(oldObject))) {
    return undefined;
  }
  return `node ${JSON.stringify(nodeName)} is not allowed to update fields other than status.capacity and status.conditions`;
}

/** The claim without what nodes may report of it. */
function settledClaim(claim: JsonObject): JsonObject {
  const { status } = decodedAs(persistentVolumeClaim, claim);
  const kept = asJsonObject({
    ...status,
    capacity: undefined,
    conditions: undefined,
    allocatedResources: undefined,
    allocatedResourceStatuses: undefined,
  });
  const unversioned = withMetadata(claim, { resourceVersion: undefined, managedFields: undefined });
  return { ...unversioned, status: kept };
}

/** A token of a node is one of its pods', so that it dies with the pod. */
async function tokenProblem(
  objects: Objects,
  { operation, subresource, key, object }: AdmissionRequest,
  nodeName: string,
): Promise<Problem> {
  if (operation !== "CREATE" || subresource !== "token" || object === undefined) return undefined;
  const bound = decodedAs(tokenRequest, object).spec?.boundObjectRef ?? {};
  const problem = bindingProblem(bound);
  if (problem !== undefined) return problem;
  const { name = "", uid } = bound;
  const found = await objects.find(pod, { namespace: key.namespace, name });
  if (found === undefined) throw notFound({ group: "", name: "pods" }, name);
  if (found.metadata?.uid !== uid) {
    return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  }
  return runsOn(found, nodeName)
    ? undefined
    : "node requested token bound to a pod scheduled on a different node";
}

function bindingProblem({ apiVersion, kind, name = "", uid = "" }: BoundObjectReference): Problem {
  if (apiVersion !== "v1" || kind !== "Pod" || name === "") {
    return "node requested token not bound to a pod";
  }
  return uid === "" ? "node requested token with a pod binding without a uid" : undefined;
}

function sliceProblem({ operation, object, oldObject }: AdmissionRequest, nodeName: string) {
  const slice = operation === "DELETE" ? oldObject : object;
  if (slice === undefined) return undefined;
  const owner = decodedAs(resourceSlice, slice).spec.nodeName ?? "";
  if (owner === nodeName) return undefined;
  return operation === "DELETE"
    ? "can only delete ResourceSlice with the same NodeName as the requesting node"
    : "can only create ResourceSlice with the same NodeName as the requesting node";
}
