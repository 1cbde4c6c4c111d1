/**
 * Refuses to resize a pod to more than its node could ever give. What the node cannot give now, it
 * gives later: that is for its agent to say. Source: upstream's `PodResizeValidator`.
 */

import {
  compareQuantities,
  parseQuantity,
  podRequests,
  quantityMillis,
  quantityUnits,
  StatusError,
} from "#api";
import { type Node, node, type Pod, pod } from "#api/core/v1";
import type { AdmissionPlugin, AdmissionRequest } from "../../admission.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import type { Objects } from "../../objects/objects.ts";
import { refused } from "../admitted.ts";

export function podResizeValidator({ objects }: { readonly objects: Objects }): AdmissionPlugin {
  return {
    name: "PodResizeValidator",
    async validate(request) {
      const wanted = findResized(request);
      const nodeName = wanted?.spec?.nodeName ?? "";
      if (wanted === undefined || nodeName === "") return;
      const found = await objects.find(node, { namespace: "", name: nodeName });
      if (found === undefined) {
        throw refused(request, `node ${JSON.stringify(nodeName)} not found`);
      }
      const why = excessOf(wanted, found);
      if (why !== undefined) throw withCause(refused(request, why), "NodeCapacity");
    },
  };
}

/** The pod as it is to be; undefined when nothing of its spec changes. */
function findResized(request: AdmissionRequest): Pod | undefined {
  const { kind, subresource, operation, object, oldObject } = request;
  if (kind !== pod || subresource !== "resize" || operation !== "UPDATE") return undefined;
  if (object === undefined || oldObject === undefined) return undefined;
  const wanted = decodedAs(pod, object);
  const isSame = wanted.metadata?.generation === decodedAs(pod, oldObject).metadata?.generation;
  return isSame ? undefined : wanted;
}

const measures = { cpu: quantityMillis, memory: quantityUnits } as const;

/** What the pod requests beyond all that the node has for pods; undefined when nothing. Pure. */
export function excessOf({ spec }: Pod, { status }: Node): string | undefined {
  if (spec === undefined) return undefined;
  const requests = podRequests(spec);
  const excesses = (["cpu", "memory"] as const).flatMap((name) => {
    const requested = requests.get(name);
    const allocatable = parseQuantity(status?.allocatable?.[name] ?? "0");
    if (requested === undefined || compareQuantities(requested, allocatable) <= 0) return [];
    const [wanted, most] = [requested, allocatable].map(measures[name]);
    return [`${name}, requested: ${wanted}, allocatable: ${most}`];
  });
  if (excesses.length === 0) return undefined;
  return `node didn't have enough allocatable resources: ${excesses.join("; ")}`;
}

function withCause({ reason, message, details }: StatusError, cause: string): StatusError {
  return new StatusError(reason, message, { details: { ...details, causes: [{ reason: cause }] } });
}
