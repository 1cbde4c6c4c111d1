import {
  badRequest,
  conflict,
  type FieldError,
  formatTime,
  hasReason,
  invalid,
  isSemanticallyEqual,
  type JsonObject,
  type ObjectKey,
  trackUpdate,
  withTimesKept,
} from "#api";
import { assert } from "#base";
import { mutateAll, validateAll } from "../admission.ts";
import { isDeletionDue } from "../objects/deletion-plan.ts";
import { isBeingDeleted, metadataOf, withMetadata } from "../objects/metadata.ts";
import { validateMetadata, validateMetadataUpdate } from "../objects/metadata-rules.ts";
import { placed, preparedForUpdate } from "../objects/object-content.ts";
import {
  optimisticLockMessage,
  type UpdateDecision,
  type UpdateOutcome,
  updateStored,
} from "../objects/object-writer.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import type { ResourceBehavior, UpdateTarget } from "../registry/behavior.ts";
import { decodeBody } from "../request/body.ts";
import { fieldOwnerOf } from "../request/field-owner.ts";
import type { Handler, RequestContext, ServerParts } from "../request/request-context.ts";
import { parseWriteOptions, type WriteOptions } from "../request/write-options.ts";
import { answerObject } from "../respond/answer.ts";
import { fieldTargetOf } from "./field-target.ts";
import { admissionRequest } from "./admission-request.ts";
import { authorizeCreate } from "./authorize-create.ts";
import { createAdmitted } from "./create.ts";
import { writeTo } from "./write-place.ts";

/** `PUT …/{resource}/{name}`: the object as the client wants it to be. */
export const updateObject: Handler = (parts, context) => replace(parts, context, "object");

/** `PUT …/{resource}/{name}/status`: the status as the client knows it to be. */
export const updateStatus: Handler = (parts, context) => replace(parts, context, "status");

async function replace(parts: ServerParts, context: RequestContext, scope: UpdateTarget) {
  const { request, resource, target } = context;
  const options = parseWriteOptions(target.query, "UpdateOptions");
  const { object, warnings } = await decodeBody(request, resource.kind, options.fieldValidation);
  for (const warning of warnings) context.warn(warning);
  checkName(object, target);
  const wanted = placed(resource, object, target);
  const change: Change = {
    scope,
    options,
    unversioned: resource.behavior.putWithoutVersion,
    ownership: "tracked",
    apply: () => wanted,
  };
  try {
    return answerObject((await updateAdmitted(parts, context, change)).object);
  } catch (error) {
    // A few kinds may be created by PUT, for clients that want no race between look and create.
    const mayCreate = scope === "object" && resource.behavior.putToAbsent === "creates";
    if (!mayCreate || !hasReason(error, "NotFound")) throw error;
    await authorizeCreate(parts, context);
    const draft = { object: withMetadata(wanted, { resourceVersion: undefined }), options };
    return answerObject(
      await createAdmitted(parts, context, { ...draft, key: target, ownership: "tracked" }),
      201,
    );
  }
}

/** What a PUT or PATCH does to the object that it finds. */
export interface Change {
  readonly scope: UpdateTarget;
  readonly options: WriteOptions;
  /** What becomes of a result that states no resource version. */
  readonly unversioned: "replaces" | "refused";
  /** Whether the writer comes to own what it changes, or the result says already who owns what. */
  readonly ownership: "tracked" | "stated";
  /** The object as it is to be. May run several times; refuses by throwing. */
  apply(current: JsonObject): JsonObject | Promise<JsonObject>;
}

/** Admits, settles, validates and stores what a change makes of an object. */
export async function updateAdmitted(
  parts: ServerParts,
  context: RequestContext,
  change: Change,
): Promise<UpdateOutcome> {
  const { resource, target } = context;
  const key = { namespace: resource.namespaced ? target.namespace : "", name: target.name };
  const { dryRun } = change.options;
  return updateStored(writeTo(parts, { resource, key, dryRun }), async (current) =>
    decide(parts, context, change, current),
  );
}

