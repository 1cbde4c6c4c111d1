import { asJsonObject, conflict, type ObjectKey } from "#api";
import { deleteOptions, status } from "#api/meta/v1";
import { validateAll } from "../admission.ts";
import { planDeletion } from "../objects/deletion-plan.ts";
import { metadataOf } from "../objects/metadata.ts";
import { type UpdateDecision, type UpdateOutcome, updateStored } from "../objects/object-writer.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import { decodeBody } from "../request/body.ts";
import type { Handler, RequestContext, ServerParts } from "../request/request-context.ts";
import {
  deleteOptionsFromQuery,
  type DeletionOptions,
  deletionOptionsOf,
} from "../request/write-options.ts";
import { type Answer, answerObject } from "../respond/answer.ts";
import { admissionRequest } from "./admission-request.ts";
import { writeTo } from "./write-place.ts";

/** `DELETE …/{resource}/{name}`: the end of an object, at once or in time. */
export const deleteObject: Handler = async (parts, context) => {
  const options = await readDeletionOptions(context);
  const { resource, target } = context;
  const key = { namespace: resource.namespaced ? target.namespace : "", name: target.name };
  return deletionAnswer(await deleteAdmitted(parts, context, key, options));
};

/** The options of a DELETE: from its body, or without one from its query. */
export async function readDeletionOptions({
  request,
  target,
}: RequestContext): Promise<DeletionOptions> {
  const fromQuery = deletionOptionsOf(deleteOptionsFromQuery(target.query));
  const hasBody =
    request.body !== undefined &&
    !(request.body instanceof Uint8Array && request.body.length === 0) &&
    request.headers["content-length"] !== "0";
  if (!hasBody) return fromQuery;
  const { object } = await decodeBody(request, deleteOptions, "ignore", "any");
  return deletionOptionsOf(object);
}

/** Admits and carries out the deletion of one object. Throws NotFound and Conflict. */
export async function deleteAdmitted(
  parts: ServerParts,
  context: RequestContext,
  key: ObjectKey,
  options: DeletionOptions,
): Promise<UpdateOutcome> {
  const { resource, signal } = context;
  const { dryRun } = options;
  return updateStored(writeTo(parts, { resource, key, dryRun }), async (current) => {
    checkPreconditions(current, options);
    const facts = { operation: "DELETE", key, object: undefined, dryRun } as const;
    const asked = admissionRequest(context, { ...facts, oldObject: current.value });
    await validateAll(parts.admission, asked, signal);
    return decide(parts, current, options);
  });
}

function decide(
  { clock }: ServerParts,
  { resource, value: object }: StoredObject,
  options: DeletionOptions,
): UpdateDecision {
  const nowMs = clock.nowMs();
  const plan = planDeletion({ behavior: resource.behavior, object, options, nowMs });
  switch (plan.kind) {
    case "remove":
      return { kind: "delete", object };
    case "mark":
      return { kind: "put", object: plan.object };
    case "pending":
      return { kind: "leave" };
  }
}

function checkPreconditions(current: StoredObject, options: DeletionOptions): void {
  const { resourceName } = current.resource;
  const { uid = "" } = metadataOf(current.value);
  if (options.uid !== undefined && options.uid !== uid) {
    const why =
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). ` +
      "The object might have been deleted and then recreated";
    throw conflict(resourceName, current.key.name, why);
  }
  const { resourceVersion } = options;
  if (resourceVersion !== undefined && resourceVersion !== String(current.revision)) {
    const why =
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ` +
      `ResourceVersion in record (${current.revision}). The object might have been modified`;
    throw conflict(resourceName, current.key.name, why);
  }
}

/** An object that stays is shown; one that is gone is shown or summed up, as its kind has it. */
function deletionAnswer({ object, kind }: UpdateOutcome): Answer {
  const { behavior, group, name: resource } = object.resource;
  if (kind !== "delete" || behavior.deleteAnswer === "object") return answerObject(object);
  const { name } = object.key;
  const { uid } = metadataOf(object.value);
  const value = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, group: group === "" ? undefined : group, kind: resource, uid },
  };
  return { kind: "value", status: 200, schema: status, value: asJsonObject(value) };
}
