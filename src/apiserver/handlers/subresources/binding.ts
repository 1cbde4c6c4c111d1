/** `pods/{name}/binding` and `bindings`: the scheduler's decision where a pod runs. */

import { asJsonObject, badRequest, conflict, formatTime, type JsonObject, notFound } from "#api";
import { type Binding, binding, type Pod, pod } from "#api/core/v1";
import { mutateAll, validateAll } from "../../admission.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import { isBeingDeleted, metadataOf } from "../../objects/metadata.ts";
import { updateStored } from "../../objects/object-writer.ts";
import { decodeBody } from "../../request/body.ts";
import type { Handler } from "../../request/request-context.ts";
import { parseWriteOptions } from "../../request/write-options.ts";
import { admissionRequest } from "../admission-request.ts";
import { writeTo } from "../write-place.ts";
import { answerSuccess } from "./success.ts";

export const bindPod: Handler = async (parts, context) => {
  const { request, target, signal } = context;
  const options = parseWriteOptions(target.query, "CreateOptions");
  const { object: sent } = await decodeBody(request, binding, options.fieldValidation);
  const name = target.name === "" ? (metadataOf(sent).name ?? "") : target.name;
  const key = { namespace: target.namespace, name };
  const facts = { operation: "CREATE", key, oldObject: undefined, kind: binding } as const;
  const { dryRun } = options;
  const asked = admissionRequest(context, { ...facts, object: sent, dryRun });
  const object = (await mutateAll(parts.admission, asked, signal)) ?? sent;
  await validateAll(
    parts.admission,
    admissionRequest(context, { ...facts, object, dryRun }),
    signal,
  );

  const { catalog, clock } = parts;
  const write = writeTo(parts, { resource: catalog.get(pod), key, dryRun });
  await updateStored(write, async (current) => {
    checkBinding(current.value, object);
    return { kind: "put", object: bound(current.value, object, clock.nowMs()) };
  });
  return answerSuccess(201);
};

function checkBinding(current: JsonObject, wanted: JsonObject): void {
  checkTarget(decodedAs(binding, wanted));
  const { name = "", uid = "" } = metadataOf(current);
  const { uid: wantedUid = "" } = metadataOf(wanted);
  if (wantedUid !== "" && wantedUid !== uid) throw notFound({ group: "", name: "pods" }, name);
  const obstacle = isBeingDeleted(current)
    ? `pod ${name} is being deleted, cannot be assigned to a host`
    : obstacleOf(decodedAs(pod, current), name);
  if (obstacle !== undefined) throw conflict({ group: "", name: "pods/binding" }, name, obstacle);
}

function checkTarget({ target }: Binding): void {
  const { kind = "", name = "" } = target;
  if (kind !== "" && kind !== "Node") {
    throw badRequest(`target.kind: Unsupported value: ${JSON.stringify(kind)}`);
  }
  if (name === "") throw badRequest("target.name is required");
}

/** Why the pod cannot be given a node; undefined when it can. */
function obstacleOf({ spec }: Pod, name: string): string | undefined {
  const { nodeName = "", schedulingGates = [] } = spec ?? {};
  if (nodeName !== "") {
    return `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`;
  }
  return schedulingGates.length > 0 ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

/** The pod on its node; labels and annotations of the binding are added to its own. */
function bound(current: JsonObject, wanted: JsonObject, nowMs: number): JsonObject {
  const object: Pod = decodedAs(pod, current);
  const { target, metadata: added }: Binding = decodedAs(binding, wanted);
  return asJsonObject({
    ...object,
    metadata: {
      ...object.metadata,
      ...merged("labels", object.metadata?.labels, added?.labels),
      ...merged("annotations", object.metadata?.annotations, added?.annotations),
    },
    spec: { ...object.spec, nodeName: target.name },
    status: { ...object.status, conditions: scheduledConditions(object, nowMs) },
  });
}

function merged(
  name: "labels" | "annotations",
  own: Readonly<Record<string, string>> | undefined,
  added: Readonly<Record<string, string>> | undefined,
) {
  return added === undefined ? {} : { [name]: { ...own, ...added } };
}

function scheduledConditions({ status, metadata }: Pod, nowMs: number) {
  const others = (status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    observedGeneration: metadata?.generation,
    lastTransitionTime: formatTime(nowMs),
  };
  return [...others, scheduled];
}