async function decide(
  parts: ServerParts,
  context: RequestContext,
  change: Change,
  current: StoredObject,
): Promise<UpdateDecision> {
  const { resource, signal } = context;
  const { behavior } = resource;
  const { key, value: before } = current;
  const wanted = await change.apply(before);
  checkVersion(context, change, wanted, current);
  const { dryRun } = change.options;
  const facts = { operation: "UPDATE", key, oldObject: before, dryRun } as const;

  const owned = withOwnership(parts, context, change, { before, after: wanted });
  const settle = (object: JsonObject) =>
    preparedForUpdate(resource, behavior.applyDefaults(object), before, change.scope);
  const proposed = settle(owned);
  const asked = admissionRequest(context, { ...facts, object: proposed });
  const mutated = await mutateAll(parts.admission, asked, signal);
  assert(mutated !== undefined, "admission of an update returns an object");
  // What plugins put in has to be settled once more; mostly they put in nothing.
  const final = mutated === proposed ? proposed : settle(mutated);
  const settled = withTimesKept(before, final, (old, object) =>
    isSemanticallyEqual(resource.kind, old, withMetadata(object, versionOf(old))),
  );

  validateChange(context, change.scope, settled, before);
  await validateAll(
    parts.admission,
    admissionRequest(context, { ...facts, object: settled }),
    signal,
  );
  if (isBeingDeleted(before) && isDeletionDue(settled, behavior)) {
    return { kind: "delete", object: settled };
  }
  return { kind: "put", object: settled };
}

function versionOf(object: JsonObject) {
  const { resourceVersion } = metadataOf(object);
  return { resourceVersion };
}

function withOwnership(
  { clock }: ServerParts,
  { resource, target, request }: RequestContext,
  { ownership, options }: Change,
  { before, after }: { readonly before: JsonObject; readonly after: JsonObject },
): JsonObject {
  const defaulted = resource.behavior.applyDefaults(after);
  if (ownership === "stated") return defaulted;
  return trackUpdate({
    target: fieldTargetOf(resource, target.subresource),
    before,
    after: defaulted,
    manager: fieldOwnerOf(options, request),
    time: formatTime(clock.nowMs()),
  });
}

/** Refuses a result that was made from another revision, or belongs to another object of that name. */
function checkVersion(
  { resource }: RequestContext,
  change: Change,
  wanted: JsonObject,
  current: StoredObject,
): void {
  const { name } = current.key;
  const { resourceVersion = "", uid = "" } = metadataOf(wanted);
  const currentUid = metadataOf(current.value).uid ?? "";
  if (uid !== "" && uid !== currentUid) {
    const why = `UID in precondition: ${uid}, UID in object meta: ${currentUid}`;
    throw conflict(resource.resourceName, name, `Precondition failed: ${why}`);
  }
  if (resourceVersion === "" || resourceVersion === "0") {
    if (change.unversioned === "replaces") return;
    throw invalid(resource.resourceName, name, [
      {
        field: "metadata.resourceVersion",
        reason: "FieldValueInvalid",
        message: "Invalid value: 0: must be specified for an update",
      },
    ]);
  }
  if (resourceVersion !== String(current.revision)) {
    throw conflict(resource.resourceName, name, optimisticLockMessage);
  }
}

function validateChange(
  { resource }: RequestContext,
  scope: UpdateTarget,
  object: JsonObject,
  before: JsonObject,
): void {
  const { behavior, namespaced } = resource;
  const custom = resource.kind.package.isCustom === true;
  const metadata = metadataOf(object);
  const errors = [
    ...validateMetadata(metadata, { names: behavior.names, namespaced, custom }),
    ...validateMetadataUpdate(metadata, metadataOf(before)),
    ...validateContent(behavior, scope, { object, before }),
  ];
  if (errors.length > 0) throw invalid(resource.kindName, metadata.name ?? "", errors);
}

function validateContent(
  behavior: ResourceBehavior,
  scope: UpdateTarget,
  { object, before }: { readonly object: JsonObject; readonly before: JsonObject },
): readonly FieldError[] {
  switch (scope) {
    case "object":
    case "scale":
      return behavior.validateUpdate(object, before);
    case "status":
      return behavior.validateStatusUpdate(object, before);
    default:
      return behavior.validatePartUpdate(object, before, scope);
  }
}

/** The name in the body is that of the URL, or the request is a mistake. */
export function checkName(object: JsonObject, target: ObjectKey): void {
  const { name = "" } = metadataOf(object);
  if (name === "") throw badRequest("name must be provided");
  if (name === target.name) return;
  throw badRequest(
    `the name of the object (${name}) does not match the name on the URL (${target.name})`,
  );
}
