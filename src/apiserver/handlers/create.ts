import {
  formatTime,
  hasReason,
  invalid,
  type JsonObject,
  type ObjectKey,
  StatusError,
  type TrackedUpdate,
  trackUpdate,
} from "#api";
import { assert, uuid } from "#base";
import { mutateAll, validateAll } from "../admission.ts";
import { generatedName } from "../objects/generated-name.ts";
import { metadataOf, withMetadata } from "../objects/metadata.ts";
import { validateMetadata } from "../objects/metadata-rules.ts";
import { placed, preparedForCreate, withoutSystemFields } from "../objects/object-content.ts";
import { createStored } from "../objects/object-writer.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import { decodeBody } from "../request/body.ts";
import { fieldOwnerOf } from "../request/field-owner.ts";
import type { Handler, RequestContext, ServerParts } from "../request/request-context.ts";
import { parseWriteOptions, type WriteOptions } from "../request/write-options.ts";
import { answerObject } from "../respond/answer.ts";
import { fieldTargetOf } from "./field-target.ts";
import { admissionRequest } from "./admission-request.ts";
import { writeTo } from "./write-place.ts";

/** A random name may be taken: how often another one is tried. */
const nameAttemptCountMax = 8;

/** `POST …/{resource}`: a new object. */
export const createObject: Handler = async (parts, context) => {
  const { request, resource, target } = context;
  const options = parseWriteOptions(target.query, "CreateOptions");
  const { object, warnings } = await decodeBody(request, resource.kind, options.fieldValidation);
  for (const warning of warnings) context.warn(warning);
  const created = await createAdmitted(parts, context, {
    object,
    options,
    key: target,
    ownership: "tracked",
  });
  return answerObject(created, 201);
};

/** An object to be created, decoded and not yet looked at. */
export interface Draft {
  readonly object: JsonObject;
  readonly options: WriteOptions;
  /** Where the request wants it; the name is empty when the object tells it. */
  readonly key: ObjectKey;
  /** Whether the writer comes to own all fields, or the object says already who owns them. */
  readonly ownership: "tracked" | "stated";
}

/** Admits, settles, validates and stores a new object. */
export async function createAdmitted(
  parts: ServerParts,
  context: RequestContext,
  draft: Draft,
): Promise<StoredObject> {
  const { resource } = context;
  const { resourceVersion = "" } = metadataOf(draft.object);
  if (resourceVersion !== "") {
    throw new StatusError(
      "InternalError",
      "resourceVersion should not be set on objects to be created",
    );
  }
  const clean = withoutSystemFields(placed(resource, draft.object, draft.key));
  const { generateName = "", name = "" } = metadataOf(clean);
  if (generateName === "" || name !== "") {
    return createOnce(parts, context, { ...draft, object: clean });
  }

  for (let attempt = 1; ; attempt++) {
    const named = withMetadata(clean, { name: generatedName(generateName, parts.random) });
    try {
      return await createOnce(parts, context, { ...draft, object: named });
    } catch (error) {
      // Another object has the name by chance.
      if (!hasReason(error, "AlreadyExists")) throw error;
      if (attempt === nameAttemptCountMax) throw noUniqueName(error);
    }
  }
}

async function createOnce(
  parts: ServerParts,
  context: RequestContext,
  { object, options, ownership }: Draft,
): Promise<StoredObject> {
  const { resource, signal } = context;
  const { behavior } = resource;
  const { namespace = "", name = "" } = metadataOf(object);
  const key = { namespace, name };
  const facts = { operation: "CREATE", key, oldObject: undefined, dryRun: options.dryRun } as const;

  const defaulted = behavior.applyDefaults(object);
  const owned =
    ownership === "stated" ? defaulted : trackUpdate(authored(parts, context, options, defaulted));
  const asked = admissionRequest(context, { ...facts, object: owned });
  const mutated = await mutateAll(parts.admission, asked, signal);
  assert(mutated !== undefined, "admission of a creation returns an object");
  const complete = mutated === owned ? owned : behavior.applyDefaults(mutated);
  const identified = withMetadata(complete, {
    uid: uuid(parts.random),
    creationTimestamp: formatTime(parts.clock.nowMs()),
  });
  const settled = preparedForCreate(resource, identified, context.user);

  const errors = [
    ...validateMetadata(metadataOf(settled), {
      names: behavior.names,
      namespaced: resource.namespaced,
      custom: resource.kind.package.isCustom === true,
    }),
    ...behavior.validateCreate(settled),
  ];
  if (errors.length > 0) throw invalid(resource.kindName, name, errors);
  await validateAll(
    parts.admission,
    admissionRequest(context, { ...facts, object: settled }),
    signal,
  );
  return createStored(writeTo(parts, { resource, key, dryRun: options.dryRun }), settled);
}

function authored(
  { clock }: ServerParts,
  { resource, target, request }: RequestContext,
  options: WriteOptions,
  after: JsonObject,
): TrackedUpdate {
  return {
    target: fieldTargetOf(resource, target.subresource),
    before: {},
    after,
    manager: fieldOwnerOf(options, request),
    time: formatTime(clock.nowMs()),
  };
}

function noUniqueName(error: StatusError): StatusError {
  const why = "the server was not able to generate a unique name for the object";
  return new StatusError("AlreadyExists", `${error.message}, ${why}`, {
    details: { ...error.details, retryAfterSeconds: 1 },
  });
}
