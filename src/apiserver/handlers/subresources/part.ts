/** Subresources that are one part of their object: they take the whole and change that part only. */

import { invalid, type JsonObject, objectAt, textAt, valueAt, withValueAt } from "#api";
import { metadataOf } from "../../objects/metadata.ts";
import type { UpdateTarget } from "../../registry/behavior.ts";
import { decodeBody } from "../../request/body.ts";
import type { Handler } from "../../request/request-context.ts";
import { parseWriteOptions } from "../../request/write-options.ts";
import { answerObject } from "../../respond/answer.ts";
import { getObject } from "../get.ts";
import { applyServerSide } from "../apply.ts";
import { applyPatchType, patcherOf, readPatch } from "../patch.ts";
import { checkName, updateAdmitted } from "../update.ts";

/** Puts the part of `wanted` into `current`. */
type Transfer = (wanted: JsonObject, current: JsonObject) => JsonObject;

type VerbTable = Readonly<Record<string, Handler>>;

/** Containers for debugging can be added to a pod; those that are there stay. */
export const ephemeralContainers = partVerbs("ephemeralcontainers", (wanted, current) => {
  const kept = new Set(containersAt(wanted, "ephemeralContainers").map(({ name }) => name));
  const removed = containersAt(current, "ephemeralContainers").find(({ name }) => !kept.has(name));
  if (removed === undefined) return copied(wanted, current, ["spec", "ephemeralContainers"]);
  const shown = JSON.stringify(removed["name"]);
  throw invalid({ group: "", name: "Pod" }, textAt(current, "metadata", "name"), [
    {
      field: "spec.ephemeralContainers",
      reason: "FieldValueForbidden",
      message: `Forbidden: existing ephemeral containers ${shown} may not be removed`,
    },
  ]);
});

/** The finalizers of a namespace's spec, which hold it until its content is gone. */
export const finalize = partVerbs("finalize", (wanted, current) =>
  copied(wanted, current, ["spec", "finalizers"]),
);

export const approval = partVerbs("approval", (wanted, current) =>
  copied(wanted, current, ["status", "conditions"]),
);

/** What a pod and its containers may use, which can change while they run. */
export const resize = partVerbs("resize", (wanted, current) => {
  const resized = ["containers", "initContainers"].reduce(
    (object, list) => withResources(wanted, object, list),
    current,
  );
  return copied(wanted, resized, ["spec", "resources"]);
});

function partVerbs(scope: UpdateTarget, transfer: Transfer): VerbTable {
  return { get: getObject, update: updatePart(scope, transfer), patch: patchPart(scope, transfer) };
}

function updatePart(scope: UpdateTarget, transfer: Transfer): Handler {
  return async (parts, context) => {
    const { request, resource, target } = context;
    const options = parseWriteOptions(target.query, "UpdateOptions");
    const { object, warnings } = await decodeBody(request, resource.kind, options.fieldValidation);
    for (const warning of warnings) context.warn(warning);
    checkName(object, target);
    const apply = (current: JsonObject) => transferred(object, current, transfer);
    const change = { scope, options, unversioned: "replaces", ownership: "tracked" } as const;
    return answerObject((await updateAdmitted(parts, context, { ...change, apply })).object);
  };
}

function patchPart(scope: UpdateTarget, transfer: Transfer): Handler {
  return async (parts, context) => {
    const options = parseWriteOptions(context.target.query, "PatchOptions");
    const patch = await readPatch(context, options);
    if (patch.type === applyPatchType) {
      const settle = (applied: JsonObject, current: JsonObject) =>
        transferredWithOwners(applied, current, transfer);
      return applyServerSide(parts, context, { scope, options, bytes: patch.bytes, settle });
    }
    const patched = patcherOf(context, context.resource.kind, options, patch);
    const apply = (current: JsonObject) => transferred(patched(current), current, transfer);
    const change = { scope, options, unversioned: "replaces", ownership: "tracked" } as const;
    return answerObject((await updateAdmitted(parts, context, { ...change, apply })).object);
  };
}

/** The version for which the part was made goes along with it. */
function transferred(wanted: JsonObject, current: JsonObject, transfer: Transfer): JsonObject {
  const { resourceVersion, uid } = metadataOf(wanted);
  const changed = transfer(wanted, current);
  const metadata = { ...objectAt(current, "metadata"), resourceVersion, uid };
  return { ...changed, metadata };
}

/** What is applied says itself who owns what. */
function transferredWithOwners(
  applied: JsonObject,
  current: JsonObject,
  transfer: Transfer,
): JsonObject {
  const changed = transferred(applied, current, transfer);
  const { managedFields } = objectAt(applied, "metadata");
  return { ...changed, metadata: { ...objectAt(changed, "metadata"), managedFields } };
}

function copied(wanted: JsonObject, current: JsonObject, path: readonly string[]): JsonObject {
  return withValueAt(current, path, valueAt(wanted, ...path));
}

/** Containers that are others, or in another order, are taken as they are: validation refuses them. */
function withResources(wanted: JsonObject, current: JsonObject, list: string): JsonObject {
  const [after, before] = [wanted, current].map((pod) => containersAt(pod, list));
  if (after === undefined || before === undefined) return current;
  const isSameList =
    after.length === before.length &&
    after.every(({ name }, index) => name === before[index]?.["name"]);
  if (!isSameList) return withValueAt(current, ["spec", list], after);
  if (before.length === 0) return current;
  const containers = before.map((container, index) => {
    const { resources, resizePolicy } = after[index] ?? container;
    return { ...container, resources, resizePolicy };
  });
  return withValueAt(current, ["spec", list], containers);
}

function containersAt(pod: JsonObject, list: string): readonly JsonObject[] {
  const containers = valueAt(pod, "spec", list);
  return Array.isArray(containers) ? containers : [];
}
